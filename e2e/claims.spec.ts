import { expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { CLAIMS } from '../src/claims/index.ts';
import { sweepFile } from '../src/claims/claim.ts';
import type { ClaimResult } from '../src/claims/results.ts';
import { verdictText } from '../src/claims/text.ts';
import { armsOf, countRuns, parseSweep } from '../src/compare/sweep.ts';
import { faults } from './layout.ts';
import { test } from './returning.ts';
import { expectAccessible } from './studio.ts';

test('claims show their verdicts, fit all widths, are accessible, and open their sweep in Compare', async ({
  page,
}) => {
  const results = JSON.parse(readFileSync('docs/claims/results.json', 'utf8')) as ClaimResult[];
  await page.goto('/#/learn/claims');
  for (const [i, { number }] of CLAIMS.entries())
    await expect(page.getByTestId(`claim-${number}`)).toContainText(verdictText(results[i] as ClaimResult));
  for (const width of [390, 1024, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(() => faults(page), { message: `${width} px`, timeout: 20_000 }).toEqual([]);
  }
  for (const details of await page.locator('.claim details').all()) await details.locator('summary').click();
  await expectAccessible(page);

  const claim = CLAIMS.find(({ number }) => number === 5);
  if (!claim) throw new Error('claim 5 is missing');
  const sweep = parseSweep(JSON.parse(readFileSync(sweepFile(claim), 'utf8')), sweepFile(claim));
  await page.getByTestId('claim-5').getByTestId('open-claim').click();
  const given = page.getByTestId('given-sweep');
  await expect(given).toContainText(sweep.name);
  for (const { label } of armsOf(sweep)) await expect(given).toContainText(label);
  await expect(given).toContainText(sweep.seeds.join(', '));
  await expect(page.getByTestId('start-sweep')).toHaveText(`Start ${countRuns(sweep)} runs`);
  await expectAccessible(page, ['light']);
  await given.getByRole('button', { name: 'Use settings instead' }).click();
  await expect(given).toHaveCount(0);
  await expect(page.getByTestId('start-sweep')).toHaveText('Start 6 runs');

  // Sweeps that ship open without a file.
  await page.getByLabel('Included sweep').selectOption('study-teacher');
  await expect(given).toContainText('A stronger teacher');
  await expect(page.getByTestId('start-sweep')).toHaveText('Start 15 runs');
});
