/** The way of a person with data of their own: from a dropped file to a run on it, and what stays after a reload. */
import { expect, type Page } from '@playwright/test';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { HubServer } from '../tests/support/hub-server.ts';
import { hubAt, startHub } from './hub.ts';
import { test } from './returning.ts';
import { faults } from './layout.ts';
import { drop, expectAccessible, expectFitsNarrow, makeTiny, startNewRun } from './studio.ts';

/** The shortest rows: as single characters they have 202 to 368 tokens. */
const GSM8K = readFileSync('tests/fixtures/data/gsm8k-8.jsonl', 'utf8')
  .trim()
  .split('\n')
  .sort((a, b) => a.length - b.length)
  .slice(0, 4)
  .join('\n');

const PORT = 41_737;
const PATH = 'main/train.jsonl';

// One test at a time: they share the hub's port.
test.describe.configure({ mode: 'default' });
test.use(hubAt(PORT));

let hub: HubServer;
test.beforeEach(async () => {
  const file = new TextEncoder().encode(GSM8K);
  hub = await startHub(PORT, { 'datasets/studio/gsm8k': { files: { [PATH]: file, 'README.md': file.slice(0, 9) } } });
});
test.afterEach(() => hub.close());

const set = (page: Page, name: string) => page.getByTestId('data-set').filter({ hasText: name });
const tokens = (page: Page, kind: string) => page.getByTestId('token-row').first().locator(`[data-kind=${kind}]`);

