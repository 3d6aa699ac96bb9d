import { describe, expect, it } from 'vitest';
import type { Unit } from '../../run/metrics/units.ts';
import { axisOf, extentOf, type AxisOptions } from './axis.ts';

const axis = (unit: Unit, values: number[], options?: AxisOptions) => axisOf(unit, extentOf(values), options);

it.each<[Unit, number[], [number, number], number[]]>([
  ['share', [0.01, 0.17], [0, 0.2], [0, 0.05, 0.1, 0.15, 0.2]],
  ['share', [0.9, 0.99], [0, 1], [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ['nats per token', [-0.3, 0.5], [-0.4, 0.6], [-0.4, -0.2, 0, 0.2, 0.4, 0.6]],
  ['norm', [2, 7.1], [0, 8], [0, 2, 4, 6, 8]],
  ['tokens per second', [120, 238], [0, 250], [0, 50, 100, 150, 200, 250]],
  ['learning rate', [3e-4], [0, 3e-4], [0, 1e-4, 2e-4, 3e-4]],
])('an axis of unit %s over %j goes from %j in round steps', (unit, values, domain, ticks) =>
  expect(axis(unit, values)).toEqual({ domain, ticks }),
);

it('accuracies, rewards and cosines show their whole range, unless a chart follows the values', () => {
  expect(axis('accuracy', [0.2, 0.3]).domain).toEqual([0, 1]);
  expect(axis('cosine', [0.2]).ticks).toEqual([-1, 0, 1]);
  expect(axis('reward', [0.2, 0.3], { whole: false }).domain).toEqual([0, 0.3]);
  expect(axis('reward', [0.62, 0.78], { fit: true }).domain).toEqual([0.6, 0.8]);
});

describe('a logarithmic axis', () => {
  it('covers the positive values', () => {
    expect(axis('norm', [0, 0.02, 3], { log: true }).domain).toEqual([0.01, 10]);
  });
  it('is linear without positive values', () => {
    expect(axis('loss', [-2, -1], { log: true }).domain).toEqual([-2, 0]);
  });
});

it('an axis without values still has a length', () => {
  expect(axis('norm', []).domain).toEqual([0, 1]);
  expect(axis('norm', [0]).domain).toEqual([0, 1]);
});
