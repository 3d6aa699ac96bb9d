/**
 * Every chart of curves over steps, as data: which metrics it draws, and in which colours. Titles, units, axes and
 * explanations come from the metrics' declarations (src/run/metrics/declaration.ts).
 */
import { rewardKeys } from '../../rewards/keys.ts';
import { seriesKey, metricOf, type MetricName, type MetricRef } from '../../run/metrics/lookup.ts';
import { formatValue, unitOf } from '../../run/metrics/units.ts';
import { ZONES, type Zone } from '../../run/step-record.ts';
import { seriesColor } from '../palette.ts';
import { ZONE_INFO, zoneColor } from '../zones.ts';
import type { Figure } from './Card.tsx';
import type { LineSpec } from './lines.ts';

export interface ChartLine extends MetricRef {
  color: string;
  dashed?: boolean;
  /** Named by its zone in a chart with one line per zone. */
  zone?: Zone;
}

export interface ChartSpec {
  /** For tests: `chart-NAME`. */
  name: string;
  /** Defaults to that of the first line's metric. */
  title?: string;
  lines: readonly [ChartLine, ...ChartLine[]];
  /** Shown while there are no data; defaults to the first metric's explanation. */
  empty?: string;
}

const ACCENT = 'var(--accent)';
const GREEDY: ChartLine = { phase: 'evaluation', metric: 'accuracy/greedy', color: 'var(--good)' };
const SAMPLED: ChartLine = { phase: 'evaluation', metric: 'accuracy/sampled', color: 'var(--good)', dashed: true };

/** One line per zone of a figure of the exact split. */
function split(measure: 'norm' | 'cosine_inside' | 'cosine_unclipped', zones: readonly Zone[]): ChartSpec['lines'] {
  const [first, ...others] = zones.map((zone): ChartLine => ({
    phase: 'rl',
    metric: `gradient_split/${zone}/${measure}`,
    color: zoneColor(zone),
    zone,
  }));
  if (!first) throw new Error('a split has zones');
  return [first, ...others];
}

/** Of the Train page, in its order. */
export const TRAIN_CHARTS = {
  sft: [
    {
      name: 'sft-loss',
      lines: [
        { phase: 'sft', metric: 'train/loss', color: ACCENT },
        { phase: 'evaluation', metric: 'eval/loss', color: 'var(--good)', dashed: true },
      ],
    },
    { name: 'sft-accuracy', title: 'Held-out accuracy', lines: [GREEDY, SAMPLED] },
  ],
  /** Charts for recipes with a validation loss. */
  validation: [
    { name: 'perplexity', lines: [{ phase: 'evaluation', metric: 'eval/perplexity', color: 'var(--good)' }] },
  ],
  rl: [
    {
      name: 'reward',
      lines: [{ phase: 'rl', metric: 'critic/score/mean', color: ACCENT }, GREEDY, SAMPLED],
      empty: 'Press Train: mean reward and held-out accuracy appear here',
    },
    {
      name: 'clipped',
      title: 'Clipped',
      lines: [
        { phase: 'rl', metric: 'clip_ratio/low_mean', color: 'var(--zone-negative-low)' },
        { phase: 'rl', metric: 'clip_ratio/high_mean', color: 'var(--zone-positive-high)' },
      ],
      empty: 'Share of tokens outside the clip range on the side that their advantage pushes to',
    },
    {
      name: 'preserved',
      lines: [{ phase: 'rl', metric: 'gradient/preserved_share', color: 'var(--zone-positive-high)' }],
      empty: 'Share of the gradient that comes from clipped tokens; 0 for PPO',
    },
    { name: 'entropy', lines: [{ phase: 'rl', metric: 'actor/entropy', color: ACCENT }] },
  ],
  /** Charts for recipes with exact splits. */
  split: [
    {
      name: 'split-norms',
      title: 'Exact gradient norm by zone',
      lines: split('norm', ZONES),
      empty: 'Norm of the parameter gradient from the tokens of each zone',
    },
    {
      name: 'split-cosines',
      title: 'Cosine with inside',
      lines: split('cosine_inside', ZONES.slice(1)),
      empty: 'Cosine between the gradient of each zone and that of the tokens inside the clip range',
    },
    {
      name: 'split-unclipped',
      title: 'Cosine with unclipped',
      lines: split('cosine_unclipped', ZONES),
      empty: 'Cosine between the gradient of each zone and the gradient without clipping',
    },
  ],
  update: [
    {
      name: 'kl',
      title: 'KL',
      lines: [
        { phase: 'rl', metric: 'actor/ppo_kl', color: ACCENT },
        { phase: 'rl', metric: 'actor/kl_loss', color: 'var(--good)', dashed: true },
      ],
      empty: 'How far the updates of a rollout move the policy',
    },
    { name: 'gradient-norm', lines: [{ phase: 'rl', metric: 'actor/grad_norm', color: ACCENT }] },
    { name: 'gradient-clipped', lines: [{ phase: 'rl', metric: 'actor/grad_clipped_fraction', color: ACCENT }] },
    { name: 'learning-rate', lines: [{ phase: 'rl', metric: 'actor/lr', color: ACCENT }] },
    { name: 'length', lines: [{ phase: 'rl', metric: 'response_length/mean', color: ACCENT }] },
    { name: 'speed', lines: [{ phase: 'rl', metric: 'tokens_per_second', color: ACCENT }] },
  ],
} satisfies Record<string, readonly ChartSpec[]>;