test('trains on a dropped file, which is still there after a reload, and on a file of the hub', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  // Dropped on Train, it opens in Data.
  await drop(page, 'gsm8k.jsonl', GSM8K);
  await expect(page.getByRole('heading', { name: 'gsm8k.jsonl' })).toBeVisible();
  await expect(page.getByTestId('data-split')).toContainText('3 rows to train on, 1 held out');
  await expect(page.getByTestId('data-role-prompt')).toHaveValue('question');
  await expect(page.getByTestId('data-fit')).toContainText('4 of 4 rows fit 1,024 positions');
  await expect(tokens(page, 'prompt')).toHaveCount(122);
  await expect(tokens(page, 'target').last()).toHaveAttribute('title', /^id \d+$/);
  await page.getByLabel('Tokens of line 1; arrow keys move between them').press('End');
  await expect(page.getByTestId('token-row').first()).toContainText('end token, trained');

  // Without an answer there is nothing to train by SFT; with it, there is again.
  await page.getByTestId('data-role-answer').selectOption('');
  await expect(page.getByTestId('data-fit')).toContainText('4 rows have no response');
  await page.getByTestId('data-role-answer').selectOption('answer');
  await expect(page.getByTestId('data-fit')).toContainText('Response: median');
  await page.getByLabel('Prompt template').fill('Q: {prompt}\nA:');
  await expect(tokens(page, 'prompt')).toHaveCount(122 - 1 + 6);

  // Another file, with rows that cannot be used.
  await drop(page, 'rows.csv', 'question;answer\n1+1=;2\nbroken\n2+2=;4\n');
  await expect(page.getByTestId('data-bad')).toContainText('line 3: expected 2 fields, found 1');
  await expect(page.getByTestId('data-train')).toBeDisabled();
  await page.getByRole('switch', { name: 'Leave out bad rows' }).check();
  await expect(page.getByTestId('data-train')).toBeEnabled();
  // What stands against a file is said once, where it is not its mapping.
  await drop(page, 'header.csv', 'question,answer\n');
  await expect(page.getByTestId('data-none')).toContainText('The file has no rows.');
  await expect(page.getByTestId('data-role-prompt')).toHaveCount(0);
  await drop(page, 'one.jsonl', '\ufeff{"question":"1+1=","answer":"2"}\r\n');
  await expect(page.getByTestId('data-split')).toContainText('1 row to train on, 0 held out');
  await expect(page.getByTestId('data-train')).toBeDisabled();
  await expect(page.getByText('Two problems are needed: one to train on, one to hold out')).toBeVisible();
  await drop(page, 'table.xlsx', 'PK\u0003\u0004');
  await expect(page.getByTestId('data-refused')).toContainText('table.xlsx: expected JSONL, JSON, CSV, TSV or Parquet');

  await set(page, 'gsm8k.jsonl').getByRole('button').first().click();
  await expect(page.getByTestId('data-fit')).toBeVisible();
  await expect(page.getByLabel('Prompt template')).toHaveValue('Q: {prompt}\nA:');
  await expectAccessible(page);
  await page.getByTestId('data-train').click();
  await expect(page.getByTestId('dataset-fields')).toContainText('Prompt from question, answer from answer');
  await expect(page.getByTestId('model-select')).toHaveValue('architecture');
  await makeTiny(page);
  // A step of SFT, then one of GPPO: a stage that has ended shows the next one.
  await page.getByTestId('step-button').click();
  await expect(page.getByTestId('state')).toHaveText('paused');
  // The run is paused before its first step as well.
  await expect(page.getByText('RL step 0 of 1')).toBeVisible();
  await expect(page.getByTestId('state')).toHaveText('paused');
  await expect(page.getByTestId('rollout')).toHaveCount(0);
  await page.getByTestId('step-button').click();
  await expect(page.getByTestId('rollout')).not.toHaveCount(0);
  await expect(page.getByTestId('state')).toHaveText('paused');

  // A recipe and its file survive a reload; without the file, the recipe says so at its data.
  await page.reload();
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await page.getByRole('button', { name: 'Change in Data' }).click();
  await expect(page.getByTestId('data-fit')).toBeVisible();
  await expect(page.getByLabel('Prompt template')).toHaveValue('Q: {prompt}\nA:');
  await expectFitsNarrow(page);
  await page.getByRole('button', { name: 'Remove gsm8k.jsonl' }).click();
  await expect(set(page, 'gsm8k.jsonl')).toHaveCount(0);
  await page.getByRole('button', { name: 'Train', exact: true }).first().click();
  await expect(page.getByTestId('dataset-problem')).toContainText('The file gsm8k.jsonl is not in this browser.');
  await expect(page.getByTestId('run-button')).toBeDisabled();

  // A data set of the hub: its files, one of them with progress, and a download that is not what the hub lists.
  await page.getByRole('button', { name: 'Data', exact: true }).click();
  await page.getByLabel('Data set', { exact: true }).fill('studio/gsm8k');
  await page.getByLabel('Revision').fill('v2');
  await page.getByRole('button', { name: 'List files' }).click();
  await expect(page.getByTestId('hub-data-error')).toContainText('studio/gsm8k has no revision v2');
  await page.getByLabel('Revision').fill('main');
  await page.getByRole('button', { name: 'List files' }).click();
  const files = page.getByRole('list', { name: 'Files of studio/gsm8k' });
  await expect(files.getByRole('listitem')).toHaveText([new RegExp(`^${PATH}`)]);

  const download = page.getByTestId('download');
  hub.behaviour[PATH] = { chunk: 100, pauseMs: 400 };
  hub.checksums[PATH] = 'c'.repeat(64);
  await files.getByRole('button', { name: `Download ${PATH}` }).click();
  await expect(download).toContainText(/\d+ B of [\d.]+ k?B/);
  await download.getByRole('button', { name: 'Cancel' }).click();
  await expect(download).toHaveAttribute('data-state', 'cancelled');
  await expect(set(page, 'train.jsonl')).toContainText('press to resume');
  hub.behaviour[PATH] = {};
  const sha256 = createHash('sha256').update(GSM8K).digest('hex');
  await download.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByTestId('download-error')).toContainText(`expected SHA-256 ${'c'.repeat(64)}, found ${sha256}`);
  hub.checksums[PATH] = sha256;
  await download.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByRole('heading', { name: 'train.jsonl' })).toBeVisible();
  await expect(download).toHaveCount(0);
  await expect(set(page, 'train.jsonl')).toContainText(/studio\/gsm8k.*4 rows.*Hugging Face/);
  await expect(page.getByTestId('data-fit')).toContainText('4 of 4 rows fit');
  await expect(tokens(page, 'prompt')).toHaveCount(122);

  await page.getByTestId('data-train').click();
  await expect(page.getByTestId('dataset-fields')).toContainText('Prompt from question, answer from answer');
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state')).toHaveText('finished');
  await expect(page.getByTestId('rollout')).not.toHaveCount(0);
});

/** Sums that the task, of two digits, does not make. */
const sums = (second: number) =>
  Array.from({ length: 20 }, (_, i) => ({
    prompt: `${100 + i}+${second}=`,
    completion: String(100 + i + second),
    level: i < 10 ? 1 : 2,
  }));
const SUMS = sums(2)
  .map((row) => JSON.stringify(row))
  .join('\n');

