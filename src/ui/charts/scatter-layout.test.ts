import { expect, it } from 'vitest';
import { ALL_RATIOS, layOutScatter, type ScatterOptions } from './scatter-layout.ts';

const tokens = {
  logRatio: Float32Array.of(0, Math.log(2), -9, Math.log(1.1)),
  probability: Float32Array.of(0.5, 1, 0.001, 0),
};
const options: ScatterOptions = {
  width: 400,
  height: 200,
  margin: { left: 40, right: 10, top: 5, bottom: 20 },
  band: [0.8, 1.28],
  range: undefined,
  log: false,
};

it('draws every token on the whole axis, those beyond it at its ends', () => {
  const { points, inner, ratioAt } = layOutScatter(tokens, options);
  expect(points.map(({ token }) => token)).toEqual([0, 1, 2, 3]);
  expect(points[0]?.x).toBeCloseTo((inner.left + inner.right) / 2);
  expect(points[0]?.y).toBeCloseTo((inner.top + inner.bottom) / 2);
  expect(points[1]?.y).toBe(inner.top);
  expect(points[2]?.x).toBe(inner.left);
  expect(ratioAt(points[1]?.x ?? 0)).toBeCloseTo(2);
  expect(ratioAt(0)).toBeCloseTo(ALL_RATIOS[0]);
});

it('shows only the tokens of a zoomed range, with round ratios as labels', () => {
  const { points, xLabels, band, inner } = layOutScatter(tokens, { ...options, range: [0.9, 2.1] });
  expect(points.map(({ token }) => token)).toEqual([0, 1, 3]);
  expect(xLabels.map(({ text }) => text)).toEqual(['1', '1.2', '1.4', '1.6', '1.8', '2']);
  // The lower bound of the clip range lies left of what is shown.
  expect(band?.[0]).toBe(inner.left);
  expect(band?.[1]).toBeGreaterThan(inner.left);
});

it('labels of ratios keep a distance, the bounds of a narrow clip range give way', () => {
  const texts = (band: [number, number]) => layOutScatter(tokens, { ...options, band }).xLabels.map(({ text }) => text);
  expect(texts([0.5, 2])).toEqual(['r = 1', '≤ 0.37', '≥ 2.7', '0.5', '2']);
  expect(texts([0.99, 1.01])).toEqual(['r = 1', '≤ 0.37', '≥ 2.7']);
});

it('a logarithmic axis of probabilities keeps a probability of 0 on it', () => {
  const { points, yLabels, inner } = layOutScatter(tokens, { ...options, log: true });
  expect(points[3]?.y).toBe(inner.bottom);
  expect(points[1]?.y).toBe(inner.top);
  expect(yLabels.at(-1)).toEqual({ y: inner.top, text: '100 %' });
  expect(yLabels.every(({ y }) => y >= inner.top && y <= inner.bottom)).toBe(true);
});
