/**
 * Runs: stored over reloads; searched, renamed, overlaid, deleted, exported and imported.
 */
import { expect, type Page } from '@playwright/test';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { zipParts } from '../src/ui/zip.ts';
import { faults } from './layout.ts';
import { test } from './returning.ts';
import { expectAccessible, expectFitsNarrow, go, oneStep, openSmall, saved } from './studio.ts';

const rows = (page: Page) => page.getByTestId('run-row');
/** States of the runs that the browser has written. */
const keptStates = (page: Page): Promise<string[]> =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('gppo-studio');
        opening.onerror = () => reject(opening.error ?? new Error('no database'));
        opening.onsuccess = () => {
          const reading = opening.result.transaction('runs').objectStore('runs').getAll();
          reading.onerror = () => reject(reading.error ?? new Error('no runs'));
          reading.onsuccess = () => {
            opening.result.close();
            resolve((reading.result as { state: string }[]).map(({ state }) => state));
          };
        };
      }),
  );
const curve = (page: Page, metric: string) =>
  page.getByTestId(`chart-runs-${metric}`).locator('path.recharts-line-curve');

const DEMO = JSON.parse(readFileSync('configs/demo-gppo.json', 'utf8')) as Record<string, unknown>;

/** The files of a run of `steps` RL steps, as the command line's `train` leaves them. */
function runFiles(folder: string, config: object, steps: number, about?: object): Record<string, string> {
  const records = Array.from({ length: steps }, (_, i) => ({
    step: i + 1,
    phase: 'rl',
    metrics: { 'critic/score/mean': 0.3 + i / 100, 'actor/entropy': 1 / (i + 1) },
    time: { step_ms: 900, tokens_per_second: 4000 },
  }));
  return {
    [`${folder}/config.json`]: JSON.stringify({ ...DEMO, ...config }),
    [`${folder}/metrics.jsonl`]: records.map((record) => `${JSON.stringify(record)}\n`).join(''),
    ...(about && { [`${folder}/run.json`]: JSON.stringify(about) }),
  };
}

function writeFolder(files: Record<string, string>): { path: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'gppo-runs-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return {
    path: join(root, Object.keys(files)[0]?.split('/')[0] ?? ''),
    remove: () => rmSync(root, { recursive: true }),
  };
}

const zipOf = (files: Record<string, string>) =>
  Buffer.concat(
    zipParts(
      Object.entries(files).map(([path, text]) => ({ path, data: new Uint8Array(new TextEncoder().encode(text)) })),
    ),
  );

const bring = (page: Page, buffer: Buffer, name = 'runs.zip') =>
  page.getByTestId('runs-zip-input').setInputFiles({ name, mimeType: 'application/zip', buffer });

test('a run and its curves survive a reload; it can be found and renamed, and its recipe opened', async ({ page }) => {
  await openSmall(page, 3);
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state')).toHaveText('finished');
  // Runs lists only what is written; the last records of a run are written a moment after its end.
  await go(page, 'Runs');
  await expect(rows(page)).toContainText('complete');
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('complete');
  await expect(rows(page)).toContainText('3 of 3');
  await rows(page).getByRole('button', { name: 'GPPO, addition, seed 7', exact: true }).click();
  await expect(curve(page, 'rl/critic/score/mean')).toHaveCount(1);
  await expect(curve(page, 'evaluation/accuracy/sampled')).toHaveCount(1);
  await expect(page.getByTestId('chosen-runs')).toContainText('give the same metrics');

  await page.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Edit name and note' }).click();
  await page.getByLabel('Run name', { exact: true }).fill('three steps');
  await page.getByLabel('Note', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(rows(page)).toContainText('three stepsshort');
  await page.getByLabel('Search', { exact: true }).fill('nothing like it');
  await expect(rows(page)).toHaveCount(0);
  await page.getByLabel('Search', { exact: true }).fill('short gppo');
  await expect(rows(page)).toHaveCount(1);

  await page.getByRole('button', { name: 'Open recipe in Train' }).click();
  await expect(page.locator('#field-rl-steps')).toHaveValue('3');
  await expect(page.getByLabel('Prompts', { exact: true })).toHaveValue('12');
});

test('closing the tab during a run leaves it as interrupted with its records', async ({ page, context }) => {
  await openSmall(page, 50);
  await oneStep(page);
  const other = await context.newPage();
  await other.goto('/#/runs');
  // The run belongs to the other tab, which is still open.
  await expect(rows(other)).toContainText('running in another tab');
  await other.getByRole('button', { name: /^Actions for/ }).click();
  await expect(other.getByRole('menuitem', { name: 'Delete' })).toBeDisabled();
  await page.close();
  await other.reload();
  await expect(rows(other)).toContainText('interrupted');
  await expect(rows(other)).toContainText('1 of 50');
});

test('a comparison survives a reload and resumes, and its runs are listed', async ({ page }) => {
  await openSmall(page, 1);
  await page.getByLabel('Evaluate every', { exact: true }).fill('1');
  await go(page, 'Compare');
  await page.getByLabel('Seeds').fill('1, 2');
  await page.getByTestId('start-sweep').click();
  await expect(page.getByTestId('run-done').first()).toBeVisible();
  // Written, not only finished: if the tab closes just after a run's end, the run has to be repeated.
  await expect.poll(() => keptStates(page)).toContain('complete');
  await page.reload();
  // Complete runs are kept; an interrupted one is repeated.
  const made = await page.getByTestId('run-done').first().textContent();
  await expect(page.getByTestId('unfinished')).toContainText('are not done');
  await page.getByTestId('start-sweep').click();
  await expect(page.getByTestId('run-done')).toHaveCount(4);
  await expect(page.getByTestId('start-sweep')).toBeVisible();
  expect(await page.getByTestId('run-done').first().textContent()).toBe(made);

  await page.reload();
  await expect(page.getByTestId('run-done')).toHaveCount(4);
  await expect(page.getByTestId('summary').locator('tbody tr')).toHaveCount(2);
  await go(page, 'Runs');
  await expect(rows(page)).toHaveCount(4);
  await page.getByText('Comparisons (1)').click();
  await expect(page.getByTestId('sweep-row')).toContainText('4 of 4');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByTestId('run-done')).toHaveCount(4);
});

