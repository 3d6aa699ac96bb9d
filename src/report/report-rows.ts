/** Rows of a report's tables, one cell per stage: in report.md and in the report as HTML. */
import { greedySentence, kindsShown, pointsText, sampledSentence, shareText } from './report-text.ts';
import type { RunReport, StageChange, StageReport } from './run-report.ts';

/** Greedy accuracy, avg@k, pass@k and maj@k with their intervals. */
export function accuracyRows({ stages, asked: { samples } }: RunReport): string[][] {
  const row = (name: string, cell: (stage: StageReport['evaluation']) => string) => [
    name,
    ...stages.map(({ evaluation }) => cell(evaluation)),
  ];
  const ks = Object.keys(stages[0]?.evaluation['pass@k'] ?? {});
  return [
    row('greedy', ({ greedy, intervals }) => cellOf(greedy, intervals.greedy)),
    row(`avg@${samples}`, (one) => cellOf(one['avg@k'], one.intervals['avg@k'])),
    ...ks
      .filter((k) => k !== '1')
      .map((k) => row(`pass@${k}`, (one) => cellOf(one['pass@k'][k], one.intervals['pass@k'][k]))),
    ...(samples > 1 ? [row(`maj@${samples}`, (one) => cellOf(one['maj@k'], one.intervals['maj@k']))] : []),
  ];
}

const cellOf = (value: number | null | undefined, interval: readonly [number, number] | null | undefined): string =>
  value === null || value === undefined || !interval ? '–' : shareText(value, interval);

/** What a change shows, a sentence each. */
export function changeTexts(change: StageChange): string[] {
  const pass = Object.entries(change['pass@k']).filter(([k]) => k !== '1');
  const passText = pass.map(([k, { difference, interval }]) => `pass@${k} ${pointsText(difference, interval)}`);
  return [greedySentence(change), sampledSentence(change), ...(pass.length > 0 ? [passText.join('; ')] : [])];
}

/** Share of all sampled responses per kind of mistake, and number of greedy ones. */
export const mistakeRows = (report: RunReport): string[][] =>
  kindsShown(report).map((kind) => [
    kind,
    ...report.stages.map(({ mistakes }) => {
      const { share = 0, interval = [0, 0] as const } = mistakes.sampled[kind] ?? {};
      return `${shareText(share, interval)}; greedy ${mistakes.greedy[kind] ?? 0}`;
    }),
  ]);
