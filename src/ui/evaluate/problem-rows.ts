/** The problems of an evaluation as rows of a table, compared with an earlier evaluation. */
import { tInterval, type Interval } from '../../compare/intervals.ts';
import type { ChangeFilter } from '../../store/evaluate-store.ts';
import type { ProblemDetail } from '../../views/evaluation.ts';

export type Change = 'improved' | 'worse' | 'same';

export interface ProblemRow {
  detail: ProblemDetail;
  /** Share of its sampled responses that are correct. */
  rate: number;
  greedy: boolean;
  /** The same problem in the earlier evaluation. */
  before?: { rate: number; greedy: boolean; detail: ProblemDetail };
  /** By the share of correct responses, then by the greedy one; undefined without an earlier evaluation. */
  change?: Change;
}

/** Problems are the same where prompt and answer are. */
const keyOf = ({ prompt, answer, row }: ProblemDetail): string => JSON.stringify([prompt, answer, rowText(row)]);

const rowText = (row: object): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

const measures = ({ scores, greedy }: ProblemDetail) => ({ rate: scores['avg@k'], greedy: greedy.correct });

export function problemRows(
  problems: readonly ProblemDetail[],
  earlier: readonly ProblemDetail[] | undefined,
): ProblemRow[] {
  const known = new Map(earlier?.map((detail) => [keyOf(detail), detail]));
  return problems.map((detail) => {
    const other = known.get(keyOf(detail));
    const now = measures(detail);
    if (!other) return { detail, ...now };
    const before = { ...measures(other), detail: other };
    return { detail, ...now, before, change: changeOf(before, now) };
  });
}

/** A rate is a quotient of small integers: equal shares are equal numbers, also of different numbers of samples. */
const EQUAL = 1e-9;

function changeOf(before: { rate: number; greedy: boolean }, now: { rate: number; greedy: boolean }): Change {
  const difference = now.rate - before.rate;
  if (Math.abs(difference) > EQUAL) return difference > 0 ? 'improved' : 'worse';
  if (now.greedy !== before.greedy) return now.greedy ? 'improved' : 'worse';
  return 'same';
}

/** @param search words that prompt, answer or any response must contain, in any case */
export function filterRows(rows: readonly ProblemRow[], search: string, filter: ChangeFilter): ProblemRow[] {
  const wanted = search.trim().toLowerCase();
  return rows.filter((row) => passes(row, filter) && (wanted === '' || textsOf(row).some((text) => has(text, wanted))));
}

const has = (text: string, wanted: string): boolean => text.toLowerCase().includes(wanted);

const textsOf = ({ detail: { prompt, answer, greedy, responses } }: ProblemRow): string[] => [
  prompt,
  answer,
  greedy.response,
  ...responses.map(({ response }) => response),
];

function passes({ change, greedy }: ProblemRow, filter: ChangeFilter): boolean {
  if (filter === 'all') return true;
  return filter === 'incorrect' ? !greedy : change === filter;
}

export interface Comparison {
  /** Problems of both evaluations. */
  shared: number;
  counts: Record<Change, number>;
  /** Mean change of the share of correct responses over these problems, with its 95 % interval. */
  difference: Interval;
  /** Whether every problem changed by the same amount, so that the interval says nothing. */
  noSpread: boolean;
}

/** Undefined where the evaluations share no problem. */
export function comparisonOf(rows: readonly ProblemRow[]): Comparison | undefined {
  const both = rows.flatMap(({ rate, before, change }) =>
    before && change ? [{ by: rate - before.rate, change }] : [],
  );
  if (both.length === 0) return undefined;
  const counts: Record<Change, number> = { improved: 0, worse: 0, same: 0 };
  for (const { change } of both) counts[change] += 1;
  const differences = both.map(({ by }) => by);
  const spread = Math.max(...differences) - Math.min(...differences);
  return { shared: both.length, counts, difference: tInterval(differences, 0.95), noSpread: spread <= EQUAL };
}
