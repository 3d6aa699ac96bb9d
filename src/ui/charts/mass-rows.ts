/** Rows of the chart of gradient mass by zone. */
import type { PlotLine } from '../../compare/plot.ts';
import { smooth } from '../../compare/smooth.ts';
import type { Zone } from '../../run/step-record.ts';
import { percent } from '../format.ts';
import { ZONE_INFO, ZONE_PATTERNS, zoneColor } from '../zones.ts';

/** Bottom to top. */
export const MASS_ZONES: Zone[] = ['inside', 'positive-low', 'negative-high', 'negative-low', 'positive-high'];
/** Pixels. */
export const MASS_HEIGHT = 150;
/** Opacity of a zone's area: that inside the clip range is most of it. */
export const massOpacity = (zone: Zone): number => (zone === 'inside' ? 0.28 : 0.95);

/** Share of the gradient's mass per zone, 0 to 1. */
export type MassRow = { step: number } & Partial<Record<Zone, number>>;

/** Each zone's share as a moving average; they still add up to what they added up to. */
export function smoothedMass(rows: readonly MassRow[], weight: number): readonly MassRow[] {
  if (weight === 0) return rows;
  const averages = MASS_ZONES.map((zone) =>
    smooth(
      rows.map((row) => row[zone] ?? 0),
      weight,
    ),
  );
  return rows.map(({ step }, i) => ({
    step,
    ...Object.fromEntries(MASS_ZONES.map((zone, k) => [zone, averages[k]?.[i] ?? 0])),
  }));
}

/** The text alternative: each zone's share at the first and the newest step, and its highest. */
export function massSummary(rows: readonly MassRow[]): string {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return 'No values.';
  const shares = MASS_ZONES.map((zone) => {
    const highest = rows.reduce((best, row) => ((row[zone] ?? 0) > (best[zone] ?? 0) ? row : best));
    return (
      `${ZONE_INFO[zone].title}: from ${percent(first[zone] ?? 0)} to ${percent(last[zone] ?? 0)}, ` +
      `highest ${percent(highest[zone] ?? 0)} at step ${highest.step}.`
    );
  });
  return `Shares of the gradient mass, step ${first.step} to ${last.step}. ${shares.join(' ')}`;
}

/** The shares as lines, for CSV: bottom to top. */
export const massLines = (rows: readonly MassRow[]): PlotLine[] =>
  MASS_ZONES.map((zone) => ({
    label: ZONE_INFO[zone].title,
    steps: rows.map(({ step }) => step),
    values: rows.map((row) => row[zone] ?? 0),
    color: zoneColor(zone),
  }));

/** The shares as areas on top of each other, for a picture: top to bottom, as their legend. */
export function massAreas(rows: readonly MassRow[]): PlotLine[] {
  let below: number[] = rows.map(() => 0);
  const areas = massLines(rows).map((line, k): PlotLine => {
    const low = below;
    const high = low.map((value, i) => value + (line.values[i] ?? 0));
    below = high;
    const zone = MASS_ZONES[k] ?? 'inside';
    const { path } = ZONE_PATTERNS[zone];
    return { ...line, values: high, low, high, area: massOpacity(zone), ...(path && { hatch: path }) };
  });
  return areas.reverse();
}
