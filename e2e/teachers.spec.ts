/** A teacher as a source of SFT: its properties, what it gives, and a step on its traces. */
import { expect } from '@playwright/test';
import { parseRunConfig } from '../src/run/config.ts';
import { shareHash } from '../src/run/share.ts';
import { expectAccessible, showAllFields } from './studio.ts';
import { test } from './traffic.ts';

const CONFIG = parseRunConfig(
  {
    name: 'taught',
    model: { architecture: { hidden_size: 32, layers: 1, heads: 2, intermediate_size: 64, max_positions: 64 } },
    task: { name: 'arithmetic' },
    sft: { epochs: 1, batch_size: 8 },
  },
  'recipe',
);

test('writes traces as its fields say, shows them, and trains on those that the filter keeps', async ({ page }) => {
  await page.goto(`/${shareHash(CONFIG)}`);
  await showAllFields(page);
  await page.getByTestId('sft-add-source').click();
  await page.getByRole('menuitem', { name: /^A teacher/ }).click();
  const source = page.getByTestId('sft-source-0');
  const counts = page.getByTestId('sft-source-0-counts');
  const bands = page.getByTestId('sft-source-0-bands');
  const traces = page.getByTestId('sft-source-0-traces').getByRole('listitem');
  await expect(counts).toHaveText('All 500 rows once per epoch (100 %).');
  await expect(bands.getByRole('row', { name: /^all/ })).toHaveText(/^all500100 %/);
  await expect(traces).toHaveCount(3);
  await expect(source).toContainText('One operation per line, products first');

  // Its style and its mistakes are seen at once.
  await source.getByLabel('Style').selectOption('operations');
  await expect(traces.first()).toHaveText(/^(\d+[+*-]\d+[+*-]\d+=)(-?\d+[+*-]\d+=-?\d+=?){2} correct$/);
  await source.getByLabel('Correct of teacher operations', { exact: true }).fill('0');
  await expect(traces.first()).toContainText('incorrect');
  await source.getByLabel('Correct in 1 digit').fill('1');
  await expect(bands.getByRole('row', { name: /^1 digit/ })).toContainText('100 %');
  await expect(bands.getByRole('row', { name: /^2 digits/ })).toContainText('0 %');

  // Equal shares of two bands, of which one is filtered.
  const group = source.getByRole('group', { name: 'Difficulty bands of teacher operations' });
  await group.getByText('1 digit', { exact: true }).click();
  await group.getByText('2 digits', { exact: true }).click();
  await expect(bands.getByRole('row', { name: /^2 digits/ })).toHaveText(/^2 digits2500 %/);
  await source.getByLabel('Amount of teacher operations').fill('60');
  await source.getByLabel('Completions').selectOption('correct');
  await expect(counts).toHaveText('All 30 rows once per epoch (100 %). Left out: 30 do not pass the filter.');
  await source.getByRole('group', { name: 'Bands of the filter' }).getByText('1 digit', { exact: true }).click();
  await expect(counts).toHaveText('All 60 rows once per epoch (100 %).');
  await expectAccessible(page);

  // A field that is wrong says so in the source.
  await source.getByLabel('Correct of teacher operations', { exact: true }).fill('2');
  await expect(source.getByRole('alert')).toContainText('1');
  await source.getByLabel('Correct of teacher operations', { exact: true }).fill('0.5');
  await expect(source.getByRole('alert')).toHaveCount(0);
  await page.getByTestId('step-button').click();
  await expect(page.getByTestId('state')).toHaveText('paused');
});
