/**
 * Runs: stored over reloads; searched, renamed, overlaid, deleted, exported and imported.
 */
import { expect, type Locator, type Page } from '@playwright/test';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { zipParts } from '../src/ui/zip.ts';
import { faults } from './layout.ts';
import { test } from './returning.ts';
import { expectAccessible, expectFitsNarrow, oneStep, openSmall, saved, startNewRun, stepsMade } from './studio.ts';

const rows = (page: Page) => page.getByTestId('run-row');
const curve = (page: Page, metric: string) =>
  page.getByTestId(`chart-runs-${metric}`).locator('path.recharts-line-curve');

const DEMO = JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as Record<string, unknown>;

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

test('runs survive full storage, a reload and the end of their tab, and can be found and renamed', async ({
  page,
  context,
}) => {
  await openSmall(page, 3);
  const browser = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  // Before the first record, because browsers check the quota again only after a while.
  await browser.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  await oneStep(page);
  await expect(page.getByTestId('archive-problem')).toContainText('storage for this page is full');
  await expect(page.getByTestId('archive-problem')).toContainText('Delete runs, models or data on their pages');
  await expectAccessible(page);
  await browser.send('Storage.overrideQuotaForOrigin', { origin });
  await oneStep(page);
  await expect(page.getByTestId('archive-problem')).toHaveCount(0);
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state')).toHaveText('finished');

  // A second run, which belongs to this tab as long as it is open.
  await page.locator('#field-rl-steps').fill('50');
  await page.locator('#field-name').fill('in the other tab');
  await startNewRun(page);
  await expect.poll(() => stepsMade(page)).toBeGreaterThanOrEqual(1);
  await page.getByTestId('pause-button').click();
  await expect(page.getByTestId('state')).toHaveText('paused');
  const made = await stepsMade(page);
  const other = await context.newPage();
  await other.goto('/#/runs');
  const [second, first] = ['in the other tab', 'GPPO, addition, seed 7'].map((name) =>
    rows(other).filter({ has: other.getByRole('button', { name, exact: true }) }),
  ) as [Locator, Locator];
  await expect(second).toContainText('running in another tab');
  await other.getByRole('button', { name: 'Actions for in the other tab' }).click();
  await expect(other.getByRole('menuitem', { name: 'Delete' })).toBeDisabled();
  await page.close();
  await other.reload();
  await expect(rows(other)).toHaveCount(2);
  await expect(second).toContainText('interrupted');
  await expect(second).toContainText(`${made} of 50`);

  // The finished run has all its records, also those that did not fit at first.
  await expect(first).toContainText('complete');
  await expect(first).toContainText('3 of 3');
  await first.getByRole('button', { name: 'GPPO, addition, seed 7', exact: true }).click();
  await expect(curve(other, 'rl/critic/score/mean')).toHaveCount(1);
  await expect(curve(other, 'evaluation/accuracy/sampled')).toHaveCount(1);
  await expect(other.getByTestId('chosen-runs')).toContainText('give the same metrics');

  await other.getByRole('button', { name: 'Actions for GPPO, addition, seed 7' }).click();
  await other.getByRole('menuitem', { name: 'Edit name and note' }).click();
  await other.getByLabel('Run name', { exact: true }).fill('three steps');
  await other.getByLabel('Note', { exact: true }).fill('short');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(rows(other).filter({ hasText: 'three stepsshort' })).toHaveCount(1);
  await other.getByLabel('Search', { exact: true }).fill('nothing like it');
  await expect(rows(other)).toHaveCount(0);
  await other.getByLabel('Search', { exact: true }).fill('short gppo');
  await expect(rows(other)).toHaveCount(1);

  await other.getByRole('button', { name: 'Open recipe in Train' }).click();
  await expect(other.locator('#field-rl-steps')).toHaveValue('3');
  await expect(other.getByLabel('Prompts', { exact: true })).toHaveValue('12');
});

