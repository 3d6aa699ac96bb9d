import { expect, it } from 'vitest';
import { linePlot } from '../../compare/plot.ts';
import { massAreas, massLines, smoothedMass, type MassRow } from './mass-rows.ts';

const rows: MassRow[] = [
  { step: 1, inside: 1 },
  { step: 2, inside: 0.5, 'positive-high': 0.3, 'negative-low': 0.2 },
];

it('smoothed shares still add up to 1', () => {
  expect(smoothedMass(rows, 0)).toBe(rows);
  for (const { step, ...shares } of smoothedMass(rows, 0.9))
    expect(
      Object.values(shares).reduce((sum, share) => sum + share, 0),
      `step ${step}`,
    ).toBeCloseTo(1);
});

it('areas lie on top of each other, in the order of the legend from top to bottom', () => {
  const areas = massAreas(rows);
  expect(areas.map(({ label }) => label)).toEqual(
    massLines(rows)
      .map(({ label }) => label)
      .reverse(),
  );
  for (const [i, area] of areas.entries()) expect(area.low).toEqual(areas[i + 1]?.high ?? [0, 0]);
  expect(areas[0]?.high?.map((share) => Number(share.toFixed(6)))).toEqual([1, 1]);
});

it('a picture of areas fills the axis from 0 to 100 % and draws no lines', () => {
  const svg = linePlot(massAreas(rows), { title: 'Mass', subtitle: 'a run', unit: 'share' });
  expect(svg.match(/<polygon/g)).toHaveLength(5);
  expect(svg).not.toContain('<polyline');
  // All but the area inside the clip range have a pattern, in the plot and in the legend.
  expect(svg.match(/fill="url\(#hatch-\d\)"/g)).toHaveLength(2 * 4);
  expect(svg).toContain('>100 %<');
  // The topmost area reaches the top of the plot at both steps.
  expect(svg).toMatch(/<polygon points="62\.0,52\.0 590\.0,52\.0/);
});
