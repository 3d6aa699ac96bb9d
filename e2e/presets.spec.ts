import { expect, type Page } from '@playwright/test';
import { test } from './returning.ts';
import { expectAccessible } from './studio.ts';

const note = (page: Page) => page.getByTestId('preset-note');
const state = (page: Page) => page.getByTestId('state');

/** Starts a preset: from the first screen, or from the menu above the charts. */
async function begin(page: Page, preset: string): Promise<void> {
  const button = page.getByTestId(`preset-${preset}`);
  if ((await button.count()) === 0) await page.getByRole('button', { name: 'Presets' }).click();
  await button.click();
}

/** Waits until the run that was just started trains, or has made its first step, and stops it. */
async function thenStop(page: Page, after: 'start' | 'step'): Promise<void> {
  await expect(page.getByTestId('welcome')).toHaveCount(0);
  await expect(state(page)).toHaveText('running');
  if (after === 'step') await expect(page.getByTestId('step-value')).toHaveText(/^[1-9]/);
  await page.getByTestId('stop-button').click();
  await expect(state(page)).toHaveText('stopped');
}

test('presets train at one click and say what to watch', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByTestId('welcome')).toContainText('Train a small language model in this tab');
  await expect(page.getByTestId('preset-demo')).toBeEnabled();

  await begin(page, 'demo');
  await expect(note(page)).toContainText('Reward: 1 in 20 responses is correct at the start');
  await thenStop(page, 'start');

  await begin(page, 'pair');
  await expect(note(page)).toContainText('run 1 of 2: PPO, same seed');
  await thenStop(page, 'step');
  // After a stop, the second run does not start by itself; the first run is drawn behind it.
  await note(page).getByRole('button', { name: 'Start run 2 of 2' }).click();
  await expect(note(page)).toContainText('run 2 of 2: GPPO, same seed');
  await expect(page.getByTestId('stored-run-legend')).toContainText('PPO, same seed');
  await thenStop(page, 'start');

  // A recipe of a paper says where its values are from, in its note and beside the fields.
  await begin(page, 'recipe-dapo');
  await note(page).getByText('Sources of the values').click();
  const sources = note(page).getByTestId('recipe-sources');
  await expect(sources.getByRole('row', { name: /^Responses 8 16 DAPO, section 4.1$/ })).toBeVisible();
  const mark = page.getByRole('button', { name: 'Source of Clip strategy: DAPO, section 3.1.' });
  await mark.focus();
  // The tooltip opens for the keyboard's focus alone.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('tooltip', { name: 'DAPO, section 3.1.' })).toBeVisible();
  await mark.blur();
  await expectAccessible(page);
  await thenStop(page, 'start');
  await page.getByRole('button', { name: 'Presets' }).click();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('preset-lora')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Presets' })).toBeFocused();
  await page.getByRole('button', { name: 'Presets' }).click();

  // The checkpoint folder is asked for first.
  const picked = page.waitForEvent('filechooser');
  await page.getByTestId('preset-lora').click();
  await (await picked).setFiles('public/models/addition-0.1M');
  await expect(note(page)).toContainText('Only the adapters are trained');
  await thenStop(page, 'start');
  await note(page).getByRole('button', { name: 'Close the preset’s note' }).click();
  await expect(note(page)).toHaveCount(0);
});

test('the other presets train at one click', { tag: '@long' }, async ({ page }) => {
  await page.goto('/');
  for (const [preset, watched] of [
    ['collapse', 'Reward falls'],
    ['narrow-band', 'the two zones that PPO clips'],
    ['programs', 'the response is a program'],
    ['sft', 'Training loss falls'],
    ['klear', 'Open report at the end'],
  ] as const) {
    await begin(page, preset);
    await expect(note(page)).toContainText(watched);
    await thenStop(page, 'start');
  }
});