test('imports runs from folders and archives once, overlays them, deletes and restores them', async ({ page }) => {
  await page.goto('/#/runs');
  await expect(page.getByTestId('no-runs')).toContainText('No runs yet');
  const folder = writeFolder({
    ...runFiles('demo', { name: 'from-train', seed: 5 }, 4),
    'demo/checkpoint/config.json': '{"model_type": "llama"}',
  });
  await page.getByTestId('runs-folder-input').setInputFiles(folder.path);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('from-train');
  await page.getByTestId('runs-folder-input').setInputFiles(folder.path);
  await expect(page.getByText('1 already exists.')).toBeVisible();
  folder.remove();
  await bring(
    page,
    zipOf({
      ...runFiles('a', {}, 4, { id: 'a', name: 'long', state: 'complete', adapter: 'x' }),
      ...runFiles('b', {}, 2, { id: 'b', name: 'long again', state: 'stopped', adapter: 'x' }),
    }),
  );
  await expect(rows(page)).toHaveCount(3);

  // All three are selected: their curves and the fields that differ between their recipes are shown.
  await expect(curve(page, 'rl/critic/score/mean')).toHaveCount(3);
  const difference = page.getByTestId('config-difference');
  await expect(difference.getByRole('rowheader', { name: 'seed' })).toBeVisible();
  await expect(difference.locator('tbody tr')).toHaveCount(2);
  await page.getByLabel('Select from-train').uncheck();
  await expect(page.getByTestId('same-recipe')).toContainText('bit-identical in all 2 records');
  await expectAccessible(page);
  await expectFitsNarrow(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => faults(page)).toEqual([]);
  // Every column of the table is visible, or left out on purpose; nothing covers anything else.
  const head = rows(page).first().locator('th');
  expect((await head.boundingBox())?.width).toBeGreaterThan(150);
  await expect(page.getByRole('main')).toBeInViewport();
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.getByRole('button', { name: 'Started' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(rows(page).locator('th')).toHaveText(['from-train', 'long', 'long again']);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'Actions for long again' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(rows(page)).toHaveCount(2);
  await page.reload();
  await expect(rows(page)).toHaveCount(2);

  // The export is in the command line's format, and can be imported again.
  const { name, data } = await saved(page, () => page.getByRole('button', { name: 'Export all as zip' }).click());
  expect(name).toBe('gppo-studio-runs.zip');
  await page.getByLabel('Select all shown').check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByTestId('no-runs')).toBeVisible();
  await bring(page, data, name);
  await expect(rows(page)).toHaveCount(2);

  await bring(page, data.subarray(0, 200), 'broken.zip');
  await expect(page.getByRole('main').getByRole('alert')).toContainText('broken.zip: cannot be unpacked');
  await expect(rows(page)).toHaveCount(2);
});

test('reports full storage while training continues, and stores the missing records later', async ({ page }) => {
  await openSmall(page, 10);
  const browser = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  // Before the first record, because browsers check the quota again only after a while.
  await browser.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  await oneStep(page);
  await expect(page.getByTestId('archive-problem')).toContainText('storage for this page is full');
  await expect(page.getByTestId('archive-problem')).toContainText('Delete runs, models or data on their pages');
  await browser.send('Storage.overrideQuotaForOrigin', { origin });
  await oneStep(page);
  await expect(page.getByTestId('archive-problem')).toHaveCount(0);
  await page.reload();
  await go(page, 'Runs');
  await expect(rows(page)).toContainText('2 of 10');
  await rows(page).getByRole('button', { name: 'GPPO, addition, seed 7', exact: true }).click();
  await expect(curve(page, 'rl/critic/score/mean')).toHaveCount(1);
});
