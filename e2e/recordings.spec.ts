/** Recorded runs: a run is recorded, replayed to the same numbers, scrubbed, and trained again; presenter mode. */
import { expect, type Page } from '@playwright/test';
import { faults } from './layout.ts';
import { test } from './returning.ts';
import { expectAccessible, oneStep, openSmall, saved } from './studio.ts';
import { test as firstVisit } from './traffic.ts';

/** Numbers that the Train page shows of a run: charts, histogram, rollouts and their tokens. */
async function numbersOf(page: Page) {
  const charts = page.getByRole('main', { name: 'Charts' });
  const rollouts = page.getByRole('complementary', { name: 'Rollouts' });
  const labels = (selector: string) =>
    rollouts
      .locator(selector)
      .evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label') ?? ''));
  return {
    charts: await charts.locator('[data-testid^="chart-"] .card-title').allInnerTexts(),
    lines: await charts
      .locator('[data-testid^="chart-"] [role="img"]')
      .evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label'))),
    alarms: await page.getByTestId('alarms').allInnerTexts(),
    histogram: await labels('[role="img"]'),
    rollouts: await rollouts.getByTestId('rollout').allInnerTexts(),
    tokens: await labels('.token'),
  };
}

/** Plays the shown recording to its end. */
async function playToEnd(page: Page, steps: number): Promise<void> {
  const bar = page.getByTestId('replay');
  await bar.getByLabel('Speed of the recording').selectOption('max');
  await expect(bar.getByTestId('replay-place')).toHaveText(`step ${steps} of ${steps}`);
  await expect(bar.getByTestId('replay-toggle')).toHaveAttribute('aria-label', 'Play the recording');
}

test('a run replays from its recording to the numbers that it ended with', async ({ page }) => {
  const STEPS = 2;
  await openSmall(page, STEPS);
  await oneStep(page);
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state')).toHaveText('finished');
  // Charts are drawn in turn: the last of them some time after the last step.
  await expect
    .poll(async () => {
      const { charts, lines } = await numbersOf(page);
      return [...charts, ...lines].filter((text) => /, step 1($|\. )/.test(text ?? ''));
    })
    .toEqual([]);
  const live = await numbersOf(page);
  expect(live.charts.join(' ')).toMatch(/\d %/);
  expect(live.tokens.length).toBeGreaterThan(4);
  const file = await saved(page, () => page.getByRole('button', { name: 'Export recording' }).click());
  expect(file.name).toMatch(/\.recording\.jsonl\.gz$/);

  await page.reload();
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await expect(page.getByTestId('replay')).toHaveCount(0);
  const list = page.getByTestId('recordings');
  await list
    .locator('input[type="file"]')
    .setInputFiles({ name: file.name, mimeType: 'application/gzip', buffer: file.data });
  await expect(page.getByTestId('replay')).toContainText('not a live run');
  await playToEnd(page, STEPS);
  await expect.poll(() => numbersOf(page)).toEqual(live);

  // Back to the first step, and forward again.
  const bar = page.getByTestId('replay');
  await bar.getByTestId('replay-restart').click();
  await expect(bar.getByTestId('replay-place')).toHaveText(`step 0 of ${STEPS}`);
  await expect(page.getByTestId('rollout')).toHaveCount(0);
  await bar.getByTestId('replay-step').click();
  await expect(bar.getByTestId('replay-place')).toHaveText(`step 1 of ${STEPS}`);
  await bar.getByRole('slider', { name: 'Place in the recording' }).press('End');
  await expect.poll(() => numbersOf(page)).toEqual(live);
  await expect(page.getByTestId('recording-actions')).toContainText('A recording has no model');

  // Nothing of it is a run of this browser.
  await page.getByTestId('train-recorded').click();
  await expect(page.getByTestId('replay')).toHaveCount(0);
  await expect(page.locator('#field-rl-steps')).toHaveValue(String(STEPS));
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Runs', exact: true }).click();
  await expect(page.getByTestId('run-row')).toHaveCount(1);
});

test('a file that is no recording is refused with its line', async ({ page }) => {
  await openSmall(page, 2);
  await page
    .getByTestId('recordings')
    .locator('input[type="file"]')
    .setInputFiles({ name: 'metrics.jsonl', mimeType: 'text/plain', buffer: Buffer.from('{"step":1}\n') });
  await expect(page.getByTestId('recording-problem')).toContainText('metrics.jsonl: line 1: expected "format"');
  await expect(page.getByTestId('replay')).toHaveCount(0);
});

