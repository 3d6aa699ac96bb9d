/** The GPU is lost during a run, here because the browser's GPU process ends. */
import { expect } from '@playwright/test';
import { test } from './returning.ts';
import { openSmall, startNewRun, stepsMade } from './studio.ts';

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
