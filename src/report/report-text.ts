/** How a report's names and numbers are written: report.md, the page and the terminal share it. */
import { percent } from '../run/metrics/units.ts';
import type { RunReport, StageChange, StageReport } from './run-report.ts';
import type { StageName } from './stage-answers.ts';

export const STAGE_TITLES: Readonly<Record<StageName, string>> = {
  start: 'Before training',
  sft: 'After SFT',
  rl: 'After RL',
};

type Interval = readonly [low: number, high: number];

/** `12.3 % [9.1 %, 16.4 %]`. */
export const shareText = (value: number, [low, high]: Interval): string =>
  `${percent(value)} [${percent(low)}, ${percent(high)}]`;

/** A difference of shares in percentage points: `+12.3`. */
export const points = (value: number): string => {
  const size = Math.abs(100 * value).toFixed(1);
  return size === '0.0' ? size : `${value < 0 ? '−' : '+'}${size}`;
};

/** `+12.3 points [+9.1, +16.4]`. */
export const pointsText = (value: number, [low, high]: Interval): string =>
  `${points(value)} points [${points(low)}, ${points(high)}]`;

export const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

/** `Before training to after SFT`. */
export const changeTitle = ({ from, to }: Pick<StageChange, 'from' | 'to'>): string =>
  `${STAGE_TITLES[from]} to ${STAGE_TITLES[to].replace(/^A/, 'a')}`;

export const includesZero = ([low, high]: Interval): boolean => low <= 0 && high >= 0;

/** What the greedy responses of a change show, and no more. */
export function greedySentence({ greedy }: StageChange): string {
  const { gained, lost, difference, interval, p } = greedy;
  const problems = (count: number) => `${count} ${count === 1 ? 'problem' : 'problems'}`;
  return (
    `Greedy: ${problems(gained)} turned correct, ${lost} turned incorrect: ` +
    `${pointsText(difference, interval)}, McNemar ${pText(p)}.${unclear(interval)}`
  );
}

/** The same for the share of correct samples. */
export function sampledSentence({ sampled }: StageChange): string {
  const { improved, worse, same, difference, interval } = sampled;
  return (
    `Sampled: ${improved} improved, ${worse} got worse, ${same} stayed the same: ` +
    `${pointsText(difference, interval)}.${unclear(interval)}`
  );
}

const unclear = (interval: Interval): string =>
  includesZero(interval) ? ' The interval includes 0: these problems do not show whether it changed.' : '';

/** `256 problems, 8 samples each at temperature 1, responses of at most 27 tokens, seed 7`. */
export function askedText({ asked, run }: Pick<RunReport, 'asked' | 'run'>): string {
  const { problems, samples, temperature, max_response_tokens: tokens } = asked;
  return (
    `${problems} ${problems === 1 ? 'problem' : 'problems'}, ${samples} ${samples === 1 ? 'sample' : 'samples'} each ` +
    `at temperature ${temperature}, responses of at most ${tokens} tokens, seed ${run.seed}`
  );
}

/** Sampled responses that were cut off, as a share of all. */
export const unfinishedShare = ({ mistakes }: Pick<StageReport, 'mistakes'>): number =>
  mistakes.sampled['unfinished']?.share ?? 0;

/** For the terminal: `report, after SFT: greedy 55.1 % [..]`. */
export function stageLine({ stage, evaluation }: StageReport): string {
  const { greedy, samples, intervals } = evaluation;
  const part = (name: string, value: number | null | undefined, interval: Interval | null | undefined) =>
    value === null || value === undefined || !interval ? [] : [`${name} ${shareText(value, interval)}`];
  const parts = [
    ...part('greedy', greedy, intervals.greedy),
    ...part(`avg@${samples}`, evaluation['avg@k'], intervals['avg@k']),
    ...(samples > 1 ? part(`pass@${samples}`, evaluation['pass@k'][samples], intervals['pass@k'][samples]) : []),
  ];
  return `report, ${STAGE_TITLES[stage].replace(/^[AB]/, (first) => first.toLowerCase())}: ${parts.join(', ')}`;
}

/** Kinds of mistakes that some stage has, most frequent in the samples of any stage first; `other` and cut-off last. */
export function kindsShown({ mistakes, stages }: Pick<RunReport, 'mistakes' | 'stages'>): string[] {
  const most = (kind: string) => Math.max(...stages.map((stage) => stage.mistakes.sampled[kind]?.share ?? 0));
  const some = (kind: string) =>
    stages.some(
      (stage) => (stage.mistakes.greedy[kind] ?? 0) > 0 || (stage.mistakes.sampled[kind]?.responses ?? 0) > 0,
    );
  const last = (kind: string) => ['other', 'unfinished'].indexOf(kind);
  return Object.keys(mistakes)
    .filter(some)
    .sort((a, b) => last(a) - last(b) || most(b) - most(a));
}

/** Bands of difficulty that some stage has, in the order of the report; empty where the data names none. */
export function bandsOf({ stages }: Pick<RunReport, 'stages'>): string[] {
  const [first] = stages;
  return first?.evaluation.difficulty === 'data' ? Object.keys(first.evaluation.by_difficulty) : [];
}
