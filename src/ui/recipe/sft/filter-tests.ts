/** A condition of a filter as three inputs: a column, a comparison and a value. */
import type { RowCondition } from '../../../data/filter.ts';

export const COMPARISONS = ['equals', 'not', 'contains', 'min', 'max'] as const;
export type Comparison = (typeof COMPARISONS)[number];

export const COMPARISON_LABELS: Record<Comparison, string> = {
  equals: 'is',
  not: 'is not',
  contains: 'contains',
  min: 'at least',
  max: 'at most',
};

export interface ShownTest {
  column: string;
  comparison: Comparison;
  /** A list has its values separated by commas. */
  value: string;
  /** Difficulty bands that it is for, where not for all rows. */
  bands?: string[];
}

/** One test per comparison; a condition with several is several tests, which mean the same. */
export function testsOf(filter: readonly RowCondition[] = []): ShownTest[] {
  return filter.flatMap(({ column, bands, ...tests }) =>
    COMPARISONS.flatMap((comparison) => {
      const found = tests[comparison];
      return column === undefined || found === undefined
        ? []
        : [
            {
              column,
              comparison,
              value: Array.isArray(found) ? found.join(', ') : String(found),
              ...(bands && { bands }),
            },
          ];
    }),
  );
}

/** The condition of a test; undefined while its column or value is empty or is no number. */
export function conditionOf({ column, comparison, value, bands }: ShownTest): RowCondition | undefined {
  const text = value.trim();
  if (column.trim() === '' || text === '') return undefined;
  const at = { column, ...(bands && { bands }) };
  if (comparison === 'min' || comparison === 'max') {
    const number = Number(text);
    return Number.isFinite(number) ? { ...at, [comparison]: number } : undefined;
  }
  if (comparison === 'contains') return { ...at, contains: value };
  const values = text.split(/\s*,\s*/).filter((one) => one !== '');
  const [only = ''] = values;
  return { ...at, [comparison]: values.length > 1 ? values : only };
}

/** The condition on correctness: which traces are kept, and in which bands; undefined for all of them. */
export type Correctness = Pick<RowCondition, 'correct' | 'bands'> | undefined;

/** @returns undefined for a filter without conditions */
export function filterOf(tests: readonly ShownTest[], correct: Correctness): RowCondition[] | undefined {
  const conditions = tests.flatMap((test) => conditionOf(test) ?? []);
  const all = [...conditions, ...(correct ? [correct] : [])];
  return all.length === 0 ? undefined : all;
}
