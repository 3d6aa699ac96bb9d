import { describe, expect, it } from 'vitest';
import { logAxis, niceDomain, stepTicks, ticks } from './ticks.ts';

describe('ticks are round numbers', () => {
  it.each<[number, number, number, number[]]>([
    [0, 250, 4, [0, 50, 100, 150, 200, 250]],
    [0, 1, 4, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-0.4, 0.6, 4, [-0.4, -0.2, 0, 0.2, 0.4, 0.6]],
    [0, 3e-4, 4, [0, 1e-4, 2e-4, 3e-4]],
    [5, 5, 4, [5]],
  ])('from %d to %d in about %d steps', (low, high, count, expected) =>
    expect(ticks(low, high, count)).toEqual(expected),
  );

  it('every distance is 1, 2 or 5 times a power of ten, and both ends of a nice range have a tick', () => {
    for (let high = 0.0013; high < 1e7; high *= 1.37) {
      const [bottom, top] = niceDomain(0, high, 4);
      const marks = ticks(bottom, top, 4);
      expect(marks[0]).toBe(bottom);
      expect(marks.at(-1)).toBe(top);
      expect(top).toBeGreaterThanOrEqual(high);
      const distance = (marks[1] as number) - (marks[0] as number);
      const leading = Number(distance.toExponential(6).split('e')[0]);
      expect([1, 2, 5]).toContain(leading);
    }
  });
});

it('steps are whole numbers, however short the run', () => {
  expect(stepTicks(0, 250, 5)).toEqual([0, 50, 100, 150, 200, 250]);
  expect(stepTicks(0, 2, 5)).toEqual([0, 1, 2]);
  expect(stepTicks(1, 1, 5)).toEqual([1]);
  expect(stepTicks(117, 160, 5).every(Number.isInteger)).toBe(true);
});

describe('a logarithmic axis', () => {
  it('has powers of ten over several decades', () => {
    expect(logAxis(3e-5, 0.2)).toEqual({ domain: [1e-5, 1], ticks: [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1] });
  });
  it('has 1, 2 and 5 within a decade', () => {
    expect(logAxis(0.15, 1.2)).toEqual({ domain: [0.1, 2], ticks: [0.1, 0.2, 0.5, 1, 2] });
  });
  it('has ticks at equal distances where values hardly differ', () => {
    expect(logAxis(0.36, 0.49)).toEqual({ domain: [0.35, 0.5], ticks: [0.35, 0.4, 0.45, 0.5] });
  });
  it('has a length when all values are equal, and at most 7 ticks', () => {
    const { domain } = logAxis(1, 1);
    expect(domain[1]).toBeGreaterThan(domain[0]);
    expect(logAxis(1e-12, 1e6).ticks.length).toBeLessThanOrEqual(7);
  });
});
