/** Curves of a stored run behind those of the live run, in the same colours. */
import type { LineSpec, SeriesByKey } from './lines.ts';

const behindKey = (key: string): string => `behind:${key}`;

/** @param run its name, for the tooltip */
export const behindSpecs = (lines: readonly LineSpec[], run: string): LineSpec[] =>
  lines.map(({ key, title, color }) => ({ key: behindKey(key), title: `${title} (${run})`, color, faint: 'behind' }));

/** The series of a chart's lines, and of a stored run under keys of their own. */
export function withBehind(
  series: SeriesByKey,
  lines: readonly LineSpec[],
  behind: SeriesByKey | undefined,
): SeriesByKey {
  return Object.fromEntries(
    lines.flatMap(({ key }) => {
      const [live, stored] = [series[key], behind?.[key]];
      return [
        ...(live ? [[key, live] as const] : []),
        // Bounds of joined points are drawn for the live run only.
        ...(stored ? [[behindKey(key), { steps: stored.steps, values: stored.values }] as const] : []),
      ];
    }),
  );
}
