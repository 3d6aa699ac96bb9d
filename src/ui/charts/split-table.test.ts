import { expect, it } from 'vitest';
import { splitTable } from './split-table.ts';

it('has a row per zone with a gradient and a column per parameter group', () => {
  const table = splitTable({
    'gradient_split/inside/norm': 2,
    'gradient_split/inside/cosine_unclipped': 0.9,
    'gradient_split/inside/layers/embedding/norm': 1,
    'gradient_split/inside/layers/layer 0/norm': 1.5,
    'gradient_split/positive-high/norm': 0.5,
    'gradient_split/positive-high/cosine_inside': -0.25,
    'gradient_split/positive-high/layers/layer 0/norm': 0.4,
    'gradient_split/negative-low/norm': 0,
  });
  expect(table.groups).toEqual(['whole model', 'embedding', 'layer 0']);
  expect(table.rows.map(({ zone }) => zone)).toEqual(['inside', 'positive-high']);
  expect(table.rows[0]?.cells[0]).toEqual({ norm: 2, cosineInside: 1, cosineUnclipped: 0.9 });
  expect(table.rows[1]?.cells.map(({ norm }) => norm)).toEqual([0.5, 0, 0.4]);
  expect(table.rows[1]?.cells[0]?.cosineInside).toBe(-0.25);
  expect(table.rows[1]?.cells[0]?.cosineUnclipped).toBeNaN();
});
