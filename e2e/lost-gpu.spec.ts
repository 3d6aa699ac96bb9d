/** The GPU is lost during a run, here because the browser's GPU process ends. */
import { expect } from '@playwright/test';
import { test } from './returning.ts';
import { go, openSmall, startNewRun, stepsMade } from './studio.ts';

// A browser of its own: others keep their GPU.
test.use({ launchOptions: async ({ launchOptions }, use) => use({ ...launchOptions }) });

test('a run whose GPU is lost says so and keeps its steps; training continues after a restart', async ({
  page,
  browser,
}) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await openSmall(page);
  await page.getByTestId('run-button').click();
  await expect.poll(() => stepsMade(page)).toBeGreaterThanOrEqual(1);

  await (await browser.newBrowserCDPSession()).send('Browser.crashGpuProcess');
  const problem = page.getByTestId('worker-problem');
  await expect(problem).toContainText('The GPU device was lost');
  await expect(problem).toContainText('Completed steps are kept; start the run again.');
  await expect(page.getByTestId('state')).toHaveText('failed');
  await expect(page.getByTestId('time-left')).toHaveCount(0);
  await expect(page.getByTestId('chart-reward').locator('svg path.recharts-curve').first()).toBeAttached();

  await problem.getByRole('button', { name: 'Restart' }).click();
  await expect(problem).toHaveCount(0);
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await startNewRun(page);
  await expect(page.getByTestId('state')).toHaveText('running');
  await expect.poll(() => stepsMade(page)).toBeGreaterThanOrEqual(1);
  expect(errors).toEqual([]);
});

test('a lost GPU leaves the complete runs of a comparison, which resumes, and the steps of a race', async ({
  page,
  browser,
}) => {
  const crash = async () => (await browser.newBrowserCDPSession()).send('Browser.crashGpuProcess');
  const problem = page.getByTestId('worker-problem');
  await openSmall(page, 2);
  await go(page, 'Compare');
  await page.getByLabel('Seeds', { exact: true }).fill('1, 2');
  await page.getByTestId('start-sweep').click();
  const done = page.getByTestId('run-done');
  await expect(done).not.toHaveCount(0);
  await crash();
  await expect(problem).toContainText('The GPU device was lost');
  const kept = await done.count();
  expect(kept).toBeGreaterThanOrEqual(1);
  const [first] = await done.allTextContents();
  await problem.getByRole('button', { name: 'Restart' }).click();
  await expect(problem).toHaveCount(0);
  if (kept < 4) {
    await expect(page.getByTestId('start-sweep')).toHaveText('Resume');
    await page.getByTestId('start-sweep').click();
  }
  await expect(done).toHaveCount(4);
  expect((await done.allTextContents())[0]).toBe(first);

  await page.getByRole('button', { name: 'Race on one seed' }).click();
  await page.getByLabel('Recipe of the race').selectOption('recipe');
  await page.getByLabel('Steps', { exact: true }).fill('50');
  await page.getByTestId('race-start').click();
  const level = page.getByTestId('race-level');
  await expect(level).toHaveText(/^[1-9]/);
  await crash();
  await expect(problem).toContainText('The GPU device was lost');
  await expect(page.getByTestId('race-state')).toHaveText('failed');
  await expect(page.getByTestId('lane').first()).toContainText(/step [1-9]/);
  // No restart: after several crashes of its GPU process, Chromium gives the page no adapter any more.
  await go(page, 'Runs');
  await expect(page.getByTestId('run-row').filter({ hasText: 'failed' })).not.toHaveCount(0);
});
