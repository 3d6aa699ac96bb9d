import { describe, expect, it } from 'vitest';
import { storedRunLines, withStoredRun } from './stored-run-lines.ts';
import { extentOfRows, rowsInside, rowsOf, smoothed, stepsShown, type LineSpec } from './lines.ts';

const reward: LineSpec = { key: 'reward', title: 'reward', color: 'blue' };
const heldOut: LineSpec = { key: 'held out', title: 'held out', color: 'green', dots: true };
const series = {
  reward: { steps: [1, 2, 3], values: [0, 1, 0], low: [0, 0.5, 0], high: [0, 2, 0] },
  'held out': { steps: [0, 2], values: [0.2, 0.6] },
};

describe('smoothing', () => {
  it('draws the moving average, with the values faintly behind it', () => {
    const { series: next, lines } = smoothed(series, [reward, heldOut], 0.5);
    expect(lines.map(({ key, faint }) => [key, faint])).toEqual([
      ['raw:reward', 'raw'],
      ['reward', undefined],
      ['held out', undefined],
    ]);
    expect(next['raw:reward']?.values).toEqual([0, 1, 0]);
    expect(next.reward?.values[1]).toBeCloseTo(0.5 / 0.75, 12);
    expect(next.reward?.low).toBeUndefined();
  });
  it('leaves infrequent measurements as they are', () => {
    expect(smoothed(series, [heldOut], 0.9).series['held out']).toEqual(series['held out']);
  });
  it('smooths a band over seeds with its line, and a stored run without a second line', () => {
    const band = smoothed(series, [{ ...reward, band: 'area' }], 0.5).series.reward;
    expect(band?.high?.[1]).toBeCloseTo(1 / 0.75, 12);
    expect(smoothed(series, [{ ...reward, faint: 'stored' }], 0.5).lines).toHaveLength(1);
  });
  it('is off at 0', () => {
    expect(smoothed(series, [reward], 0)).toEqual({ series, lines: [reward] });
  });
});

it('a range of steps keeps the rows inside it, and its own ends', () => {
  const rows = rowsOf(series, [reward, heldOut]);
  expect(rows.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
  expect(rowsInside(rows, [1, 2]).map(({ step }) => step)).toEqual([1, 2]);
  expect(stepsShown(rows, 50, [1, 2])).toEqual([1, 2]);
});

it('the axis of steps grows where a stored run has more steps than the live one', () => {
  const rows = rowsOf(series, [reward, heldOut]);
  expect(stepsShown(rows, 50, undefined)).toEqual([0, 50]);
  expect(stepsShown(rows, 2, undefined)).toEqual([0, 3]);
  expect(stepsShown(rows, undefined, undefined)).toEqual([0, 3]);
});

it('the axis of values covers bands over seeds, but not the bounds of joined points', () => {
  const rows = rowsOf(series, [reward]);
  expect(extentOfRows(rows, [reward])).toEqual({ low: 0, high: 1, positive: 1 });
  expect(extentOfRows(rows, [{ ...reward, band: 'area' }]).high).toBe(2);
});

describe('a stored run behind the live one', () => {
  it('has lines of the same colours, named after it', () => {
    expect(storedRunLines([reward], 'ppo run')).toEqual([
      { key: 'stored:reward', title: 'reward (ppo run)', color: 'blue', faint: 'stored' },
    ]);
  });
  it('has separate keys, and no bounds', () => {
    expect(withStoredRun({}, [reward, heldOut], series)).toEqual({
      'stored:reward': { steps: [1, 2, 3], values: [0, 1, 0] },
      'stored:held out': series['held out'],
    });
    expect(withStoredRun(series, [reward], undefined)).toEqual({ reward: series.reward });
  });
});
