import { expect, type Page } from '@playwright/test';
import { test } from './returning.ts';
import { expectAccessible, exportChart, go, oneStep, openSmall, saved } from './studio.ts';

/** States of the runs that the browser has written. */
const keptStates = (page: Page): Promise<string[]> =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('gppo-studio');
        opening.onerror = () => reject(opening.error ?? new Error('no database'));
        opening.onsuccess = () => {
          const reading = opening.result.transaction('runs').objectStore('runs').getAll();
          reading.onerror = () => reject(reading.error ?? new Error('no runs'));
          reading.onsuccess = () => {
            opening.result.close();
            resolve((reading.result as { state: string }[]).map(({ state }) => state));
          };
        };
      }),
  );

/**
 * Stops the comparison in the moment in which its first run ends: the others may take less time than a click.
 *
 * @returns whether Step was disabled until then
 */
const stopAtFirstEnd = (page: Page): Promise<boolean> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (!document.querySelector('[data-testid=run-done]')) return;
          observer.disconnect();
          const step = document.querySelector('[data-testid=step-button]');
          document.querySelector<HTMLElement>('[data-testid=stop-sweep]')?.click();
          resolve(step?.getAttribute('aria-disabled') === 'true');
        });
        observer.observe(document.body, { childList: true, subtree: true });
      }),
  );

/** A grid and a tuning stage: their runs are counted, what cannot be read is named, and both can be removed. */
async function varyAndTune(page: Page): Promise<void> {
  const start = page.getByTestId('start-sweep');
  await expect(start).toHaveText('Start 4 runs');
  await page.getByRole('button', { name: 'Add varied field' }).click();
  await expect(page.getByRole('alert')).toHaveText('Choose a field.');
  await page.getByRole('combobox', { name: 'Varied field 1' }).fill('rl.epochs');
  await page.getByRole('option', { name: /rl\.epochs/ }).click();
  await page.getByTestId('varied-row').getByRole('textbox').last().fill('1, 2, 4');
  await expect(start).toHaveText('Start 12 runs');
  await page.getByRole('button', { name: 'Add tuned field' }).click();
  await page.getByRole('combobox', { name: 'Tuned field 1' }).fill('rl.learning_rate');
  await page.getByRole('option', { name: /rl\.learning_rate/ }).click();
  await page.getByTestId('tuned-row').getByRole('textbox').last().fill('1e-4, 3e-4');
  await expect(start).toHaveText('Start 36 runs');
  await page.getByLabel('Tuning seeds').fill('1');
  await expect(page.getByRole('alert')).toContainText('found 1 in both');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Remove Learning rate' }).click();
  await page
    .getByRole('button', { name: /^Remove / })
    .last()
    .click();
  await expect(start).toHaveText('Start 4 runs');
}

test('runs strategies over seeds as one job: stop, reload, resume, charts, table and export', async ({ page }) => {
  await openSmall(page, 2);
  await page.getByLabel('Evaluate every', { exact: true }).fill('1');
  await go(page, 'Compare');
  await expect(page.getByRole('main')).toContainText('Is one strategy, or one setting, better than another here?');
  const seeds = page.getByLabel('Seeds', { exact: true });
  await seeds.fill('1, x');
  await expect(page.getByTestId('start-sweep')).toBeDisabled();
  await expect(page.getByRole('alert')).toContainText('seeds');
  await seeds.fill('1, 2');
  await varyAndTune(page);
  const stopped = stopAtFirstEnd(page);
  await page.getByTestId('start-sweep').click();
  expect(await stopped).toBe(true);
  const done = page.getByTestId('run-done');
  await expect(done).not.toHaveCount(0);
  await expect(page.getByTestId('start-sweep')).toHaveText('Resume');
  // Written, not only finished: if the tab closes just after a run's end, the run has to be repeated. Nothing else ends
  // meanwhile, so that runs are left for the reload.
  await expect.poll(() => keptStates(page)).toContain('complete');
  await page.getByTestId('start-sweep').click();
  await expect(page.getByTestId('stop-sweep')).toBeVisible();

  // A comparison survives a reload: complete runs are kept, an interrupted one is repeated.
  await page.reload();
  const made = await done.first().textContent();
  await expect(page.getByTestId('unfinished')).toContainText(/(is|are) not done/);
  // A paused run is still available after the comparison.
  await go(page, 'Train');
  await oneStep(page);
  await go(page, 'Compare');
  await page.getByTestId('start-sweep').click();
  await expect(done).toHaveCount(4);
  expect(await done.first().textContent()).toBe(made);
  await expect(page.getByTestId('start-sweep')).toHaveText('Start 4 runs');

  const table = page.getByTestId('summary');
  await expect(table.locator('tbody tr')).toHaveCount(2);
  // Two seeds of two steps cannot tell strategies apart.
  await expect(table).not.toContainText(/better|worse/);
  await expect(table).toContainText('baseline');
  const runs = await saved(page, async () => {
    await page.getByTestId('summary-card').getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'Runs as CSV' }).click();
  });
  expect(runs.data.toString().trimEnd().split('\n')).toHaveLength(5);

  const reward = page.getByTestId('chart-compare-critic/score/mean');
  const csv = await saved(page, () => exportChart(page, 'Reward', 'CSV'));
  const [head, ...lines] = csv.data.toString().trimEnd().split('\n');
  expect(head).toContain('step');
  expect(lines.length).toBeGreaterThanOrEqual(2);
  const png = await saved(page, () => exportChart(page, 'Reward', 'PNG'));
  expect(png.data.subarray(1, 4).toString()).toBe('PNG');
  expect(png.data.readUInt32BE(16)).toBeGreaterThan(800);

  // Hovering over one chart shows the same step in all charts.
  await reward.scrollIntoViewIfNeeded();
  const box = await reward.locator('.recharts-surface').first().boundingBox();
  if (!box) throw new Error('the chart is not drawn');
  await page.mouse.move(box.x + box.width - 14, box.y + box.height / 2);
  await expect(reward.locator('.recharts-tooltip-wrapper')).toContainText('step 2');
  await expect(page.getByTestId('chart-compare-actor/entropy').locator('.recharts-tooltip-wrapper')).toContainText(
    'step 2',
  );

  const line = () => reward.locator('.line-main path.recharts-line-curve').first().getAttribute('d');
  const before = await line();
  await page.getByRole('slider', { name: 'Smoothing' }).focus();
  await page.keyboard.press('End');
  await expect.poll(line).not.toBe(before);
  await expectAccessible(page);

  await go(page, 'Train');
  await expect(page.getByTestId('state')).toHaveText('paused');
  await page.getByRole('button', { name: 'Greedy' }).click();
  await expect(page.getByTestId('answer')).toHaveText(/^58\+67=\d/);

  // The comparison and its runs are listed, and open again.
  await page.reload();
  await go(page, 'Runs');
  await expect(page.getByTestId('run-row')).toHaveCount(5);
  await page.getByText('Comparisons (1)').click();
  await expect(page.getByTestId('sweep-row')).toContainText('4 of 4');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(done).toHaveCount(4);
  await expect(table.locator('tbody tr')).toHaveCount(2);
});
