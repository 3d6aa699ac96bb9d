import { expect, it } from 'vitest';
import { BoundedSeries, MAX_SERIES_POINTS } from './series.ts';

it('keeps every value up to its bound', () => {
  const series = new BoundedSeries();
  for (let step = 1; step <= 5; step++) series.push(step, step * 10);
  expect(series.view()).toEqual({ steps: [1, 2, 3, 4, 5], values: [10, 20, 30, 40, 50] });
});

it('never grows beyond its bound, and keeps mean, ends and extremes', () => {
  const series = new BoundedSeries();
  const count = 12_345;
  for (let step = 1; step <= count; step++) series.push(step, step === 777 ? 5 : Math.sin(step));
  const { steps, values, low, high } = series.view();
  expect(steps.length).toBeLessThanOrEqual(MAX_SERIES_POINTS);
  expect(steps.at(-1)).toBe(count);
  expect(Math.max(...(high ?? []))).toBe(5);
  expect(Math.min(...(low ?? []))).toBeLessThan(-0.99);
  expect(values.every(Number.isFinite)).toBe(true);
});
