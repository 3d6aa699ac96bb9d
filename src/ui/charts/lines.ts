/** Series as the rows that a chart draws. All bounded: a Series has at most 200 points. */
import type { Series } from '../../worker/protocol.ts';

export interface LineSpec {
  /** Key in `Frame.series`. */
  key: string;
  title: string;
  color: string;
  dashed?: boolean;
  /** Marks every point, for infrequent measurements. */
  dots?: boolean;
}

export type Row = { step: number } & Partial<Record<string, number>>;

/** One row per step that any of the series has; merged points include their bounds as `low:` and `high:`. */
export function rowsOf(series: Record<string, Series>, specs: readonly LineSpec[]): Row[] {
  const rows = new Map<number, Row>();
  for (const { key } of specs) {
    const { steps = [], values = [], low, high } = series[key] ?? {};
    for (const [i, step] of steps.entries()) {
      const row: Row = rows.get(step) ?? { step };
      row[key] = values[i];
      if (low && high) {
        row[`low:${key}`] = low[i];
        row[`high:${key}`] = high[i];
      }
      rows.set(step, row);
    }
  }
  return [...rows.values()].sort((a, b) => a.step - b.step);
}

/** Changes when any of the series has new points, and only then. */
export function signature(series: Record<string, Series> | undefined, specs: readonly LineSpec[]): string {
  return specs.map(({ key }) => `${series?.[key]?.steps.length ?? 0}:${series?.[key]?.steps.at(-1) ?? ''}`).join();
}
