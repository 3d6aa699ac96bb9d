/**
 * The playground: token-by-token generation, alternatives, and the model before and after training side by side.
 */
import { expect, type Page } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Checkpoint } from '../src/checkpoint/checkpoint.ts';
import { checkpointFiles } from '../src/checkpoint/export-checkpoint.ts';
import { initializeTensors } from '../src/model/weights/initial-weights.ts';
import { type ModelConfig } from '../src/model/spec/model-config.ts';
import { stream } from '../src/random.ts';
import { tokenizerFiles } from '../tests/support/real-tokenizer.ts';
import { test } from './returning.ts';
import { expectAccessible, expectFitsNarrow, go, oneStep, openSmall } from './studio.ts';

const done = (page: Page, side: number) =>
  expect(page.getByTestId(`play-column-${side}`)).toHaveAttribute('data-state', 'done');
const answer = (page: Page, side: number) => page.locator(`[data-text=response-${side}] [data-index]`);

test('generates token by token and shows the alternatives of each token', async ({ page }) => {
  await page.goto('/#/playground');
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('58+67=');
  await page.getByTestId('play-go').click();
  await done(page, 0);
  await expect(page.locator('[data-text=prompt-0]')).toHaveText('58+67=');
  await expect(answer(page, 0)).not.toHaveCount(0);

  // By pointer: the panel shows the token's probability, and the token is one of the 8 alternatives.
  await answer(page, 0).first().hover();
  const panel = page.getByTestId('token-panel');
  await expect(panel).toContainText('log-prob');
  await expect(panel.getByTestId('token-probability')).toHaveText(/\d %$/);
  await expect(panel.getByTestId('alternative')).toHaveCount(8);
  const written = await answer(page, 0).first().textContent();
  await expect(panel.locator('.alternative[aria-current] .alternative-text')).toHaveText(written ?? '');

  // By keyboard: to a token, to its alternatives, and continue with the third of them.
  await answer(page, 0).first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(answer(page, 0).nth(1)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  const other = await panel.locator('.alternative-text').nth(2).textContent();
  await page.keyboard.press('Enter');
  await expect(answer(page, 0).first()).toHaveText(other ?? '');
  await done(page, 0);
  await expect(page.locator('[data-text=prompt-0]')).toHaveText('58+67=');
  await expect(panel).toContainText('rank3');

  // The same seed gives the same response; an invalid prompt is explained.
  await page.getByRole('textbox', { name: 'Prompt' }).fill('1*2');
  await page.getByTestId('play-go').click();
  await expect(page.getByTestId('play-error')).toContainText('"*" is not in the vocabulary');
  await page.getByRole('textbox', { name: 'Prompt' }).fill('1'.repeat(40));
  await page.getByTestId('play-go').click();
  await expect(page.getByTestId('play-error')).toContainText('has 40 tokens');
});

test('compares the model before and after training, also on one text', async ({ page }) => {
  await openSmall(page);
  await oneStep(page);
  await go(page, 'Playground');
  await expect(page.getByTestId('play-model-0')).toHaveValue('embedded:addition-0.1M');
  await expect(page.getByTestId('play-model-1')).toHaveValue('run:policy');
  await page.getByTestId('play-go').click();
  await done(page, 0);
  await done(page, 1);
  await expect(page.getByTestId('play-column-1')).toContainText('trained policy, step 1');
  const difference = page.getByTestId('play-difference');
  await expect(difference).toContainText(/log-prob of the response .+ likely/);
  await difference.locator('[data-index]').last().hover();
  await expect(page.getByTestId('token-panel').getByTestId('token-probability')).toHaveCount(2);
  await expectAccessible(page);

  // The run resumes where it was paused; while it runs, its policy cannot be queried.
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state')).toHaveText('running');
  await page.getByTestId('play-go').click();
  await expect(page.getByTestId('play-column-1').getByTestId('play-error')).toContainText('Pause it first');
  await done(page, 0);

  await expectFitsNarrow(page);
});

test('chats with a model that has a chat template', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'gppo-chat-'));
  for (const { path, data } of await checkpointFiles(chatCheckpoint())) writeFileSync(join(folder, path), data);
  await page.goto('/#/models');
  await page.getByTestId('models-folder-input').setInputFiles(folder);
  await expect(page.getByTestId('model-row').filter({ hasText: 'chat template' })).toBeVisible();
  await go(page, 'Playground');
  await page.getByTestId('play-model-0').selectOption({ label: basename(folder) });
  await page.getByText('Chat', { exact: true }).click();
  await page.getByLabel('Max new tokens').fill('5');
  for (const message of ['Hello \u{1f98a}', 'And then?']) {
    await page.getByRole('textbox', { name: 'Message' }).fill(message);
    await page.getByTestId('play-go').click();
    await expect(page.locator('.message.user').last()).toHaveText(message);
    await done(page, 0);
  }
  await expect(page.locator('.message')).toHaveCount(4);
  await page.getByText(/Formatted prompt/).click();
  await expect(page.locator('[data-text=prompt-0]')).toContainText(
    /^\[user\] Hello.*\[assistant\].*\[user\] And then\?.*\[assistant\]$/,
  );
  rmSync(folder, { recursive: true });
});

/** Random weights with GPT-2's tokenizer and a small template. */
function chatCheckpoint(): Checkpoint {
  const template =
    '{% for message in messages %}[{{ message.role }}] {{ message.content }}\n{% endfor %}{% if ' +
    'add_generation_prompt %}[assistant]{% endif %}';
  const config: ModelConfig = {
    architecture: 'llama',
    vocabularySize: 50_257,
    hiddenSize: 8,
    layers: 1,
    heads: 2,
    keyValueHeads: 1,
    headDimension: 4,
    intermediateSize: 8,
    maxPositions: 128,
    ropeTheta: 10_000,
    normEpsilon: 1e-5,
    tiedHead: true,
  };
  const files = tokenizerFiles('gpt2').map(({ path, text }) => ({
    path,
    text:
      path === 'tokenizer_config.json'
        ? JSON.stringify({ ...(JSON.parse(text) as object), chat_template: template })
        : text,
  }));
  return {
    name: 'chat',
    config,
    tensors: initializeTensors(config, stream(5, 'test')),
    tokenizerFiles: files,
    tokenizerJson: files[0]?.text ?? '',
    description: '',
  };
}
