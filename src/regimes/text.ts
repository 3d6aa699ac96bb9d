/** Figures of the study in words, the same in docs/regimes/results.md and on the page. */
import type { Interval } from '../compare/intervals.ts';
import { mean } from '../compare/moments.ts';
import { epochsOf, groupOf, rewardsOf, startOf } from './cell.ts';
import type { BestRates, Cell, CellStudy, Contrast, RegimeResults, ScaleStudy } from './results.ts';

/** Minibatches per epoch in all sweeps of the study. */
export const MINIBATCHES = 8;

/** A share in percent, or a difference of shares in points, with one decimal. */
export const points = (value: number): string => (100 * value).toFixed(1);

/** With its sign, also of what rounds to 0: `+0.0` says that an interval reaches just beyond 0. */
export const signed = (value: number): string => `${value > 0 ? '+' : ''}${points(value)}`;

/** `67.8 [61.0, 74.6]`. */
export const meanText = ({ mean: middle, low, high }: Interval): string =>
  `${points(middle)} [${points(low)}, ${points(high)}]`;

/** `+3.2 [+0.9, +5.5]`. */
export const gainText = ({ mean: middle, low, high }: Interval): string =>
  `${signed(middle)} [${signed(low)}, ${signed(high)}]`;

export type Direction = 'gain' | 'loss' | 'no difference shown';

/** What an interval of a gain shows. */
export const directionOf = ({ low, high }: Interval): Direction =>
  low > 0 ? 'gain' : high < 0 ? 'loss' : 'no difference shown';

/** Updates per rollout. */
export const updatesOf = (cell: Cell): number => epochsOf(cell) * MINIBATCHES;

/** `6 %`: sampled accuracy at a start, over all runs from it. */
export function startText(cells: readonly Cell[], checkpoint: string): string {
  const own = cells.filter((cell) => startOf(cell) === checkpoint);
  const starts = own.flatMap(({ clipHigher, upperSide }) => [clipHigher.start, upperSide.start]);
  return `${(100 * mean(starts)).toFixed(0)} %`;
}

/** A cell's setting in words. */
export function settingText(sweep: keyof RegimeResults, cell: Cell, cells: readonly Cell[]): string {
  switch (sweep) {
    case 'plane':
      return `a start of ${startText(cells, startOf(cell))}, ${updatesOf(cell)} updates per rollout`;
    case 'groups':
      return `addition, groups of ${groupOf(cell)}`;
    case 'programs-upper':
      return `programs, ${rewardsOf(cell)} rewards`;
    case 'countdown-upper':
      return 'countdown, 20 steps';
    default:
      return 'addition, 0.8M parameters, 20 steps';
  }
}

export const CONTRAST_TEXTS: Record<string, string> = {
  updates: 'from 8 to 32 updates per rollout',
  start: 'from the start with more correct responses to the one with few',
  group: 'per doubling of the group size',
  rewards: 'from soft to hard rewards',
  slope: 'from a scale of 0 to 1',
};

export const contrastText = (contrast: Contrast): string =>
  `${CONTRAST_TEXTS[contrast.id] ?? contrast.id}: ${gainText(contrast.interval)} points ` +
  `(least detectable ${points(contrast.least)})`;

const list = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1) ?? ''}`;

function bestSentences({ seeds, arms }: BestRates): string[] {
  const [baseline, upper, both] = arms;
  if (!baseline || !upper || !both) return [];
  const sampled = ({ figures }: BestRates['arms'][number]) => `${points(figures.measures.sampled.interval.mean)} %`;
  const against = (arm: BestRates['arms'][number]) =>
    `${sampled(arm)}, ${arm.differences ? gainText(arm.differences.sampled.interval) : ''} points`;
  return [
    `With each strategy at its own best of three learning rates, sampled accuracy after 40 steps is ` +
      `${sampled(baseline)} with Clip-Higher; with GPPO on the upper side only it is ${against(upper)}, and ` +
      `with GPPO on both sides ${against(both)} (${seeds.length} fresh seeds, paired, 95 % intervals with Holm's ` +
      'correction).',
  ];
}

