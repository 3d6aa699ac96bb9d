/** A chart's axis of values: its ends and ticks, by the unit and the values. */
import { logAxis, niceDomain, ticks } from '../../run/metrics/ticks.ts';
import { unitOf, type Unit } from '../../run/metrics/units.ts';

export interface Axis {
  domain: [number, number];
  ticks: number[];
}

export interface AxisOptions {
  /** Shows the whole range; defaults to the unit's setting. */
  whole?: boolean;
  /** A logarithmic axis over the positive values, if there are any. */
  log?: boolean;
  /** Follows the values on both sides instead of beginning at 0. */
  fit?: boolean;
  /** About how many distances between ticks it has; defaults to 4, or 2 over the unit's whole range. */
  count?: number | undefined;
}

/**
 * From 0, or below it where there are values, to a round number above the values, within the unit's range.
 *
 * @param values the lowest and the highest value, and the lowest positive one
 */
export function axisOf(
  unit: Unit,
  { low, high, positive }: Extent,
  { whole = unitOf(unit).wholeAxis ?? false, log = false, fit = false, count: given }: AxisOptions = {},
): Axis {
  const [lowest, highest] = unitOf(unit).range;
  if (log && Number.isFinite(positive)) return logAxis(positive, high);
  if (whole && !fit) return { domain: [lowest, highest], ticks: ticks(lowest, highest, given ?? 2) };
  const count = given ?? 4;
  if (high < low) return { domain: [0, 1], ticks: ticks(0, 1, count) };
  const bottom = Math.max(lowest, fit ? low : Math.min(0, low));
  const top = Math.min(highest, fit ? high : Math.max(0, high));
  const [first, last] = niceDomain(bottom, top, count);
  const domain: Axis['domain'] = [Math.max(lowest, first), Math.min(highest, last)];
  return { domain, ticks: ticks(...domain, count) };
}

export interface Extent {
  /** Infinity and -Infinity without values. */
  low: number;
  high: number;
  /** The lowest value above 0; Infinity if there is none. */
  positive: number;
}

export function extentOf(values: Iterable<number | undefined>): Extent {
  const extent: Extent = { low: Infinity, high: -Infinity, positive: Infinity };
  for (const value of values) {
    if (value === undefined || !Number.isFinite(value)) continue;
    extent.low = Math.min(extent.low, value);
    extent.high = Math.max(extent.high, value);
    if (value > 0) extent.positive = Math.min(extent.positive, value);
  }
  return extent;
}
