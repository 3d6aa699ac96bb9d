/** A report's shares per category and stage, as rows of bars. */
import { bandsOf, kindsShown } from '../../report/report-text.ts';
import type { RunReport, StageReport } from '../../report/run-report.ts';
import type { StageName } from '../../report/stage-answers.ts';

/** Which responses are shown. */
export type Shown = 'sampled' | 'greedy';

/** One category: a band, a range of lengths, a kind of mistake. */
export interface BarRow {
  name: string;
  /** Beside the name: how many problems it has, or what it is. */
  aside?: string;
  bars: Bar[];
}

/** The share of one stage; undefined where the stage has no such responses. */
export interface Bar {
  stage: StageName;
  value: number | undefined;
  interval?: readonly [low: number, high: number] | undefined;
  /** Beside the value, such as how many of them are correct. */
  aside?: string;
}

type Statistics = StageReport['evaluation']['by_difficulty'][string];

const accuracyBar = (stage: StageName, statistics: Statistics | undefined, shown: Shown): Bar => ({
  stage,
  value: (shown === 'greedy' ? statistics?.greedy : statistics?.['avg@k']) ?? undefined,
  interval: (shown === 'greedy' ? statistics?.intervals.greedy : statistics?.intervals['avg@k']) ?? undefined,
});

const problemsText = (count: number): string => `${count} ${count === 1 ? 'problem' : 'problems'}`;

/** `1 token`, `8–15 tokens`. */
const tokensText = (range: string): string => `${range.replace('-', '–')} ${range === '1' ? 'token' : 'tokens'}`;

/** Accuracy per band of difficulty; none where the data names no bands. */
export const difficultyRows = (report: RunReport, shown: Shown): BarRow[] =>
  bandsOf(report).map((band) => ({
    name: band,
    aside: problemsText(report.stages[0]?.evaluation.by_difficulty[band]?.problems ?? 0),
    bars: report.stages.map(({ stage, evaluation }) => accuracyBar(stage, evaluation.by_difficulty[band], shown)),
  }));

/** Accuracy per range of the length of the worked solution; none without solutions. */
export const solutionRows = (report: RunReport, shown: Shown): BarRow[] =>
  Object.entries(report.stages[0]?.by_solution_length ?? {}).map(([range, { problems }]) => ({
    name: tokensText(range),
    aside: problemsText(problems),
    bars: report.stages.map(({ stage, by_solution_length: lengths }) => accuracyBar(stage, lengths?.[range], shown)),
  }));

/** Share of the sampled responses per range of their length, with how many of those are correct. */
export function lengthRows({ stages }: RunReport): BarRow[] {
  const ranges = [...new Set(stages.flatMap(({ evaluation }) => Object.keys(evaluation.by_length)))].sort(
    (a, b) => parseInt(a, 10) - parseInt(b, 10),
  );
  return ranges.map((range) => ({
    name: tokensText(range),
    bars: stages.map(({ stage, evaluation }): Bar => {
      const own = evaluation.by_length[range];
      const all = Object.values(evaluation.by_length).reduce((sum, { responses }) => sum + responses, 0);
      return own
        ? { stage, value: own.responses / all, aside: `${Math.round(100 * own.correct)} % correct` }
        : { stage, value: undefined };
    }),
  }));
}

/** Share of all responses per kind of mistake. */
export const mistakeRows = (report: RunReport, shown: Shown): BarRow[] =>
  kindsShown(report).map((kind) => ({
    name: kind,
    aside: report.mistakes[kind] ?? '',
    bars: report.stages.map(({ stage, mistakes }): Bar => {
      const { share, interval } = mistakes.sampled[kind] ?? { share: 0 };
      return shown === 'greedy'
        ? { stage, value: (mistakes.greedy[kind] ?? 0) / report.asked.problems }
        : { stage, value: share, interval };
    }),
  }));
