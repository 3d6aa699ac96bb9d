/** A cluster's token dumps: opened, compared, browsed, refused; a recipe exported for it, and its metric logs. */
import { expect, type Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { stream } from '../src/random.ts';
import { zipParts } from '../src/ui/zip.ts';
import { faults } from './layout.ts';
import { test } from './returning.ts';
import { drop, expectAccessible, go, openSmall, saved } from './studio.ts';

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];

/** Two steps with ratios on both sides of the clip range. */
function dumpText(): string {
  const random = stream(7, 'dump of a test');
  const rows = Array.from({ length: 60 }, (_, i) => {
    const old = Array.from({ length: 12 }, () => -0.05 - random.float());
    return {
      step: i < 30 ? 10 : 20,
      prompt: `What is ${i} + 1?`,
      tokens: old.map((_, t) => ` t${t}`),
      old_logprobs: old,
      logprobs: old.map((value) => Math.min(-1e-3, value + 0.3 * random.normal())),
      advantages: i % 2 === 0 ? 1 : -1,
      reward: Number(i % 2 === 0),
    };
  });
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

const bring = (page: Page, text: string, name = 'tokens.jsonl') =>
  page.getByTestId('dump-input').setInputFiles({ name, mimeType: 'application/jsonl', buffer: Buffer.from(text) });

test('compares strategies on the tokens of a dump, step by step, and shows its responses by zone', async ({ page }) => {
  await openSmall(page, 3);
  await go(page, 'Compare');
  await page.getByRole('button', { name: 'Token dump' }).click();
  await expect(page).toHaveURL(/#\/compare\/dump$/);
  await expect(page.getByTestId('no-dump')).toContainText('What would another strategy have done');
  await bring(page, dumpText());
  await expect(page.getByTestId('dump-facts')).toContainText('720 tokens of 60 responses in 2 steps');
  const table = page.getByTestId('dump-table');
  await expect(table).toContainText('step 20, 360 tokens', { timeout: 60_000 });
  const ppo = page.getByTestId('dump-strategy-ppo');
  await expect(ppo.locator('td').nth(3)).toHaveText(/^0(\.0+)? %$/);
  await expect(page.getByTestId('dump-strategy-gppo').locator('td').nth(3)).not.toHaveText(/^0(\.0+)? %$/);
  await expect(page.getByTestId('dump-strategy-gppo').locator('td').nth(4)).toHaveText(/^0(\.0+)? %$/);

  // Another step, whose responses with the most tokens outside are first.
  await page.getByTestId('dump-step-10').click();
  await expect(table).toContainText('step 10, 360 tokens', { timeout: 60_000 });
  const list = page.getByTestId('dump-responses');
  await expect(list).toContainText('1 to 10 of 30');
  const outside = list.getByTestId('rollout').first().locator('.token:not([data-zone="inside"])');
  expect(await outside.count()).toBeGreaterThan(2);
  await list.getByRole('button', { name: 'Next' }).click();
  await expect(list).toContainText('11 to 20 of 30');
  await list.getByTestId('token').first().hover();
  await expect(page.getByTestId('token-detail')).toContainText('gradient weight w');
  await page.mouse.move(0, 0);
  await expectAccessible(page);
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await expect.poll(() => faults(page), { message: `${size.width} wide`, timeout: 20_000 }).toEqual([]);
  }
});

test('names the lines that it leaves out, and refuses a file that is no dump', async ({ page }) => {
  await openSmall(page, 3);
  await page.goto('#/compare/dump');
  const lines = dumpText().split('\n');
  await bring(page, [lines[0], '{"step": 1, "logprobs"', lines[1]].join('\n'));
  await expect(page.getByTestId('dump-faults')).toContainText('1 row was left out');
  await expect(page.getByTestId('dump-faults')).toContainText('line 2: not JSON');
  await drop(page, 'other.jsonl', '{"question": "a"}\n');
  await expect(page.getByTestId('dump-error')).toContainText('other.jsonl: line 1: expected a column step');
});

test('a run’s recipe is exported as the folder that the command line writes', async ({ page }) => {
  test.setTimeout(180_000);
  const config = {
    ...(JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as Record<string, unknown>),
    name: 'to a cluster',
  };
  const files = {
    'run/config.json': JSON.stringify(config),
    'run/metrics.jsonl':
      '{"step":1,"phase":"rl","metrics":{"critic/score/mean":0.3},"time":{"step_ms":9,"tokens_per_second":4}}\n',
  };
  const zip = zipParts(Object.entries(files).map(([path, text]) => ({ path, data: new TextEncoder().encode(text) })));
  await openSmall(page, 3);
  await go(page, 'Runs');
  const archive = { name: 'runs.zip', mimeType: 'application/zip', buffer: Buffer.concat(zip) };
  await page.getByTestId('runs-zip-input').setInputFiles(archive);
  // What was imported is selected.
  await expect(page.getByTestId('chosen-runs')).toContainText('give the same metrics');
  const { name, data } = await saved(page, async () => {
    await page.getByTestId('export-recipe').click();
    await page.getByTestId('export-recipe-trl').click();
  });
  expect(name).toBe('to-a-cluster-trl.zip');
  const folder = mkdtempSync(join(tmpdir(), 'gppo-recipe-'));
  try {
    writeFileSync(join(folder, 'run.json'), files['run/config.json']);
    const main = ['--import', 'tsx', '--import', './scripts/register-wgsl.mjs', 'src/cli/main.ts'];
    const args = ['export-recipe', join(folder, 'run.json'), '--engine', 'trl', '--output', join(folder, 'recipe')];
    execFileSync(process.execPath, [...main, ...args], { stdio: 'pipe' });
    const written = readdirSync(join(folder, 'recipe'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const inZip = unzipSync(new Uint8Array(data));
    const relative = (path: string) => path.slice(join(folder, 'recipe').length + 1);
    expect(Object.keys(inZip).sort()).toEqual(written.map((path) => `to-a-cluster-trl/${relative(path)}`).sort());
    for (const path of written)
      expect(Buffer.from(inZip[`to-a-cluster-trl/${relative(path)}`] ?? []).equals(readFileSync(path)), path).toBe(
        true,
      );
  } finally {
    rmSync(folder, { recursive: true });
  }

  // The cluster's metrics come back as a log, over the curves of the run.
  await go(page, 'Compare');
  await page.getByRole('button', { name: 'Metric log' }).click();
  await expect(page.getByTestId('no-logs')).toBeVisible();
  await drop(page, 'verl.jsonl', readFileSync('tests/fixtures/logs/verl.jsonl', 'utf8'));
  await expect(page.getByTestId('log-legend')).toContainText('to a cluster');
  await expect(page.getByTestId('log-legend')).toContainText('verl.jsonl');
  const reward = page.getByTestId('chart-logs-rl/critic/score/mean');
  const values = /to a cluster: 0\.3\. verl\.jsonl: from 0\.25 to 0\.8,/;
  await expect(reward.getByRole('img', { name: values }).first()).toBeVisible({ timeout: 20_000 });
  await expectAccessible(page);
});