test('mixes data and the task for SFT, says what is wrong at its field, and trains on the mixture', async ({
  page,
}) => {
  await page.goto('/');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await drop(page, 'sums.jsonl', SUMS);
  await page.getByTestId('data-sft-source').click();
  // The task stays; the file is a source of an SFT stage, which says what an epoch has of it.
  await expect(page.locator('#task')).toHaveValue('addition');
  const source = (index: number) => page.getByTestId(`sft-source-${index}`);
  const counts = (index: number) => page.getByTestId(`sft-source-${index}-counts`);
  const steps = page.getByTestId('sft-steps');
  await expect(source(0)).toContainText('sums.jsonl');
  await expect(counts(0)).toContainText('All 20 rows once per epoch (100 %).');
  await expect(steps).toHaveText('3 steps of 8 examples, the last of 4: 1 epoch of 20 examples.');

  // A task without end needs an amount, which the input says.
  const add = async (name: RegExp) => {
    await page.getByTestId('sft-add-source').click();
    await page.getByRole('menuitem', { name }).click();
  };
  await add(/^The task/);
  const amount = page.getByLabel('Amount of The task', { exact: true });
  await expect(source(1).getByRole('alert')).toContainText('Give the source an amount.');
  await expect(page.locator('.top-problem')).toContainText('Source 2, Amount: ');
  await expect(page.getByTestId('run-button')).toBeDisabled();
  await expect(amount).toHaveAttribute('placeholder', 'required');
  // Problems that the task makes have no columns to filter by.
  await expect(source(0).getByRole('button', { name: 'Add a condition' })).toBeVisible();
  await expect(source(1).getByRole('button', { name: 'Add a condition' })).toHaveCount(0);
  await expect.poll(() => faults(page)).toEqual([]);
  await amount.fill('none');
  await expect(source(1).getByRole('alert')).toContainText('“none” is not a number');
  await amount.fill('12');
  await expect(counts(1)).toHaveText('12 new problems per epoch (37.5 %).');
  await expect(steps).toContainText('1 epoch of 32 examples');

  // Weights share an epoch.
  await page.getByLabel('Divided by').selectOption('weights');
  await page.getByLabel('Weight of The task', { exact: true }).fill('3');
  await expect(counts(0)).toContainText('(25 %)');
  await expect(counts(1)).toContainText('(75 %)');

  // A condition that no row can meet, and one that half of them meet.
  await source(0).getByRole('button', { name: 'Add a condition' }).click();
  const condition = source(0).getByRole('group', { name: 'Condition 1 of sums.jsonl' });
  await condition.getByLabel('Column').fill('grade');
  await condition.getByLabel('Value').fill('1');
  await expect(page.getByTestId('sft-source-0-problem')).toContainText('grade');
  await condition.getByLabel('Column').fill('level');
  await expect(counts(0)).toContainText('Left out: 10 do not pass the filter.');

  // Data that the model cannot read says so, until it is removed.
  await add(/word-problems/);
  await expect(page.getByTestId('sft-source-2-problem')).toContainText(
    'tokenizer cannot encode word-problems.jsonl: the character',
  );
  await source(2).getByRole('button', { name: 'Remove source word-problems.jsonl' }).click();
  await expect(source(2)).toHaveCount(0);
  await page.getByLabel('Held-out rows').selectOption('share');
  await page.getByRole('switch', { name: 'Validation' }).press('Space');
  await expect(page.getByRole('switch', { name: 'Validation' })).toBeChecked();
  await expect(steps).toContainText(/Validation: \d+ held-out rows\./);
  await expectAccessible(page);

  await page.getByTestId('step-button').click();
  await expect(page.getByTestId('state')).toHaveText('paused');
  const chart = page.getByTestId('chart-validation-sources');
  await expect(chart).toContainText('sums.jsonl');
  await expect(chart).toContainText('task addition');

  // Train on this: a list on one line becomes the task, in the place of the other one in the mixture.
  await drop(page, 'more.json', JSON.stringify(sums(3)));
  await expect(page.getByTestId('token-row').first()).toContainText('element 1');
  await page.getByTestId('data-train').click();
  await expect(page.getByTestId('dataset-fields')).toContainText('difficulty from level, completion from completion');
  await expect(source(0)).toContainText('sums.jsonl');
  await expect(source(1)).toContainText('The task');
  await expect(counts(1)).toContainText('20 examples of 18 rows');
  await source(1).getByRole('button', { name: 'Add a condition' }).click();
  const ofTask = source(1).getByRole('group', { name: 'Condition 1 of The task' });
  await ofTask.getByLabel('Column').fill('level');
  await ofTask.getByLabel('Value').fill('2');
  await expect(counts(1)).toContainText(/Left out: \d+ do not pass the filter/);
  await page.locator('#field-rl-steps').fill('1');
  await startNewRun(page);
  await expect(page.getByTestId('state')).toHaveText('finished');
  await expect(chart).toContainText('sums.jsonl');
  await expect(chart).toContainText('task, more.json');
  await expect(page.getByTestId('rollout')).not.toHaveCount(0);
});
