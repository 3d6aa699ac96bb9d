/** The sweeps that lesson 8 shows, read from the files that the command line wrote (docs/sweeps, docs/regimes). */
import bestRates from '../../../docs/regimes/best-rates/summary.json';
import bestRatesSweep from '../../../docs/regimes/best-rates/sweep.json';
import bestRatesCurves from '../../../docs/regimes/best-rates/curves/accuracy-sampled.svg?no-inline';
import addition from '../../../docs/sweeps/addition/summary.json';
import additionSweep from '../../../docs/sweeps/addition/sweep.json';
import additionCurves from '../../../docs/sweeps/addition/curves/accuracy-sampled.svg?no-inline';
import largeUpdates from '../../../docs/sweeps/large-updates/summary.json';
import largeUpdatesSweep from '../../../docs/sweeps/large-updates/sweep.json';
import largeUpdatesCurves from '../../../docs/sweeps/large-updates/curves/accuracy-sampled.svg?no-inline';
import tightBand from '../../../docs/sweeps/tight-band/summary.json';
import tightBandSweep from '../../../docs/sweeps/tight-band/sweep.json';
import tightBandCurves from '../../../docs/sweeps/tight-band/curves/accuracy-sampled.svg?no-inline';
import type { Interval } from '../../compare/intervals.ts';
import type { StrategySummary, SweepSummary } from '../../compare/summary.ts';
import { parseSweep, type Sweep } from '../../compare/sweep.ts';
import { percent } from '../../run/metrics/units.ts';

export interface Evidence {
  id: 'addition' | 'tight-band' | 'large-updates' | 'best-rates';
  /** Where its files are. */
  folder: string;
  title: string;
  /** Its conclusion; numbers in it are read from the summary. */
  says: string;
  summary: SweepSummary;
  sweep: Sweep;
  /** Address of the accuracy curves over the run, as the command line drew them. */
  curves: string;
}

const of = (summary: unknown, sweep: unknown, curves: string, folder = 'docs/sweeps') => ({
  folder,
  summary: summary as SweepSummary,
  // As written, possibly with old field names.
  sweep: parseSweep(sweep, folder),
  curves,
});

/** Share of tokens that a strategy of a sweep clips, mean over seeds: `30 %`. */
function clippedText({ strategies }: SummaryFile, label: string): string {
  const one = strategies.find((strategy) => strategy.label === label);
  return percent((one?.clippedLow.mean ?? NaN) + (one?.clippedHigh.mean ?? NaN), 0);
}
interface SummaryFile {
  strategies: { label: string; clippedLow: { mean: number }; clippedHigh: { mean: number } }[];
}

export const EVIDENCE: readonly Evidence[] = [
  {
    id: 'addition',
    title: 'The usual regime',
    says:
      'Few tokens leave the clip range, so the strategies hardly differ. All four learn; the sweep shows no ' +
      'difference.',
    ...of(addition, additionSweep, additionCurves),
  },
  {
    id: 'tight-band',
    title: 'A clip range that is far too narrow',
    says:
      `PPO sets the gradient of ${clippedText(tightBand, 'ppo')} of the tokens to 0 and learns more slowly. GPPO ` +
      'learns as fast as ' +
      'PPO with the usual clip range: its gain here is robustness to a badly chosen ε.',
    ...of(tightBand, tightBandSweep, tightBandCurves),
  },
  {
    id: 'large-updates',
    title: 'Twelve large updates',
    says:
      'GPPO collapses with every seed; PPO and “no clipping” with none. A token with A < 0 at r = 0.1 has gradient ' +
      'weight 0.1 without clipping and 0.8 with GPPO, in every remaining update of the rollout.',
    ...of(largeUpdates, largeUpdatesSweep, largeUpdatesCurves),
  },
  {
    id: 'best-rates',
    title: 'Few correct responses, and many updates per rollout',
    says:
      'From a start that answers 1 problem in 20, GPPO on the upper side only is better than Clip-Higher, in sampled ' +
      'and greedy accuracy and in pass@4. On both sides its mean is lower, and the interval reaches 0. Questions and ' +
      'seeds were fixed before the runs.',
    ...of(bestRates, bestRatesSweep, bestRatesCurves, 'docs/regimes'),
  },
];

const points = (value: number) => (100 * value).toFixed(1).replace('-', '−');
const signed = (value: number) => `${value > 0 ? '+' : ''}${points(value)}`;

/** `73.7 [72.5, 74.9]`, of a share, in percent. */
export const intervalText = ({ mean, low, high }: Interval): string =>
  `${points(mean)} [${points(low)}, ${points(high)}]`;

/** `+8.0 [+4.1, +12.0]`, in points, and `better`; nothing for the baseline. */
export function differenceTexts({ difference }: StrategySummary): [difference: string, verdict: string] {
  if (!difference) return ['', 'baseline'];
  const { mean, low, high } = difference.interval;
  return [`${signed(mean)} [${signed(low)}, ${signed(high)}]`, difference.verdict];
}

/** The settings of a sweep that set it apart from the others. */
export function settingsText({ base, seeds, tune }: Sweep): string {
  const { rl } = base;
  if (!rl) return '';
  const rate = tune?.vary['rl.learning_rate']
    ? `each strategy’s best learning rate, chosen on ${tune.seeds.length} other seeds`
    : `learning rate ${rl.learning_rate.toExponential().replace('e-', 'e−')}`;
  return (
    `${rl.prompts} × ${rl.responses} responses, ${rl.minibatches * rl.epochs} updates per rollout, ${rate}, ` +
    `${rl.steps} steps, ${seeds.length} seeds`
  );
}