/** Of a run with dynamic sampling: whether its batches are full, and what that takes. */
export const SAMPLING_CHART: ChartSpec = {
  name: 'groups',
  title: 'Groups',
  lines: [
    { phase: 'rl', metric: 'groups/used', color: ACCENT },
    { phase: 'rl', metric: 'groups/sampled', color: 'var(--ink)', dashed: true },
  ],
  empty: 'Groups that the updates use, and groups sampled until enough of them have an advantage',
};

/** Charts of a run whose task has rewards: one line per part beside their sum, and the share of correct responses. */
export function rewardCharts(rewards: readonly { name: string }[]): readonly ChartSpec[] {
  const parts = rewardKeys(rewards).map((key, i): ChartLine => ({
    phase: 'rl',
    metric: `rewards/${key}/mean`,
    color: seriesColor(i),
  }));
  return [
    {
      name: 'rewards',
      title: 'Rewards',
      lines: [{ phase: 'rl', metric: 'critic/score/mean', color: 'var(--ink)' }, ...parts],
      empty: 'Mean of each reward before its weight, and their weighted sum',
    },
    { name: 'correct', lines: [{ phase: 'rl', metric: 'accuracy/rollout', color: 'var(--good)' }] },
  ];
}

/** Overlaid selected runs: one metric per chart, one line per run. */
export const RUN_CHARTS: readonly MetricRef[] = [
  { phase: 'sft', metric: 'train/loss' },
  { phase: 'evaluation', metric: 'eval/loss' },
  { phase: 'evaluation', metric: 'accuracy/sampled' },
  { phase: 'evaluation', metric: 'accuracy/greedy' },
  { phase: 'rl', metric: 'critic/score/mean' },
  { phase: 'rl', metric: 'actor/entropy' },
  { phase: 'rl', metric: 'clip_ratio/region_mean' },
  { phase: 'rl', metric: 'gradient/preserved_share' },
  { phase: 'rl', metric: 'actor/grad_norm' },
  { phase: 'rl', metric: 'actor/ppo_kl' },
  { phase: 'rl', metric: 'response_length/mean' },
];

/** Of a race: one metric per chart, one line per lane. */
export const RACE_CHARTS: readonly (MetricRef & { metric: MetricName })[] = [
  { phase: 'rl', metric: 'critic/score/mean' },
  { phase: 'evaluation', metric: 'accuracy/sampled' },
  { phase: 'rl', metric: 'actor/entropy' },
  { phase: 'rl', metric: 'gradient/preserved_share' },
];

/** Evaluations are few, so their points are marked; so are exact splits. */
export const hasDots = ({ phase, metric }: MetricRef): boolean =>
  phase === 'evaluation' || metric.startsWith('gradient_split/');

const lineTitle = ({ metric, zone }: ChartLine): string => (zone ? ZONE_INFO[zone].title : metricOf(metric).short);

export const chartTitle = ({ title, lines: [first] }: ChartSpec): string => title ?? metricOf(first.metric).title;

export const chartUnit = ({ lines: [first] }: ChartSpec) => metricOf(first.metric).unit;

/** Explanation of its metrics, for a tooltip on the title. */
export function chartHelp({ lines }: ChartSpec): string {
  const [first, ...others] = lines.filter(({ zone }) => zone === undefined).map(({ metric }) => metricOf(metric));
  if (!first) return '';
  // One figure per difficulty band or source.
  if (others.every(({ help }) => help === first.help)) return first.help;
  return [first, ...others].map(({ title, help }) => `${title}: ${help}`).join('\n');
}

export const lineSpecs = ({ lines }: ChartSpec): LineSpec[] =>
  lines.map((line) => ({
    key: seriesKey(line),
    title: lineTitle(line),
    color: line.color,
    ...(line.dashed && { dashed: true }),
    ...(hasDots(line) && { dots: true }),
  }));

/**
 * The newest value of each line, beside the title. The line that gives a chart its title needs no label; it has its
 * unit instead. Charts by zone have too many lines for this.
 */
export function chartFigures({ title, lines }: ChartSpec, last: (key: string) => number | undefined): Figure[] {
  return lines.flatMap((line, i): Figure[] => {
    const value = last(seriesKey(line));
    if (value === undefined || line.zone) return [];
    const { unit, short, legend = short } = metricOf(line.metric);
    const { label } = unitOf(unit);
    const named = title === undefined && i === 0;
    const after = named ? (label === '%' ? '' : label) : legend;
    return [
      {
        text: `${formatValue(unit, value)} ${after}`.trimEnd(),
        ...(lines.length > 1 && { color: line.color }),
        ...(line.dashed && { hollow: true }),
      },
    ];
  });
}
