/** The report of an evaluation: every statistic over problems, with intervals, by difficulty and by response length. */
import { stream } from '../random.ts';
import { clusteredInterval, LEVEL, meanInterval, type Bounds } from './intervals.ts';
import { consensusOf, majorityAtK } from './majority.ts';
import { passAtK, reportedK } from './pass-at-k.ts';

export interface EvaluatedResponse {
  correct: boolean;
  reward: number;
  /** Final answer, with which it votes; undefined abstains. */
  answer: string | undefined;
  /** In the report's unit. */
  length: number;
}

/** A problem with its sampled responses, at least one. */
export interface EvaluatedProblem {
  /** Name of its band; undefined if the data has none. */
  difficulty?: string | undefined;
  greedy?: EvaluatedResponse | undefined;
  responses: readonly EvaluatedResponse[];
}

export type LengthUnit = 'tokens' | 'characters';

/** Statistics of a set of problems. Keys of `pass@k` and `majority` are values of k. */
export interface ProblemStatistics {
  problems: number;
  /** Accuracy of greedy responses; null if there are none. */
  greedy: number | null;
  /** Mean share of correct responses per problem. */
  'avg@k': number;
  'pass@k': Record<string, number>;
  /** Expected accuracy of the majority vote over as many responses as every problem has. */
  'maj@k': number;
  /** The same over k of them. */
  majority: Record<string, number>;
  /** Share of problems whose responses agree on the right answer most: a tie is no consensus. */
  'cons@k': number;
  /** Mean reward of sampled responses. */
  reward: number;
  intervals: {
    greedy: Bounds | null;
    'avg@k': Bounds;
    'pass@k': Record<string, Bounds>;
    'maj@k': Bounds;
    majority: Record<string, Bounds>;
    'cons@k': Bounds;
  };
}

export interface LengthStatistics {
  responses: number;
  /** Share of correct ones. */
  correct: number;
  interval: Bounds;
}

export interface EvaluationReport extends ProblemStatistics {
  /** Responses per problem: the smallest number, up to which k goes. */
  samples: number;
  /** Confidence level of all intervals, which are over problems. */
  level: number;
  by_difficulty: Record<string, ProblemStatistics>;
  /** Where the bands are from: the data, or the share of a problem's responses that are correct. */
  difficulty: 'data' | 'solve rate';
  /** By range of the length, for example `16-31`. */
  by_length: Record<string, LengthStatistics>;
  length_unit: LengthUnit;
}

/** What the statistics of one problem are: a value per statistic, each in [0, 1]. */
export interface ProblemScores {
  greedy: number | undefined;
  average: number;
  pass: ReadonlyMap<number, number>;
  majority: ReadonlyMap<number, number>;
  consensus: number;
}

/**
 * @param problems at least one, each with at least one response
 * @param seed draws subsets for maj@k where there are too many to be exact (majority.ts)
 */
export function evaluationReport(
  problems: readonly EvaluatedProblem[],
  { seed, lengthUnit }: { seed: number; lengthUnit: LengthUnit },
): EvaluationReport {
  if (problems.length === 0) throw new RangeError('an evaluation has at least one problem');
  const scores = problemScores(problems, seed);
  const rows = problems.map((problem, i) => ({ problem, scores: scores[i] as ProblemScores }));
  const named = problems.some(({ difficulty }) => difficulty !== undefined);
  const bands = groupBy(rows, ({ problem, scores: { average } }) =>
    named ? (problem.difficulty ?? 'not given') : solveRateBand(average),
  );
  const { problems: count, ...whole } = statistics(rows);
  return {
    problems: count,
    samples: fewestResponses(problems),
    ...whole,
    level: LEVEL,
    by_difficulty: Object.fromEntries(
      [...bands].sort(([a], [b]) => byBand(a, b)).map(([band, own]) => [band, statistics(own)]),
    ),
    difficulty: named ? 'data' : 'solve rate',
    by_length: lengthStatistics(problems),
    length_unit: lengthUnit,
  };
}

/** The statistics of some problems, as of a band; at least one. @param seed as of `evaluationReport` */
export function problemStatistics(problems: readonly EvaluatedProblem[], seed: number): ProblemStatistics {
  const scores = problemScores(problems, seed);
  return statistics(problems.map((problem, i) => ({ problem, scores: scores[i] as ProblemScores })));
}

