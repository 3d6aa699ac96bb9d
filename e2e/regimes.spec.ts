import { expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import type { RegimeResults } from '../src/regimes/results.ts';
import { citation, gainText, points, settingText } from '../src/regimes/text.ts';
import { faults } from './layout.ts';
import { test } from './returning.ts';
import { expectAccessible, showAllFields } from './studio.ts';

test('the map of settings is walked with arrows, and opens a setting as recipe and as race', async ({ page }) => {
  const results = JSON.parse(readFileSync('docs/regimes/results.json', 'utf8')) as RegimeResults;
  const cells = results.plane?.cells ?? [];
  await page.goto('/#/learn/regimes');
  await expect(page.getByTestId('regimes-citation')).toContainText(citation(results));
  const [first, second] = cells;
  if (!first || !second) throw new Error('the plane has no cells');
  const panel = page.getByTestId('regime-cell');
  await expect(panel).toContainText(gainText(first.gains.sampled.interval));
  for (const width of [390, 1024, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(() => faults(page), { message: `${width} px`, timeout: 20_000 }).toEqual([]);
  }
  await expectAccessible(page);

  await page.getByRole('radio').first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { checked: true })).toHaveAccessibleName(
    new RegExp(`^${settingText('plane', second, cells)}: .*preserved ${points(second.upperSide.preserved)} %$`),
  );
  await expect(panel).toContainText(gainText(second.gains.sampled.interval));
  await expect(panel).toContainText(points(second.upperSide.measures.sampled.interval.mean));

  await panel.getByTestId('race-cell').click();
  await expect(page.getByLabel('Recipe of the race')).toHaveValue('recipe');
  await expect(page.locator('aside').first()).toContainText(/Clip-Higher[^]*GPPO/);
  await page.goto('/#/learn/regimes');
  await panel.getByTestId('train-cell').click();
  await showAllFields(page);
  await expect(page.locator('#field-rl-epochs')).toHaveValue(String(first.set['rl.epochs']));
});
