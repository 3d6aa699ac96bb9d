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
}

/** One test per comparison; a condition with several is several tests, which mean the same. */
export function testsOf(filter: readonly RowCondition[] = []): ShownTest[] {
  return filter.flatMap(({ column, ...tests }) =>
    COMPARISONS.flatMap((comparison) => {
      const found = tests[comparison];
      return column === undefined || found === undefined
        ? []
        : [{ column, comparison, value: Array.isArray(found) ? found.join(', ') : String(found) }];
    }),
  );
}

/** The condition of a test; undefined while its column or value is empty or is no number. */
export function conditionOf({ column, comparison, value }: ShownTest): RowCondition | undefined {
  const text = value.trim();
  if (column.trim() === '' || text === '') return undefined;
  if (comparison === 'min' || comparison === 'max') {
    const number = Number(text);
    return Number.isFinite(number) ? { column, [comparison]: number } : undefined;
  }
  if (comparison === 'contains') return { column, contains: value };
  const values = text.split(/\s*,\s*/).filter((one) => one !== '');
  const [only = ''] = values;
  return { column, [comparison]: values.length > 1 ? values : only };
}

/** @returns undefined for a filter without conditions */
export function filterOf(tests: readonly ShownTest[], correct: boolean | undefined): RowCondition[] | undefined {
  const conditions = tests.flatMap((test) => conditionOf(test) ?? []);
  const all = [...conditions, ...(correct === undefined ? [] : [{ correct }])];
  return all.length === 0 ? undefined : all;
}
