import { expect } from '@playwright/test';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from './returning.ts';
import { expectAccessible, expectFitsNarrow, oneStep, openSmall, stepsMade, wholeRun } from './studio.ts';
import { test as firstVisit } from './traffic.ts';

const MODEL = 'public/models/addition-0.1M';

firstVisit(
  'Train starts a run: charts move, tokens appear, pause, step and export work, all accessible',
  async ({ page }) => {
    // Kernel choices are measured, and axe runs in two states and both schemes.
    firstVisit.setTimeout(600_000);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));

    // The page follows the system's colours.
    await page.emulateMedia({ colorScheme: 'dark' });
    await openSmall(page);
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light');
    await expectAccessible(page);
    await page.getByTestId('run-button').click();
    await expect.poll(() => stepsMade(page)).toBeGreaterThanOrEqual(2);
    for (const name of [
      'reward',
      'clipped',
      'preserved',
      'entropy',
      'mass-share',
      'kl',
      'gradient-norm',
      'length',
      'speed',
    ])
      await expect(page.getByTestId(`chart-${name}`).locator('svg path.recharts-curve').first()).toBeAttached();
    await expect(page.getByTestId('chart-tokens').locator('canvas')).toBeVisible();
    await expect(page.getByTestId('ratio-histogram').locator('rect').nth(2)).toBeAttached();
    await expect(page.getByTestId('chart-reward')).toContainText(/\d+\.\d %/);

    await page.getByTestId('pause-button').click();
    await expect(page.getByTestId('state')).toHaveText('paused');
    const token = page.getByTestId('token').first();
    await token.hover();
    const detail = page.getByTestId('token-detail').first();
    for (const label of ['ratio r', 'probability', 'zone', 'weight w', 'PPO:', 'entropy'])
      await expect(detail).toContainText(label);

    await page.getByTestId('measure').click();
    await expect(
      page
        .getByTestId('profile')
        .getByRole('row')
        .filter({ hasText: / nt .*\d\.\d\d$/ }),
    ).not.toHaveCount(0);
    await expect(page.getByTestId('profile').getByRole('listitem')).toHaveText([
      /^rollout \d+ %$/,
      /^old log-probs \d+ %$/,
      /^updates \d+ %$/,
    ]);

    const before = await stepsMade(page);
    await oneStep(page);
    await expect(page.getByTestId('rollout').first()).toBeVisible();
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Greedy' }).click();
    await expect(page.getByTestId('answer')).toHaveText(/^58\+67=\d/);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export metrics.jsonl' }).click();
    const lines = readFileSync(await (await download).path(), 'utf8')
      .trimEnd()
      .split('\n');
    expect(
      lines.map((line) => (JSON.parse(line) as { phase: string }).phase).filter((phase) => phase === 'rl'),
    ).toHaveLength(before + 1);

    await page.getByTestId('stop-button').click();
    await expect(page.getByTestId('state')).toHaveText('stopped');
    expect(errors).toEqual([]);
  },
);

test('the recipe shows errors and edits; trains a checkpoint folder, by picker or drop, by SFT and RL', async ({
  page,
}) => {
  await openSmall(page);
  const recipe = page.getByRole('complementary', { name: 'Recipe' });
  await expect(page.getByText('Clipping can fire.')).toBeVisible();
  await page.getByLabel('Minibatches', { exact: true }).fill('1');
  await expect(page.getByText('Clipping will never fire.')).toBeVisible();
  await page.locator('#field-rl-learning_rate').fill('-1');
  await expect(page.getByRole('alert').first()).toContainText('Expected more than 0, found -1.');
  await expect(page.getByTestId('run-button')).toBeDisabled();
  await page.locator('#field-rl-learning_rate').fill('3e-4');
  await expect(page.getByTestId('run-button')).toBeEnabled();

  await page.getByTestId('folder-input').setInputFiles('tests/fixtures/llama/checkpoint');
  await expect(page.getByTestId('model-select')).toHaveValue('local:checkpoint');
  await expect(recipe.getByRole('alert')).toContainText('has no tokenizer');
  await expect(page.getByTestId('run-button')).toBeDisabled();

  // Now one with a tokenizer.
  await page.getByTestId('folder-input').setInputFiles(MODEL);
  await expect(page.getByText('addition-0.1M loaded')).toBeVisible();
  await expect(page.getByTestId('model-select')).toHaveValue('local:addition-0.1M');

  const files = ['config.json', 'model.safetensors', 'tokenizer.json'].map((name) => ({
    name,
    data: readFileSync(join(MODEL, name)).toString('base64'),
  }));
  const transfer = await page.evaluateHandle((list) => {
    const dropped = new DataTransfer();
    for (const { name, data } of list)
      dropped.items.add(new File([Uint8Array.from(atob(data), (character) => character.charCodeAt(0))], name));
    return dropped;
  }, files);
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await expect(page.getByTestId('dropzone')).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await expect(page.getByTestId('model-select')).toHaveValue('local:checkpoint 2');

  const broken = mkdtempSync(join(tmpdir(), 'gppo-broken-'));
  cpSync(MODEL, broken, { recursive: true });
  truncateSync(join(broken, 'model.safetensors'), 50_000);
  await page.getByTestId('folder-input').setInputFiles(broken);
  await expect(page.getByTestId('error')).toContainText(/model\.safetensors: is cut off/);
  rmSync(broken, { recursive: true });
  await expect(page.getByTestId('model-select')).toHaveValue('local:checkpoint 2');

  // No group has an advantage: the model has seen two digits alone.
  await page.getByLabel('Digits', { exact: true }).fill('5');
  await oneStep(page);
  await expect(page.getByTestId('no-advantage')).toContainText('All groups have zero advantage in step 1');
  await expect(page.getByTestId('rollout').first()).toBeVisible();

  // Edits beside a paused run.
  const epochs = page.locator('#field-rl-epochs');
  await expect(page.getByTestId('run-edits')).toHaveCount(0);
  await epochs.fill('3');
  await page.locator('#field-rl-split_every').fill('5');
  await expect(page.getByTestId('run-edits')).toContainText('2 edits apply to the next run');
  await expect(recipe.getByRole('img', { name: 'applies to the next run' })).toHaveCount(2);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Revert edits' }).click();
  await expect(page.getByTestId('run-edits')).toHaveCount(0);
  await expect(epochs).toHaveValue('1');
  await expectFitsNarrow(page);
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.getByLabel('Digits', { exact: true }).fill('2');
  await page.getByText('Supervised fine-tuning').scrollIntoViewIfNeeded();
  await page.getByRole('switch', { name: /Supervised/ }).press('Space');
  await expect(page.getByRole('switch', { name: /Supervised/ })).toBeChecked();
  await page.locator('#field-sft-steps').fill('2');
  await page.locator('#field-sft-batch_size').fill('16');
  await wholeRun(page, 1);
  await expect(page.getByTestId('chart-sft-loss')).toContainText('nats per token');
  await expect(page.getByTestId('chart-reward')).toContainText(/\d+\.\d %/);
});
