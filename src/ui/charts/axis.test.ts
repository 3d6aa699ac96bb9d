import { expect, it } from 'vitest';
import type { Unit } from '../../run/metrics/units.ts';
import { axisOf } from './axis.ts';

/** Ends of the axis of values from `low` to `high`. */
function endsOf(unit: Unit, low: number, high: number, whole?: boolean): [number, number] {
  const [bottom, top] = axisOf(unit, whole).domain;
  return [typeof bottom === 'number' ? bottom : bottom(low), typeof top === 'number' ? top : top(high)];
}

it.each<[Unit, number, number, [number, number]]>([
  ['share', 0.01, 0.17, [0, 0.2]],
  ['share', 0.9, 0.99, [0, 1]],
  ['nats per token', -0.3, 0.5, [-0.4, 0.6]],
  ['norm', 2, 7.1, [0, 8]],
])('an axis of unit %s follows values from %d to %d and stays in its range', (unit, low, high, ends) =>
  expect(endsOf(unit, low, high)).toEqual(ends),
);

it('accuracies, rewards and cosines show their whole range, unless a chart zooms in', () => {
  expect(endsOf('accuracy', 0.2, 0.3)).toEqual([0, 1]);
  expect(axisOf('cosine')).toEqual({ domain: [-1, 1], ticks: [-1, 0, 1] });
  expect(endsOf('reward', 0.2, 0.3, false)).toEqual([0, 0.4]);
});
