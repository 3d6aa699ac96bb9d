/** Kept states: resume after a reload with equal metrics, and what the Runs page does with a state. */
import { expect, type Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { parseMetrics } from '../src/archive/run-folder.ts';
import type { StepRecord } from '../src/run/step-record.ts';
import { test } from './returning.ts';
import { expectAccessible, expectFitsNarrow, go, openSmall, saved, startNewRun, stepsMade } from './studio.ts';

const state = (page: Page) => page.getByTestId('state');
const kept = (page: Page) => page.getByTestId('kept-state');

/** Keeps the state of every step. */
async function openKeeping(page: Page, steps: number): Promise<void> {
  await page.addInitScript(() =>
    localStorage.setItem('gppo-studio-states', JSON.stringify({ state: { every: 1 }, version: 0 })),
  );
  await openSmall(page, steps);
}

/** The records of all stored runs, oldest first, without their times. */
const recordsOfRuns = (page: Page) =>
  page.evaluate(async () => {
    const opened = indexedDB.open('gppo-studio');
    await new Promise((resolve) => (opened.onsuccess = resolve));
    const all = (name: string) =>
      new Promise<Record<string, unknown>[]>((resolve) => {
        const request = opened.result.transaction(name).objectStore(name).getAll();
        request.onsuccess = () => resolve(request.result as Record<string, unknown>[]);
      });
    const [runs, batches] = [await all('runs'), await all('records')];
    opened.result.close();
    return runs
      .sort((a, b) => Number(a['started']) - Number(b['started']))
      .map((run) => ({
        state: run['state'],
        records: batches
          .filter((batch) => batch['run'] === run['id'])
          .flatMap((batch) => batch['records'] as StepRecord[])
          .map(({ step, phase, metrics }) => ({ step, phase, metrics })),
      }));
  });

test('a run that a reload interrupts is resumed, with the records of one that was never interrupted', async ({
  page,
}) => {
  await openKeeping(page, 8);
  await page.getByTestId('run-button').click();
  await expect(state(page)).toHaveText('finished');
  await expect.poll(async () => (await recordsOfRuns(page)).map(({ state: of }) => of)).toEqual(['complete']);
  const count = (await recordsOfRuns(page))[0]?.records.length ?? 0;
  expect(count).toBeGreaterThan(8);
  await page.locator('#field-name').fill('interrupted');
  await startNewRun(page);
  // Steps may take less than a poll's usual interval.
  await expect.poll(() => stepsMade(page), { intervals: [20] }).toBeGreaterThanOrEqual(2);
  // A run whose states are kept is not lost: leaving the page asks nothing.
  let asked = false;
  page.on('dialog', (dialog) => {
    asked = true;
    void dialog.accept();
  });
  await page.reload();
  expect(asked).toBe(false);
  const note = page.getByTestId('interrupted');
  await expect(note).toContainText(/Your run interrupted was interrupted\. Its state is kept up to step [1-8]\./);
  await expectAccessible(page, ['light']);
  await note.getByRole('button', { name: 'Resume' }).click();
  await expect(state(page)).toHaveText('finished');
  await expect.poll(() => stepsMade(page)).toBe(8);
  await expect(note).toHaveCount(0);
  await expect
    .poll(async () => (await recordsOfRuns(page)).map(({ state: of, records }) => [of, records.length]))
    .toEqual([
      ['complete', count],
      ['complete', count],
    ]);
  const [whole, resumed] = await recordsOfRuns(page);
  expect(resumed?.records).toEqual(whole?.records);

  // The Runs page has its states.
  await go(page, 'Runs');
  await page.getByRole('button', { name: 'interrupted', exact: true }).click();
  await expect(kept(page).first()).toContainText('step 8');
  await expect(kept(page).first()).toContainText('last');
  await expect(page.getByTestId('storage-use')).toContainText(/States\s*[\d.]+ MB/);
  await kept(page).last().getByRole('button', { name: /^Pin/ }).click();
  await expect(kept(page).last()).toContainText('pinned');
  await expectAccessible(page);
  await expectFitsNarrow(page);

  const archive = await saved(page, () =>
    kept(page)
      .first()
      .getByRole('button', { name: /^Export/ })
      .click(),
  );
  const files = Object.fromEntries(
    Object.entries(unzipSync(new Uint8Array(archive.data))).map(([path, data]) => [path.split('/').at(-1), data]),
  );
  expect(Object.keys(files).sort()).toEqual(['config.json', 'metrics.jsonl', 'state.safetensors']);
  expect(parseMetrics(new TextDecoder().decode(files['metrics.jsonl']), 'metrics.jsonl')).toHaveLength(count);

  // Extended, it is the same run with more steps.
  await page.getByLabel('Extend to RL steps').fill('10');
  await page.getByRole('button', { name: 'Extend', exact: true }).click();
  await expect(state(page)).toHaveText('finished');
  await expect.poll(() => stepsMade(page)).toBe(10);
  await expect.poll(async () => (await recordsOfRuns(page)).length).toBe(2);

  // Its policy outlives the page: as a model, and as the start of another run.
  await page.reload();
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await go(page, 'Runs');
  await page.getByRole('button', { name: 'interrupted', exact: true }).click();
  await kept(page)
    .first()
    .getByRole('button', { name: /Playground$/ })
    .click();
  await expect(page.getByRole('main')).toContainText('interrupted, step 10');
  await go(page, 'Runs');
  await kept(page)
    .first()
    .getByRole('button', { name: /^Branch/ })
    .click();
  await page.locator('#field-name').fill('branch');
  await page.locator('#field-rl-steps').fill('1');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await page.getByTestId('run-button').click();
  await expect(state(page)).toHaveText('finished');
  const branched = (await recordsOfRuns(page)).at(-1);
  const extended = (await recordsOfRuns(page)).at(1);
  // Both measured the same weights.
  const greedy = (run: typeof branched, at: number) =>
    run?.records.filter(({ phase }) => phase === 'evaluation').at(at)?.metrics['accuracy/greedy'];
  expect(greedy(branched, 0)).toBe(greedy(extended, -1));
});

test('full storage is reported once, training continues, and another tab cannot take the run', async ({
  page,
  context,
}) => {
  await openKeeping(page, 50);
  const browser = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await browser.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state-problem')).toContainText('The run’s state is not kept');
  const made = await stepsMade(page);
  await expect.poll(() => stepsMade(page)).toBeGreaterThan(made + 1);
  await browser.send('Storage.overrideQuotaForOrigin', { origin });
  await expect(page.getByTestId('state-problem')).toHaveCount(0);
  await page.getByTestId('pause-button').click();
  await expect(state(page)).toHaveText('paused');

  const other = await context.newPage();
  await other.goto('/#/runs');
  await other.getByRole('button', { name: 'GPPO, addition, seed 7', exact: true }).click();
  const resume = kept(other)
    .first()
    .getByRole('button', { name: /^Resume/ });
  await expect(resume).toBeDisabled();
  await expect(resume).toHaveAttribute('title', 'This run is running in another tab.');
  // Once the tab is closed, it can.
  await page.close({ runBeforeUnload: false });
  await other.reload();
  await other.getByRole('button', { name: 'GPPO, addition, seed 7', exact: true }).click();
  await expect(resume).toBeEnabled();
  await resume.click();
  await expect(state(other)).toHaveText('running');
  await expect.poll(() => stepsMade(other)).toBeGreaterThan(made + 2);
});
