/** The GPU is lost during a run, here because the browser's GPU process ends. */
import { expect } from '@playwright/test';
import { LOST_GPUS } from './lost-gpus.ts';
import { test } from './returning.ts';
import { newestRunIsKept, storedRuns } from './stored-runs.ts';
import { expectAccessible, go, openSmall, stepsMade, wholeRun } from './studio.ts';

test.use(LOST_GPUS);

/** Long enough that a run still trains when its GPU is lost. */
const STEPS = 24;

test('a run whose GPU is lost resumes by itself and says so; the second time the page asks', async ({
  page,
  browser,
}) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const crash = async () => (await browser.newBrowserCDPSession()).send('Browser.crashGpuProcess');
  const state = page.getByTestId('state');
  const problem = page.getByTestId('worker-problem');
  await page.addInitScript(() =>
    localStorage.setItem('gppo-studio-states', JSON.stringify({ state: { every: 1 }, version: 0 })),
  );
  await openSmall(page, STEPS);
  await page.getByTestId('run-button').click();
  await expect.poll(() => stepsMade(page)).toBeGreaterThanOrEqual(2);
  await expect.poll(() => newestRunIsKept(page)).toBe(true);
  await crash();
  const notice = page.getByTestId('recovered');
  await expect(notice).toContainText(/The GPU was lost at step \d+; the run resumed from step \d+\./);
  await expect(problem).toHaveCount(0);
  await expectAccessible(page, ['light']);
  await expect(state).toHaveText('running');
  await expect.poll(() => stepsMade(page)).toBeGreaterThanOrEqual(4);

  await crash();
  await expect(problem).toContainText('The GPU device was lost');
  await expect(problem).toContainText('Completed steps are kept');
  await expect(state).toHaveText('failed');
  await expect(notice).toHaveCount(0);
  await expect(page.getByTestId('time-left')).toHaveCount(0);
  await expect(page.getByTestId('chart-reward').locator('svg path.recharts-curve').first()).toBeAttached();
  await problem.getByRole('button', { name: 'Restart' }).click();
  await expect(problem).toHaveCount(0);
  await page.getByTestId('interrupted').getByRole('button', { name: 'Resume' }).click();
  await expect(state).toHaveText('finished');
  expect(await stepsMade(page)).toBe(STEPS);
  await expect.poll(async () => (await storedRuns(page)).map(({ state: of }) => of)).toEqual(['complete']);

  // Between runs, the next one opens the GPU again.
  await crash();
  await wholeRun(page, 2);
  await expect(problem).toHaveCount(0);
  await expect.poll(async () => (await storedRuns(page)).map(({ state: of }) => of)).toEqual(['complete', 'complete']);
  expect(errors).toEqual([]);
});

test('a lost GPU leaves the complete runs of a comparison, which resumes by itself, and the steps of a race', async ({
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
  const [first] = await done.allTextContents();
  await expect(page.getByTestId('recovered')).toContainText(
    /The GPU was lost; the comparison resumed with [1-4] of 4 runs complete\./,
  );
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
  await go(page, 'Runs');
  await expect(page.getByTestId('run-row').filter({ hasText: 'failed' })).not.toHaveCount(0);
});