test('says how many stored rows and records cannot be read, and shows the others', async ({ page }) => {
  await page.goto('/#/runs');
  await bring(page, zipOf({ ...runFiles('a', {}, 6, { id: 'a', name: 'intact', state: 'complete' }) }));
  await expect(rows(page)).toHaveCount(1);
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('gppo-studio');
      request.onsuccess = () => resolve(request.result);
    });
    const transaction = database.transaction(['runs', 'records'], 'readwrite');
    const batches = transaction.objectStore('records');
    batches.get(['a', 0]).onsuccess = ({ target }) => {
      const batch = (target as IDBRequest<{ records: { metrics: unknown }[] }>).result;
      for (const record of batch.records.slice(1, 3)) record.metrics = 'none';
      batches.put(batch);
    };
    transaction.objectStore('runs').put({ id: 'later', config: { strategy: 'of another version' } });
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    database.close();
  });
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  const left = page.getByTestId('left-out-rows');
  await expect(left).toContainText('1 stored run is not listed: another version of the studio wrote it');
  await left.getByRole('button', { name: 'Close' }).click();
  await expect(left).toHaveCount(0);
  await rows(page).getByRole('button', { name: 'intact', exact: true }).click();
  await expect(page.getByText('2 of 6 stored records of “intact” cannot be read.')).toBeVisible();
  await expect(curve(page, 'rl/critic/score/mean')).toHaveCount(1);
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

test('of 1,000 runs only the visible rows are elements, and a screen reader knows the place of each', async ({
  page,
}) => {
  await page.goto('/#/runs');
  await expect(page.getByTestId('no-runs')).toBeVisible();
  await bring(page, zipOf(runFiles('a', {}, 3, { id: 'a', name: 'a run', state: 'complete', adapter: 'x' })));
  await expect(rows(page)).toHaveCount(1);
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('gppo-studio');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('no database'));
    });
    const transaction = database.transaction('runs', 'readwrite');
    const store = transaction.objectStore('runs');
    const request = store.getAll();
    request.onsuccess = () => {
      const [run] = request.result as { started: number }[];
      if (!run) throw new Error('nothing was imported');
      for (let i = 1; i < 1000; i++)
        store.put({
          ...run,
          id: `copy-${i}`,
          name: `run ${i}`,
          note: i % 7 === 0 ? 'noted' : '',
          started: run.started - i,
        });
    };
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(new Error('not stored'));
    });
    database.close();
  });
  await page.reload();
  const table = page.getByRole('table', { name: 'Runs' });
  await expect(table).toHaveAttribute('aria-rowcount', '1001');
  const rowIndexes = () => rows(page).evaluateAll((all) => all.map((row) => Number(row.getAttribute('aria-rowindex'))));
  expect((await rowIndexes()).slice(0, 3)).toEqual([2, 3, 4]);
  expect(await rows(page).count()).toBeLessThan(80);
  // The row with the focus stays, wherever the list is scrolled to.
  const name = page.getByRole('button', { name: 'run 2', exact: true });
  await name.focus();
  await page.locator('.runs-scroll').evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(rows(page).last()).toHaveAttribute('aria-rowindex', '1001');
  expect(await rows(page).count()).toBeLessThan(80);
  await expect(name).toBeFocused();
  // Rows are of different heights; their places still add up to a list without holes.
  const gaps = await rows(page).evaluateAll((all) =>
    all.slice(-10).map((row, i, last) => {
      const before = last[i - 1];
      return before ? Math.abs(row.getBoundingClientRect().top - before.getBoundingClientRect().bottom) : 0;
    }),
  );
  expect(Math.max(...gaps)).toBeLessThan(1);
  // Tab moves on from row to row, and the list follows.
  await page.getByRole('button', { name: 'Actions for run 990', exact: true }).focus();
  for (let presses = 0; presses < 30; presses++) await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Actions for run 999', exact: true })).toBeInViewport();
  // Rows below the heads of the columns would count as targets without room.
  await page.locator('.runs-scroll').evaluate((element) => element.scrollTo(0, 0));
  await expectAccessible(page, ['light']);
  // A menu is made when it is opened.
  await page.locator('.runs-scroll').evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await page.getByRole('button', { name: 'Actions for run 999', exact: true }).click();
  await expect(page.getByRole('menuitem', { name: 'Export as zip' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Actions for run 999', exact: true })).toBeFocused();
  await page.getByLabel('Search', { exact: true }).fill('noted');
  await expect(table).toHaveAttribute('aria-rowcount', '143');
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await rows(page).count()).toBeLessThan(80);
  await expect.poll(() => faults(page)).toEqual([]);
});
