import { expect } from '@playwright/test';
import { test } from './returning.ts';
import { expectAccessible, exportChart, oneStep, openSmall, saved, wholeRun } from './studio.ts';

test('compares strategies on the last minibatch without changing the run, and shows the exact gradient split', async ({
  page,
}) => {
  await openSmall(page);
  await oneStep(page);
  await oneStep(page);
  await page.getByTestId('what-if').click();
  const panel = page.getByRole('dialog');
  await expect(panel).toContainText('gradient norms, cosines');
  await panel.getByTestId('compare-strategies').click();
  // A comparison can be cancelled and started again.
  await panel.getByRole('button', { name: 'Cancel' }).click();
  await expect(panel).toHaveCount(0);
  await page.getByTestId('what-if').click();
  await expect(panel.getByRole('button', { name: 'Cancel' })).toHaveCount(0);
  // A press while the dialog still moves is lost.
  const noClipping = panel.getByRole('button', { name: 'Remove No clipping' });
  await expect(async () => {
    if ((await noClipping.count()) > 0) await noClipping.click({ timeout: 3000 });
    await expect(noClipping).toHaveCount(0, { timeout: 1000 });
  }).toPass();
  await panel.getByTestId('compare-strategies').click();
  const answer = panel.getByTestId('what-if-answer');
  await expect(answer).toContainText(/Step 2, update \d+: \d+ responses/);

  const rows = answer.locator('table').first().locator('tbody tr');
  // The run's GPPO, and PPO and CISPO at its clip range.
  await expect(rows).toHaveCount(3);
  await expect(rows.getByRole('rowheader')).toHaveText([/^GPPO/, /^PPO(?!.*ε)/, /^CISPO(?!.*ε)/]);
  for (const cell of [1, 2, 4, 5]) await expect(rows.first().locator('th, td').nth(cell)).toHaveText(/\d/);
  await expect(rows.first().getByRole('img')).toHaveAccessibleName(/inside: \d+\.\d % of gradient mass/);
  const cosines = answer.locator('.matrix').first().locator('tbody tr');
  await expect(cosines).toHaveCount(3);
  await expect(cosines.first().locator('td').first()).toHaveText('1.000');
  await expect(answer.locator('.matrix').nth(1).locator('tbody td').first()).toHaveText('100.0 %');
  await expect(answer).toContainText(/Measured: \d+ problems × \d+ samples/);
  await expect(answer).toContainText(/Tokens with the largest difference/);
  await expectAccessible(page);

  // Escape closes the panel, and does not stop the run behind it.
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(page.getByTestId('state')).toHaveText('paused');
  await oneStep(page);

  // The exact gradient by zone and layer, and its cost; a line is drawn from two points on.
  await expect(page.getByTestId('chart-split')).toHaveCount(0);
  await page.locator('#field-rl-split_every').fill('2');
  await wholeRun(page, 3);
  const card = page.getByTestId('chart-split');
  await expect(card).toContainText(/step 3 · \d+ % of step time/);
  for (const stretch of ['whole model', 'embedding', 'layer 0', 'layer 1', 'head'])
    await expect(card.getByRole('columnheader', { name: stretch })).toBeVisible();
  await expect(card.getByRole('row', { name: /inside/ })).toContainText('1.00 /');
  for (const name of ['norms', 'cosines', 'unclipped'])
    await expect(page.getByTestId(`chart-split-${name}`).locator('svg path.recharts-curve').first()).toBeAttached();
  const csv = await saved(page, () => exportChart(page, 'Exact gradient by layer', 'CSV'));
  expect(csv.data.toString()).toMatch(
    /^zone,parameters,norm,cosine_inside,cosine_unclipped\ninside,whole model,[\d.]+,1,/,
  );
  const svg = await saved(page, () => exportChart(page, 'Exact gradient by layer', 'SVG'));
  expect(svg.data.toString()).toMatch(/GPPO, addition, seed 7, GPPO.*, step 3<.*>whole model<.*>layer 1</s);
});
