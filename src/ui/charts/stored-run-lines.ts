/** Curves of a stored run behind those of the live run, in the same colours. */
import type { LineSpec, SeriesByKey } from './lines.ts';

const storedKey = (key: string): string => `stored:${key}`;

/** @param run its name, for the tooltip */
export const storedRunLines = (lines: readonly LineSpec[], run: string): LineSpec[] =>
  lines.map(({ key, title, color }) => ({ key: storedKey(key), title: `${title} (${run})`, color, faint: 'stored' }));

/** The series of a chart's lines, and of a stored run under separate keys. */
export function withStoredRun(
  series: SeriesByKey,
  lines: readonly LineSpec[],
  storedRun: SeriesByKey | undefined,
): SeriesByKey {
  return Object.fromEntries(
    lines.flatMap(({ key }) => {
      const [live, stored] = [series[key], storedRun?.[key]];
      return [
        ...(live ? [[key, live] as const] : []),
        // Bounds of joined points are drawn for the live run only.
        ...(stored ? [[storedKey(key), { steps: stored.steps, values: stored.values }] as const] : []),
      ];
    }),
  );
}