/** In the order of the problems. */
export function problemScores(problems: readonly EvaluatedProblem[], seed: number): ProblemScores[] {
  const ks = reportedK(fewestResponses(problems));
  return problems.map(({ greedy, responses }, i) => {
    const n = responses.length;
    const correct = responses.filter((response) => response.correct).length;
    const votes = responses.map(voteOf);
    const majority = (k: number) => majorityAtK(votes, k, stream(seed, 'maj@k', i, k));
    return {
      greedy: greedy && Number(greedy.correct),
      average: correct / n,
      pass: new Map(ks.map((k) => [k, passAtK(n, correct, k)])),
      majority: new Map(ks.map((k) => [k, majority(k)])),
      consensus: consensusOf(votes),
    };
  });
}

/**
 * Correct responses vote for the reference answer, however they write it; the others for what they answer. Texts
 * cannot be mistaken for the reference, because they have a prefix.
 */
const voteOf = ({ answer, correct }: EvaluatedResponse) => ({
  answer: correct ? 'reference' : answer === undefined ? undefined : `answer ${answer}`,
  correct,
});

const fewestResponses = (problems: readonly EvaluatedProblem[]): number =>
  Math.min(...problems.map(({ responses }) => responses.length));

interface ScoredProblem {
  problem: EvaluatedProblem;
  scores: ProblemScores;
}

function statistics(rows: readonly ScoredProblem[]): ProblemStatistics {
  const over = (value: (scores: ProblemScores) => number): { mean: number; bounds: Bounds } => {
    const values = rows.map(({ scores }) => value(scores));
    return { mean: mean(values), bounds: meanInterval(values) as Bounds };
  };
  const greedy = rows.flatMap(({ scores }) => scores.greedy ?? []);
  const average = over((scores) => scores.average);
  const consensus = over((scores) => scores.consensus);
  const ks = [...(rows[0]?.scores.pass.keys() ?? [])];
  const voted = over((scores) => scores.majority.get(Math.max(...ks)) ?? NaN);
  const perK = (name: 'pass' | 'majority') => ks.map((k) => [k, over((scores) => scores[name].get(k) ?? NaN)] as const);
  const [pass, majority] = [perK('pass'), perK('majority')];
  const means = (list: typeof pass) => Object.fromEntries(list.map(([k, one]) => [k, one.mean]));
  const bounds = (list: typeof pass) => Object.fromEntries(list.map(([k, one]) => [k, one.bounds]));
  return {
    problems: rows.length,
    greedy: greedy.length === 0 ? null : mean(greedy),
    'avg@k': average.mean,
    'pass@k': means(pass),
    'maj@k': voted.mean,
    majority: means(majority),
    'cons@k': consensus.mean,
    reward: mean(rows.flatMap(({ problem }) => problem.responses.map(({ reward }) => reward))),
    intervals: {
      greedy: meanInterval(greedy) ?? null,
      'avg@k': average.bounds,
      'pass@k': bounds(pass),
      'maj@k': voted.bounds,
      majority: bounds(majority),
      'cons@k': consensus.bounds,
    },
  };
}

/** Bands of difficulty without any in the data, from the share of correct responses. */
const SOLVE_RATES = ['always solved', 'solved by half or more', 'solved by less than half', 'never solved'];

const solveRateBand = (share: number): string =>
  SOLVE_RATES[share === 1 ? 0 : share >= 0.5 ? 1 : share > 0 ? 2 : 3] as string;

/** Solve rates from easy to hard; names with numbers in numeric order. */
function byBand(a: string, b: string): number {
  const [first, second] = [SOLVE_RATES.indexOf(a), SOLVE_RATES.indexOf(b)];
  return first >= 0 && second >= 0 ? first - second : a.localeCompare(b, 'en', { numeric: true });
}

/** The range of a length: they double, 1, 2-3, 4-7, 8-15, ... */
export function lengthRange(length: number): string {
  const start = rangeStart(length);
  const end = Math.max(start, 2 * start - 1);
  return start === end ? `${start}` : `${start}-${end}`;
}

const rangeStart = (length: number): number => (length < 1 ? 0 : 2 ** Math.floor(Math.log2(length)));

function lengthStatistics(problems: readonly EvaluatedProblem[]): Record<string, LengthStatistics> {
  const starts = new Set(problems.flatMap(({ responses }) => responses.map(({ length }) => rangeStart(length))));
  return Object.fromEntries(
    [...starts]
      .sort((a, b) => a - b)
      .map((start) => {
        const clusters = problems.map(({ responses }) =>
          responses.filter(({ length }) => rangeStart(length) === start).map(({ correct }) => Number(correct)),
        );
        const values = clusters.flat();
        return [
          lengthRange(start),
          { responses: values.length, correct: mean(values), interval: clusteredInterval(clusters) as Bounds },
        ];
      }),
  );
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
