/**
 * Rollouts: those of a run are followed, browsed by step, filtered, read token by token, exported, and there after a
 * reload until the run is deleted.
 */
import { expect, type Page } from '@playwright/test';
import { test } from './returning.ts';
import { expectAccessible, expectFitsNarrow, go, openSmall, saved } from './studio.ts';

const rows = (page: Page) => page.getByTestId('rollout-row');
const count = (page: Page) => page.getByTestId('rollout-count');
const step = (page: Page) => page.getByTestId('rollout-step');

interface Line {
  run: string;
  step: number;
  response: string;
  correct: boolean;
  token_zone?: number[];
}
const linesOf = (data: Buffer): Line[] =>
  data
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

test('rollouts of a run are followed, searched, read, exported and kept over a reload', async ({ page, browser }) => {
  await openSmall(page, 6);
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state')).toHaveText('running');
  await go(page, 'Rollouts');
  await expect(rows(page).first()).toBeVisible();
  // Follows the newest step until the run has ended.
  await expect(page.getByTestId('state')).toHaveText('finished');
  await expect(step(page)).toHaveText('step 6');
  await expect(count(page)).toHaveText('48 responses');
  await expect(page.getByRole('main')).toContainText('every step kept');

  // The slider by keyboard; the list stays where it is.
  const slider = page.getByRole('slider', { name: 'Step' });
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(step(page)).toHaveText('step 5');
  await page.keyboard.press('Home');
  await expect(step(page)).toHaveText('step 1');
  await expect(slider).toHaveAttribute('aria-valuenow', '1');
  const list = page.getByTestId('rollout-list');
  await list.evaluate((element) => (element.scrollTop = 400));
  await page.getByRole('button', { name: 'Next kept step' }).click();
  await expect(step(page)).toHaveText('step 2');
  expect(await list.evaluate((element) => element.scrollTop)).toBe(400);

  // All steps: groups that are all incorrect, marked with their zero advantage.
  await page.getByText('All 6 steps', { exact: true }).click();
  await expect(count(page)).toHaveText('288 responses in 6 steps');
  await page.getByLabel('Group', { exact: true }).selectOption('all incorrect');
  const group = page.getByTestId('rollout-group').first();
  await expect(group).toHaveAttribute('data-state', 'all-incorrect');
  await expect(group).toContainText('zero advantage');
  await expect(rows(page).first()).toHaveAttribute('data-correct', 'false');
  await expect(rows(page).first()).toContainText('+0.00');

  // Text, with the match marked; sorted by length over all steps.
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByLabel('Search responses').fill('1');
  await page.getByLabel('Sort by').selectOption('Length');
  await expect(rows(page).first().locator('mark')).toHaveText('1');
  await expect(count(page)).toHaveText(/^\d+ of 288 responses in 6 steps$/);
  const found = Number(/^\d+/.exec((await count(page).textContent()) ?? '')?.[0]);
  const some = linesOf((await saved(page, () => page.getByRole('button', { name: /^Export \d+ found/ }).click())).data);
  expect(some).toHaveLength(found);
  expect(some.every(({ response }) => response.includes('1'))).toBe(true);

  // By zone: what is exported has such a token.
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByLabel('Has a token in zone').selectOption('A<0 below range');
  await expect(count(page)).toHaveText(/^[1-9]\d* of 288/);
  const clipped = await saved(page, () => page.getByRole('button', { name: /^Export \d+ found/ }).click());
  expect(clipped.name).toBe('GPPO-addition-seed-7-rollouts.jsonl');
  expect(linesOf(clipped.data).every((line) => line.token_zone?.includes(2))).toBe(true);

  // A response with its tokens; the keyboard moves to the next.
  await rows(page).first().getByRole('button').click();
  const detail = page.getByTestId('response-detail');
  await expect(detail.locator('.token[data-zone="negative-low"]').first()).toBeVisible();
  const title = detail.getByRole('heading', { level: 2 });
  const first = await title.textContent();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(title).not.toHaveText(first ?? '');
  await expectAccessible(page);
  await expectFitsNarrow(page);
  await page.setViewportSize({ width: 1440, height: 900 });

  // Everything is there after a reload, without a run.
  await expect(page.getByRole('main')).not.toContainText('not stored');
  await page.reload();
  await expect(count(page)).toHaveText('48 responses');
  await expect(step(page)).toHaveText('step 6');
  const all = linesOf(
    (await saved(page, () => page.getByRole('button', { name: 'Export all kept as JSONL' }).click())).data,
  );
  expect(all).toHaveLength(288);
  expect(new Set(all.map(({ run }) => run))).toEqual(new Set(['GPPO, addition, seed 7']));
  const ids = new Set(all.map((line) => JSON.stringify(line)));
  expect(some.every((line) => ids.has(JSON.stringify(line)))).toBe(true);

  // The archive of the run brings them to another browser.
  await go(page, 'Runs');
  const zip = await saved(page, () => page.getByRole('button', { name: 'Export all as zip' }).click());
  const other = await (await browser.newContext()).newPage();
  await other.goto('/');
  await go(other, 'Runs');
  await other
    .getByTestId('runs-zip-input')
    .setInputFiles({ name: zip.name, mimeType: 'application/zip', buffer: zip.data });
  await expect(other.getByTestId('run-row')).toHaveCount(1);
  await go(other, 'Rollouts');
  await expect(count(other)).toHaveText('48 responses');
  await expect(other.getByRole('main')).toContainText('every step kept');
  const restored = await saved(other, () => other.getByRole('button', { name: 'Export all kept as JSONL' }).click());
  expect(linesOf(restored.data)).toEqual(all);
  await other.context().close();

  // From the list of runs, and gone with the run.
  await go(page, 'Runs');
  await page.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Browse rollouts' }).click();
  await expect(count(page)).toHaveText('48 responses');
  await go(page, 'Runs');
  await page.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByTestId('run-row')).toHaveCount(0);
  await go(page, 'Rollouts');
  await expect(page.getByTestId('no-rollouts')).toBeVisible();
});

test('Train says why a batch stays short', async ({ page }) => {
  await openSmall(page, 3);
  await page.getByLabel('Responses', { exact: true }).fill('2');
  await page.getByRole('button', { name: 'Advantages and loss', exact: true }).click();
  await page.locator('#field-rl-max_num_gen_batches').fill('2');
  await expect(page.getByTestId('record-note')).toHaveCount(0);
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state')).toHaveText('finished');
  const note = page.getByTestId('record-note');
  await expect(note).toHaveText(/^Short batch in step \d.*\. \d+ of 12 groups: no more had an advantage other than 0/);
  await expect(note).toContainText('in 2 batches of 12 prompts');
  await expectAccessible(page);
  await expectFitsNarrow(page);
});
