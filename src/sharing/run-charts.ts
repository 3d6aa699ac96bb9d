/**
 * The charts of a run's report and of its model card, of as many points as the page draws: ten thousand steps take no
 * more room than 200.
 */
import type { PlotLine } from '../compare/plot.ts';
import { seriesOf } from '../archive/run-curves.ts';
import { rewardKeys } from '../rewards/keys.ts';
import type { RunConfig } from '../run/config.ts';
import { metricOf, seriesKey, type MetricRef } from '../run/metrics/lookup.ts';
import type { Unit } from '../run/metrics/units.ts';
import type { StepRecord } from '../run/step-record.ts';
import { chartFigure } from './chart-figure.ts';
import type { Html } from './html.ts';

interface RunChart {
  name: string;
  /** By default that of the first line's metric. */
  title?: string;
  lines: readonly MetricRef[];
}

const CHARTS: readonly RunChart[] = [
  { name: 'reward', lines: [{ phase: 'rl', metric: 'critic/score/mean' }] },
  {
    name: 'accuracy',
    title: 'Held-out accuracy',
    lines: [
      { phase: 'evaluation', metric: 'accuracy/greedy' },
      { phase: 'evaluation', metric: 'accuracy/sampled' },
      { phase: 'evaluation', metric: 'accuracy/pass_at_k' },
    ],
  },
  {
    name: 'clipped',
    title: 'Clipped tokens by side',
    lines: [
      { phase: 'rl', metric: 'clip_ratio/low_mean' },
      { phase: 'rl', metric: 'clip_ratio/high_mean' },
    ],
  },
  { name: 'preserved', lines: [{ phase: 'rl', metric: 'gradient/preserved_share' }] },
  { name: 'entropy', lines: [{ phase: 'rl', metric: 'actor/entropy' }] },
  {
    name: 'kl',
    title: 'KL',
    lines: [
      { phase: 'rl', metric: 'actor/ppo_kl' },
      { phase: 'rl', metric: 'actor/kl_loss' },
    ],
  },
  { name: 'gradient-norm', lines: [{ phase: 'rl', metric: 'actor/grad_norm' }] },
  { name: 'learning-rate', lines: [{ phase: 'rl', metric: 'actor/lr' }] },
  { name: 'length', lines: [{ phase: 'rl', metric: 'response_length/mean' }] },
  {
    name: 'sft-loss',
    lines: [
      { phase: 'sft', metric: 'train/loss' },
      { phase: 'evaluation', metric: 'eval/loss' },
    ],
  },
];

/** One line per reward of the task beside their sum, if it names more than its verifier. */
const rewardChart = ({ task }: RunConfig): RunChart[] =>
  task.rewards && task.rewards.length > 0
    ? [
        {
          name: 'rewards',
          title: 'Rewards',
          lines: [
            { phase: 'rl', metric: 'critic/score/mean' },
            ...rewardKeys(task.rewards).map((key): MetricRef => ({ phase: 'rl', metric: `rewards/${key}/mean` })),
          ],
        },
      ]
    : [];

/** What a point of a long run is, for the line under the title. */
function pointText(records: readonly StepRecord[], points: number): string {
  const joined = Math.ceil(records.length / Math.max(1, points));
  return joined > 1 ? `; a point is the mean of up to ${joined} steps, the shade their range` : '';
}

/** A chart of a run before it is drawn. */
export interface RunPlot {
  /** Short, of letters and dashes: for ids and names of files. */
  name: string;
  title: string;
  /** The run, and what a point is. */
  subtitle: string;
  unit: Unit;
  /** At least one; the arrays of each have a value or more. */
  lines: PlotLine[];
}

/** Those that the run has values of. @param run its name, for the line under the title */
export function runPlots(config: RunConfig, records: readonly StepRecord[], run: string): RunPlot[] {
  return [...CHARTS, ...rewardChart(config)].flatMap(({ name, title, lines }) => {
    const series = seriesOf(records, lines.map(seriesKey));
    const drawn = lines.flatMap((line): PlotLine[] => {
      const one = series[seriesKey(line)];
      return one?.values.some(Number.isFinite) ? [{ label: metricOf(line.metric).short, ...one }] : [];
    });
    const [first, head] = [lines[0], drawn[0]];
    if (!first || !head) return [];
    const metric = metricOf(first.metric);
    const own = records.filter(({ phase, metrics }) => phase === first.phase && metrics[first.metric] !== undefined);
    const subtitle = `${run}${pointText(own, head.steps.length)}`;
    return [{ name, title: title ?? metric.title, subtitle, unit: metric.unit, lines: drawn }];
  });
}

/** The charts of a run as figures of its report. */
export const runCharts = (config: RunConfig, records: readonly StepRecord[], run: string): Html[] =>
  runPlots(config, records, run).flatMap(({ lines, ...about }) => chartFigure(lines, about));
