/** Ends of a chart's axis, by the unit of its values. */
import { unitOf, type Unit } from '../../run/metrics/units.ts';
import { niceTop } from './nice-top.ts';

export interface Axis {
  domain: [AxisEnd, AxisEnd];
  /** Fixed ends, if they do not follow the values. */
  ticks?: number[];
}
type AxisEnd = number | ((value: number) => number);

/**
 * From 0, or below it where there are values, to a round number above the values, within the unit's range.
 *
 * @param whole show the whole range; defaults to the unit's setting
 */
export function axisOf(unit: Unit, whole = unitOf(unit).wholeAxis ?? false): Axis {
  const [lowest, highest] = unitOf(unit).range;
  if (whole) return { domain: [lowest, highest], ticks: [lowest, (lowest + highest) / 2, highest] };
  return {
    domain: [
      (value: number) => (value < 0 ? Math.max(lowest, -niceTop(-value)) : 0),
      (value: number) => Math.min(highest, niceTop(value)),
    ],
  };
}
