/**
 * What leaves the studio: a report that opens from a file without a network, and a link that reproduces a run in
 * another browser profile.
 */
import { expect, type Page } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseMetrics } from '../src/archive/run-folder.ts';
import { formatMetric } from '../src/run/metrics/lookup.ts';
import type { StepRecord } from '../src/run/step-record.ts';
import { test } from './returning.ts';
import { expectAccessible, oneStep, openSmall, saved } from './studio.ts';

async function finish(page: Page): Promise<void> {
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state')).toHaveText('finished');
}

async function recordsOf(page: Page): Promise<StepRecord[]> {
  const { name, data } = await saved(page, () => page.getByRole('button', { name: 'Export metrics.jsonl' }).click());
  expect(name).toMatch(/seed-7-metrics\.jsonl$/);
  return parseMetrics(data.toString(), name);
}

/** What two runs of one config on one adapter have in common, bit for bit: all but the times. */
const withoutTime = (records: readonly StepRecord[]) =>
  records.map(({ step, phase, metrics }) => ({ step, phase, metrics }));

/** A name that would be a script in a page that does not escape it. */
const HOSTILE = '<img src=x onerror="document.documentElement.dataset.hacked=1"> </script><script>1</script>';

test('a report opens from a file without a network, and has the last reward, tokens and values of charts', async ({
  page,
  browser,
}) => {
  await openSmall(page, 2);
  await page.locator('#field-name').fill(HOSTILE);
  await oneStep(page);
  await finish(page);
  const records = await recordsOf(page);
  const report = await saved(page, () => page.getByRole('button', { name: 'Export report (HTML)' }).click());
  expect(report.name).toMatch(/^img-src-x-.*-seed-7-report\.html$/);
  expect(report.data.byteLength).toBeLessThan(3e6);

  const folder = mkdtempSync(join(tmpdir(), 'gppo-report-'));
  const file = join(folder, 'report.html');
  writeFileSync(file, report.data);
  const elsewhere = await browser.newContext();
  try {
    await elsewhere.setOffline(true);
    const reader = await elsewhere.newPage();
    const requests: string[] = [];
    const problems: string[] = [];
    reader.on('request', (request) => requests.push(request.url()));
    reader.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    reader.on('pageerror', (error) => problems.push(error.message));
    await reader.goto(pathToFileURL(file).href);
    await expect(reader.getByRole('heading', { level: 1 })).toHaveText(HOSTILE);
    const rewards = records.flatMap(({ phase, metrics }) =>
      phase === 'rl' ? (metrics['critic/score/mean'] ?? []) : [],
    );
    const [first, last] = [rewards[0], rewards.at(-1)].map((one) => formatMetric('critic/score/mean', one ?? NaN));
    await expect(reader.locator('dt', { hasText: 'Reward, first → last step' }).locator('+ dd')).toHaveText(
      `${first} → ${last}`,
    );
    // The pointer, and the keyboard, say the values at a step.
    const chart = reader.locator('#chart-reward');
    await chart.locator('svg').hover();
    await expect(chart.locator('output')).toContainText(/step [12]: reward/);
    await chart.locator('svg').focus();
    await reader.keyboard.press('End');
    await expect(chart.locator('output')).toHaveText(`step 2: reward ${last}`);
    await expect(reader.locator('.response .t').first()).toHaveAttribute('title', /ratio .*gradient weight/);
    await expect(reader.getByText('npm run --silent cli -- train config.json')).toBeVisible();
    expect(await reader.evaluate(() => document.documentElement.dataset['hacked'])).toBeUndefined();
    expect(problems).toEqual([]);
    expect(requests).toEqual([pathToFileURL(file).href]);
    // Its records are those of the run.
    const inside = await saved(reader, () => reader.getByRole('link', { name: 'metrics.jsonl' }).click());
    expect(parseMetrics(inside.data.toString(), 'metrics.jsonl')).toEqual(records);
    await reader.setViewportSize({ width: 390, height: 844 });
    expect(await reader.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  } finally {
    await elsewhere.close();
    rmSync(folder, { recursive: true });
  }
});

test('a link made in one profile has its curves and reproduces its first ten records in another', async ({
  page,
  browser,
}) => {
  await openSmall(page, 10);
  await oneStep(page);
  await finish(page);
  const records = await recordsOf(page);
  await page.getByRole('button', { name: 'Share link' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share a link' });
  await expect(dialog.getByTestId('share-carries')).toContainText(/seed 7; .*curves of “GPPO, addition, seed 7”/);
  await expect(dialog.getByTestId('share-qr')).toBeVisible();
  await expectAccessible(page, ['light']);
  const link = await dialog.getByTestId('share-link').inputValue();
  expect(link.length).toBeLessThanOrEqual(2000);

  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto(link);
  await expect(other.getByText('Recipe loaded: the link')).toBeVisible();
  await expect(other.locator('#field-rl-steps')).toHaveValue('10');
  await finish(other);
  // The sender's curve is behind the live one.
  await expect(other.getByText('GPPO, addition, seed 7 (from a link)').first()).toBeVisible();
  const again = await recordsOf(other);
  expect(records.length).toBeGreaterThanOrEqual(10);
  expect(withoutTime(again.slice(0, 10))).toEqual(withoutTime(records.slice(0, 10)));
  await elsewhere.close();
});
