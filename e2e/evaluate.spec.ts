/**
 * Rewards of the recipe, their bench, their curves in a run, and the evaluation of models on the page. Rewards in
 * JavaScript run in an interpreter whose WebAssembly loads under the page's policy, in the worker.
 */
import { expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { parseRunConfig } from '../src/run/config.ts';
import { test } from './returning.ts';
import {
  drop,
  expectAccessible,
  expectFitsNarrow,
  go,
  makeTiny,
  oneStep,
  openSmall,
  saved,
  startNewRun,
} from './studio.ts';

/** Rows that a model of single characters reads. */
const SUMS = Array.from({ length: 60 }, (_, i) => `{"question":"${i}+7=","answer":"${i + 7}"}`).join('\n');

/** A run whose reward in JavaScript fails on its first response. */
function failingRun(): Buffer {
  const demo = JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as { task: object; rl: object };
  const source = 'function reward(response, row) {\n  return row.missing.length;\n}';
  const config = {
    ...demo,
    task: { ...demo.task, rewards: [{ name: 'exact' }, { name: 'custom', weight: 0.5, source, max_errors: 1 }] },
    rl: { ...demo.rl, steps: 1, prompts: 12, responses: 4 },
    evaluation: { every: 1, problems: 16 },
  };
  return Buffer.from(JSON.stringify(parseRunConfig(config, 'demo')));
}

test('rewards are edited, tried, trained with, and the model is evaluated; a failing reward ends its run', async ({
  page,
}) => {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await openSmall(page, 2);
  const rewards = page.getByTestId('rewards');
  await rewards.getByRole('button', { name: 'Use your own rewards' }).click();
  await page.getByRole('menuitem', { name: /^number/ }).click();
  await rewards.getByRole('button', { name: 'Add a reward' }).click();
  await page.getByRole('menuitem', { name: /^custom/ }).click();
  await rewards.getByLabel('Weight of custom').fill('0.5');
  await rewards.getByRole('button', { name: 'Move custom up' }).click();
  await expect(rewards.getByRole('listitem').first()).toContainText('custom');

  // The bench: parts of each response while typing, and an error with its line.
  await page.getByTestId('try-rewards').click();
  const bench = page.getByRole('dialog', { name: 'Try your rewards' });
  const source = bench.getByRole('textbox', { name: 'JavaScript of the reward' });
  await source.fill(
    'function reward(response, row) {\n  if (response === "7") throw new Error("too short");\n  return 2;\n}',
  );
  await bench.getByLabel('Reference answer').fill('46');
  await bench.getByRole('textbox', { name: 'Responses' }).fill('46\n45\n7');
  const line = (response: string) => bench.getByRole('row', { name: new RegExp(`^${response}`) }).getByRole('cell');
  await expect(line('46')).toHaveText(['2', '1', '2', '✓ correct', '3']);
  await expect(line('45')).toHaveText(['2', '0', '1', '✗ incorrect', '3']);
  await expect(bench.getByTestId('bench-problem')).toHaveText('custom: line 2: Error: too short');
  await source.fill('function reward(response, row) {\n  return (;\n}');
  await expect(bench.getByTestId('bench-error')).toContainText('line 2: SyntaxError');
  await expect(bench.getByTestId('reward-custom').getByRole('alert')).toContainText('Line 2: SyntaxError');
  await expect(page.getByTestId('run-button')).toBeDisabled();
  await expectAccessible(page);
  await source.fill('function reward(response) {\n  return response.length;\n}');
  await expect(line('45')).toHaveText(['2', '0', '1', '✗ incorrect', '3']);
  await page.keyboard.press('Escape');
  await expect(bench).toBeHidden();

  // One step: a curve per reward, and the parts of each response.
  await oneStep(page);
  const chart = page.getByTestId('chart-rewards');
  await expect(chart).toContainText(/reward.*custom.*number/);
  await expect(page.getByTestId('chart-correct').getByTestId('correct-value')).toHaveText(/ %$/);
  await expect(page.getByTestId('rollout').first()).toContainText(/correct/);
  await expect(page.getByTestId('rollout-rewards').first()).toContainText(/custom [\d.]+number [01]/);

  // The bench grades the responses of the run as the run did.
  await page.getByTestId('try-rewards').click();
  await bench.getByTestId('bench-use-run').click();
  const shown = await page.getByTestId('rollout-rewards').count();
  await expect(bench.getByRole('rowheader')).toHaveCount(shown);
  await page.keyboard.press('Escape');

  // Evaluate the model that is shipped, then the policy, on the same problems.
  await go(page, 'Evaluate');
  await page.getByLabel('Problems', { exact: true }).fill('8');
  await page.getByLabel('Samples').fill('2');
  await page.getByTestId('evaluate-model').selectOption('embedded:addition-0.1M');
  await page.getByTestId('evaluate-task').selectOption({ label: 'addition, 2 digits (the model’s)' });
  await page.getByTestId('evaluate-button').click();
  const report = page.getByTestId('evaluate-report');
  for (const name of ['greedy', 'avg@2', 'pass@1', 'pass@2', 'maj@2', 'cons@2'])
    await expect(report.locator(`[data-statistic="${name}"]`)).toContainText(/[\d.]+ %.*[\d.]+ % to [\d.]+ %/);
  const graded = page.getByTestId('evaluate-problem');
  await expect(graded).toHaveCount(8);
  await page.getByTestId('evaluate-model').selectOption('run:policy');
  await page.getByTestId('evaluate-button').click();
  await expect(page.getByTestId('evaluate-difference')).toContainText('on 8 shared problems');
  await expect(graded.first()).toContainText(/improved|worse|same/);

  const prompt = (await graded.nth(2).locator('.evaluate-text').textContent()) ?? '';
  await page.getByRole('searchbox', { name: 'Search problems and responses' }).fill(prompt);
  await expect(graded).toHaveCount(1);
  await page.getByRole('button', { name: 'Responses to problem 3', exact: true }).click();
  await expect(page.locator('.evaluate-responses li')).toHaveCount(6);
  const file = await saved(page, () => page.getByRole('button', { name: 'Export responses.jsonl' }).click());
  expect(file.data.toString().trimEnd().split('\n')).toHaveLength(8);
  await expectAccessible(page);
  await expectFitsNarrow(page);

  // A reward that fails ends its run with its line and the response.
  expect(problems).toEqual([]);
  await go(page, 'Train');
  await page
    .locator('input[type="file"][accept="application/json,.json"]')
    .first()
    .setInputFiles({ name: 'fails.json', mimeType: 'application/json', buffer: failingRun() });
  // A program of a file is shown before it is used.
  await expect(page.getByTestId('offered-reward')).toBeVisible();
  await page.getByRole('button', { name: 'Accept reward' }).click();
  await expect(rewards.getByRole('listitem').first()).toContainText('exact');
  await startNewRun(page);
  await expect(page.getByText(/reward custom: line 2: TypeError: .* on the response "/).first()).toBeVisible();
  await expect(page.getByTestId('state')).toHaveText('failed');

  // The policy of a paused run on own data, and the new weights that it started from, on rows that it never sees.
  await drop(page, 'sums.jsonl', SUMS);
  await expect(page.getByTestId('data-split')).toContainText('held out');
  const heldOut = Number(/(\d+) held out/.exec((await page.getByTestId('data-split').textContent()) ?? '')?.[1]);
  await page.getByTestId('data-train').click();
  await expect(page.getByTestId('dataset-fields')).toContainText('Prompt from question, answer from answer');
  await expect(page.getByTestId('model-select')).toHaveValue('architecture');
  await makeTiny(page);
  await page.locator('#field-sft-steps').fill('2');
  await page.getByTestId('step-button').click();
  await expect(page.getByTestId('state')).toHaveText('paused');
  await go(page, 'Evaluate');
  await page.getByTestId('evaluate-task').selectOption({ label: 'sums.jsonl, number (recipe)' });
  for (const model of ['run:start', 'run:policy']) {
    await page.getByTestId('evaluate-model').selectOption(model);
    await page.getByTestId('evaluate-button').click();
    await expect(report).toContainText(model === 'run:start' ? 'initial weights' : 'trained policy, SFT step 1');
    await expect(graded).toHaveCount(heldOut);
  }
  await expect(page.getByTestId('evaluate-difference')).toContainText(`on ${heldOut} shared problem`);
  await go(page, 'Train');
  await expect(page.getByTestId('state')).toHaveText('paused');
  expect(problems).toEqual([]);
});