function scaleSentence(name: string, { slopes, seeds }: ScaleStudy): string {
  const { interval } = slopes.sampled;
  const found = {
    gain: `Accuracy rises with ${name}`,
    loss: `Accuracy falls with ${name}`,
    'no difference shown': `No dependence of accuracy on ${name}, is shown`,
  }[directionOf(interval)];
  return `${found}: ${gainText(interval)} points per unit (${seeds.length} seeds).`;
}

const changesText = (contrasts: readonly Contrast[]): string =>
  'the gain changes by ' +
  list(contrasts.map(({ id, interval }) => `${gainText(interval)} points ${CONTRAST_TEXTS[id] ?? id}`));

/** Which cells show a gain, and how it depends on the setting. */
export function planeSentence({ cells, contrasts }: CellStudy): string {
  const of = (direction: Direction) => cells.filter(({ gains }) => directionOf(gains.sampled.interval) === direction);
  const gains = of('gain');
  const found = gains.map(
    (cell) => `${settingText('plane', cell, cells)} (${gainText(cell.gains.sampled.interval)} points)`,
  );
  const losses = of('loss').length;
  return (
    `Over ${cells.length} settings of updates per rollout and start, each with ${cells[0]?.seeds.length ?? 0} seeds, ` +
    (found.length === 0
      ? 'no setting shows a gain of the upper side'
      : `the upper side shows a gain with ${list(found)}`) +
    `${losses > 0 ? `, and a loss in ${losses}` : ''}; ${changesText(contrasts)}.`
  );
}

const DIRECTION_TEXTS: Record<Direction, string> = {
  gain: 'better in',
  loss: 'worse in',
  'no difference shown': 'not shown to differ in',
};

/** The settings of Q5 to Q8 by what their intervals show; undefined before they have been run. */
export function furtherSentence(results: RegimeResults): string | undefined {
  const studies = (['groups', 'countdown-upper', 'programs-upper', 'size'] as const).flatMap((sweep) => {
    const study = results[sweep];
    return study ? study.cells.map((cell) => ({ sweep, cell, cells: study.cells })) : [];
  });
  if (studies.length === 0) return undefined;
  const contrasts = [...(results.groups?.contrasts ?? []), ...(results['programs-upper']?.contrasts ?? [])];
  const settings = (['gain', 'loss', 'no difference shown'] as const).flatMap((direction) => {
    const texts = studies
      .filter(({ cell }) => directionOf(cell.gains.sampled.interval) === direction)
      .map(({ sweep, cell, cells }) => `${settingText(sweep, cell, cells)} (${gainText(cell.gains.sampled.interval)})`);
    return texts.length > 0 ? [`${DIRECTION_TEXTS[direction]} ${list(texts)}`] : [];
  });
  return (
    'In other settings, against Clip-Higher at one learning rate, in points and not corrected for their number, the ' +
    `upper side is ${[...settings, ...(contrasts.length > 0 ? [changesText(contrasts)] : [])].join('; ')}.`
  );
}

/** What the study found, for a reader who cites it: every figure with its interval. */
export function citation(results: RegimeResults): string {
  const { 'best-rates': best, beta1, beta2, plane } = results;
  const further = furtherSentence(results);
  return [
    'Two-digit addition, a model of 0.1M parameters that answers one problem in 20 at the start, 16 updates per ' +
      'rollout of 32 x 8 responses, clip range 0.8 to 1.28.',
    ...(best ? bestSentences(best) : []),
    ...(beta1 ? [scaleSentence('beta1, the scale of the gradient preserved below the range', beta1)] : []),
    ...(beta2 ? [scaleSentence('beta2, the scale above it', beta2)] : []),
    ...(plane ? [planeSentence(plane)] : []),
    ...(further === undefined ? [] : [further]),
    results.size
      ? 'The models have 0.1M and 0.8M parameters; nothing here says what larger ones do.'
      : 'Nothing here says what models of another size do.',
  ].join(' ');
}
