import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { armsOf } from '../../compare/sweep.ts';
import { includedSweep, includedSweeps } from './included-sweeps.ts';

const shipped = readdirSync('configs')
  .filter((file) => /^(study|sweep)-/.test(file))
  .map((file) => file.replace(/\.json$/, ''));

it('offers every sweep that ships, in exactly one group', () => {
  const offered = includedSweeps().flatMap(({ items }) => items.map(({ value }) => value));
  expect(offered.sort()).toEqual(shipped.sort());
});

it.each(shipped)('opens %s', async (file) => {
  expect(armsOf(await includedSweep(file)).length).toBeGreaterThan(1);
});