test('recordings that ship play in presenter mode, in large type, until they are left', async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await openSmall(page, 2);
  await page.getByTestId('recording-ppo').click();
  await expect(page.getByTestId('replay')).toContainText('Recording of demo-ppo');
  await expect(page.getByTestId('replay-place')).not.toHaveText('step 0 of 40');
  await expectAccessible(page);
  for (const size of [
    { width: 1440, height: 900 },
    { width: 1024, height: 768 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(size);
    await expect.poll(() => faults(page), { message: `${size.width} wide`, timeout: 20_000 }).toEqual([]);
  }
  await page.setViewportSize({ width: 1920, height: 1080 });

  await page.mouse.click(3, 1070);
  await page.keyboard.press('Shift+P');
  const presenter = page.getByTestId('presenter');
  await expect(presenter.getByRole('heading', { name: /Recording: demo-ppo/ })).toBeFocused();
  await presenter.getByLabel('Second chart').selectOption('preserved');
  await expect(presenter.locator('.large-chart')).toHaveCount(2);
  await presenter.getByLabel('Run, recording or race').selectOption('collapse');
  await expect(presenter.getByRole('heading', { name: /Recording: Collapse/ })).toBeVisible();
  await presenter.getByLabel('Speed of the recording').selectOption('max');
  await expect(presenter.getByTestId('presenter-step')).toHaveText('step 20 of 20');
  await expect(presenter.getByTestId('presented-reward').locator('path.recharts-line-curve').first()).toBeAttached();
  const sizeOf = (selector: string) =>
    presenter
      .locator(selector)
      .first()
      .evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
  for (const text of ['.presenter-head p', '.large-chart h3', '.presenter-transport .transport'])
    expect(await sizeOf(text), text).toBeGreaterThanOrEqual(28);
  expect(await sizeOf('.recharts-cartesian-axis-tick-value')).toBeGreaterThanOrEqual(24);
  await expectAccessible(page, ['dark', 'light']);

  // Keys that start, step or stop a run on Train do nothing here.
  await presenter.getByRole('heading').first().focus();
  for (const key of ['Space', 'n', 'Enter']) await page.keyboard.press(key);
  await expect(presenter.getByTestId('presenter-step')).toHaveText('step 20 of 20');
  await expect(page.getByTestId('state')).toHaveText('ready');

  // Reset asks, and keeps the charts.
  await presenter.getByTestId('presenter-reset').click();
  await presenter.getByRole('button', { name: 'Cancel' }).click();
  await expect(presenter.getByTestId('presenter-step')).toHaveText('step 20 of 20');
  await presenter.getByTestId('presenter-reset').click();
  await presenter.getByTestId('presenter-reset-confirm').click();
  await expect(presenter.getByTestId('presenter-step')).toHaveText('step 0 of 20');
  await expect(presenter.getByLabel('Second chart')).toHaveValue('preserved');
  await page.keyboard.press('Escape');
  await expect(presenter).toHaveCount(0);
});

test('a live run is presented, reset and trained again with the same setup', async ({ page }) => {
  await openSmall(page, 2);
  await page.getByTestId('present').click();
  const presenter = page.getByTestId('presenter');
  await presenter.getByTestId('presenter-step-button').click();
  await expect(presenter.getByTestId('presenter-step')).toHaveText('step 1 of 2');
  await expect(presenter.getByTestId('presenter-state')).toHaveText('paused');
  await presenter.getByTestId('presenter-reset').click();
  await presenter.getByTestId('presenter-reset-confirm').click();
  await expect(presenter.getByTestId('presenter-step')).toHaveCount(0);
  await presenter.getByTestId('presenter-main').click();
  await expect(presenter.getByTestId('presenter-state')).toHaveText('finished');
  await expect(presenter.getByTestId('presenter-step')).toHaveText('step 2 of 2');
  await page.keyboard.press('Shift+P');
  await expect(presenter).toHaveCount(0);
  await expect(page.getByTestId('step-value')).toHaveText('2');
});

firstVisit.describe('on a first visit', () => {
  firstVisit('a recording plays at once, and Train takes its place', async ({ page }) => {
    await page.goto('/');
    const bar = page.getByTestId('replay');
    await expect(bar).toContainText('Recording of demo-gppo');
    await expect(bar.getByTestId('replay-place')).not.toHaveText('step 0 of 40');
    await expect(page.getByTestId('rollout').first()).toBeVisible();
    await expect(page.getByTestId('welcome')).toBeVisible();
    await page.getByTestId('step-button').click();
    await expect(bar).toHaveCount(0);
    await expect(page.getByTestId('preparing')).toBeVisible();
  });

  firstVisit('nothing plays for a user who prefers reduced motion', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto('/');
    await expect(page.getByTestId('recordings')).toBeVisible();
    await expect(page.getByTestId('run-button')).toBeEnabled();
    await expect(page.getByTestId('replay')).toHaveCount(0);
    await page.getByTestId('recording-collapse').click();
    await expect(page.getByTestId('replay')).toContainText('Recording of Collapse');
  });
});
