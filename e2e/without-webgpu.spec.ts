/** A browser without WebGPU: what the page says, and what works all the same. */
import { chromium, expect, type Page } from '@playwright/test';
import { findChromium } from '../scripts/gpu-runtime.mjs';
import { runFiles } from '../src/archive/run-folder.ts';
import { runReport } from '../src/report/compute-report.ts';
import { zipParts } from '../src/ui/zip.ts';
import { archivedRun } from '../tests/support/archived.ts';
import { REPORT_ABOUT, THREE_STAGES } from '../tests/support/stage-answers.ts';
import { faults } from './layout.ts';
import { expectAccessible, go } from './studio.ts';
import { test as base, watchTraffic } from './traffic.ts';

/** A page in a Chromium of its own, whose WebGPU is turned off. */
const test = base.extend<{ plain: Page }>({
  plain: async ({ baseURL, viewport }, use) => {
    const executablePath = await findChromium();
    const browser = await chromium.launch({
      ...(executablePath && { executablePath }),
      args: ['--headless=new', '--no-sandbox', '--disable-features=WebGPU', '--disable-background-networking'],
    });
    const page = await browser.newPage({ ...(baseURL && { baseURL }), viewport });
    // Nothing plays by itself, except where a test asks for it.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const strangers = watchTraffic(page.context());
    await use(page);
    expect(strangers).toEqual([]);
    await browser.close();
  },
});

/** An exported run with its report, as another browser saves it. */
async function exportedRun(): Promise<Buffer> {
  const report = runReport(REPORT_ABOUT, THREE_STAGES);
  const { run, records } = archivedRun('elsewhere', 30, { name: 'brought along', state: 'complete' });
  const parts = zipParts(
    runFiles({ run, records, report }).map(({ path, text }) => ({ path, data: new TextEncoder().encode(text) })),
  );
  return Buffer.from(await new Blob(parts).arrayBuffer());
}

test('names the browser and what to do; nothing pretends to open a GPU', async ({ plain: page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto('/');
  const message = page.getByTestId('no-webgpu');
  await expect(message).toContainText('This page needs WebGPU');
  await expect(message).toContainText(/Chrome \d+ on \w+/);
  await expect(message.locator('ol > li').first()).toBeVisible();
  await expect(message.getByTestId('recordings')).toBeVisible();
  await expect(page.getByTestId('waiting')).toHaveText('WebGPU unavailable');
  await expect(page.getByTestId('run-button')).toBeDisabled();
  await expectAccessible(page);
  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await expect.poll(() => faults(page)).toEqual([]);
  }
  expect(errors).toEqual([]);
});

test('a recording plays at once on Train, with the advice above it', async ({ plain: page }) => {
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.goto('/');
  const bar = page.getByTestId('replay');
  await expect(bar).toContainText('Recording of demo-gppo');
  await expect(bar.getByTestId('replay-place')).not.toHaveText('step 0 of 40');
  await expect(page.getByTestId('rollout').first()).toBeVisible();
  // Without a GPU there is nothing to train.
  await expect(page.getByTestId('train-recorded')).toHaveCount(0);
  const note = page.getByTestId('no-webgpu-note');
  await note.locator('summary').click();
  await expect(note.locator('ol > li').first()).toBeVisible();
  await note.getByTestId('recording-collapse').click();
  // Its alarm is on from step 6 to step 11.
  await bar.getByTestId('replay-restart').click();
  for (let step = 1; step <= 7; step++) {
    await bar.getByTestId('replay-step').click();
    await expect(bar.getByTestId('replay-place')).toHaveText(`step ${step} of 20`);
  }
  await expect(page.getByTestId('alarms')).toBeVisible();
  await expectAccessible(page);
  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await expect.poll(() => faults(page)).toEqual([]);
  }
  await page.getByTestId('present').click();
  await expect(page.getByTestId('presenter').locator('path.recharts-line-curve').first()).toBeAttached();
});

test('lessons and figures work without WebGPU', async ({ plain: page }) => {
  await page.goto('/');
  await page.getByTestId('no-webgpu').getByRole('link', { name: 'Learn' }).click();
  await expect(page.getByTestId('lesson-gradient')).toBeVisible();
  await page.getByTestId('next-lesson').click();
  await page.getByRole('slider', { name: 'Updates' }).press('End');
  await expect(page.getByTestId('ratio-42')).toHaveText('3.18');
});

test('runs are imported, overlaid and kept, and their reports shown, without WebGPU', async ({ plain: page }) => {
  await page.goto('/');
  await page.getByTestId('no-webgpu').getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByTestId('no-runs')).toBeVisible();
  await page
    .getByTestId('runs-zip-input')
    .setInputFiles({ name: 'run.zip', mimeType: 'application/zip', buffer: await exportedRun() });
  const row = page.getByTestId('run-row');
  await expect(row).toContainText('brought along');
  await page.reload();
  await row.getByRole('button', { name: 'brought along', exact: true }).click();
  await expect(page.getByTestId('chosen-runs').locator('path.recharts-curve').first()).toBeAttached();
  await page.getByTestId('chosen-runs').getByText('Report', { exact: true }).click();
  await expect(page.getByTestId('chosen-runs')).toContainText('Accuracy');
  await go(page, 'Rollouts');
  await expect(page.getByRole('main').first()).toBeVisible();
  await expect(page.getByTestId('no-webgpu')).toHaveCount(0);
  await go(page, 'Playground');
  await expect(page.getByTestId('no-webgpu')).toBeVisible();
});
