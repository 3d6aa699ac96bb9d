/** What can go wrong while a page trains: numbers, background tabs, other tabs. A lost GPU: lost-gpu.spec.ts. */
import { expect, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { KEPT_RECIPE } from '../src/store/kept-recipe.ts';
import { test } from './returning.ts';
import { expectAccessible, go, openSmall, saved, showAllFields, startNewRun, stepsMade } from './studio.ts';

const state = (page: Page) => page.getByTestId('state');

interface KeptRecord {
  run: string;
  records: { step: number; phase: string; metrics: Record<string, number> }[];
}

/** Metrics of the runs that the browser has written, by run and step. */
async function keptMetrics(page: Page): Promise<Map<string, string[]>> {
  const batches = await page.evaluate(
    () =>
      new Promise<KeptRecord[]>((resolve, reject) => {
        const opening = indexedDB.open('gppo-studio');
        opening.onerror = () => reject(opening.error ?? new Error('no database'));
        opening.onsuccess = () => {
          const reading = opening.result.transaction('records').objectStore('records').getAll();
          reading.onerror = () => reject(reading.error ?? new Error('no records'));
          reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result as KeptRecord[]);
          };
        };
      }),
  );
  const runs = new Map<string, string[]>();
  for (const { run, records } of batches)
    runs.set(run, [
      ...(runs.get(run) ?? []),
      ...records.map(({ step, phase, metrics }) => JSON.stringify([phase, step, metrics])),
    ]);
  return runs;
}

test('a run whose numbers are no longer finite names step and cause, and keeps weights to export and branch', async ({
  page,
}) => {
  const { name: _, ...recipe } = JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as object & {
    name: string;
  };
  await page.addInitScript(
    ([key, kept]) => {
      if (localStorage.getItem(key) === null) localStorage.setItem(key, kept);
    },
    // A state is kept of runs that have made a step.
    [KEPT_RECIPE, JSON.stringify({ config: { ...recipe, sft: { steps: 2, batch_size: 4 } } })] as const,
  );
  await openSmall(page, 8);
  await showAllFields(page);
  await page.locator('#field-rl-learning_rate').fill('1e30');
  await page.locator('#field-name').fill('failing');
  await page.getByTestId('run-button').click();
  const error = page.getByTestId('error');
  await expect(error).toContainText(/^rl step \d+, update \d+ of \d+: the .* (is not finite|beyond)/);
  await expect(error).toContainText(
    /The weights are those (after rl step \d+, the last good step|from before the rl stage)/,
  );
  await expect(error).toContainText('Likely cause: a learning rate of 1e+30');
  await expect(state(page)).toHaveText('failed');

  const { data } = await saved(page, () => page.getByRole('button', { name: 'Export last good checkpoint' }).click());
  const weights = entryOf(data, 'model.safetensors');
  const header = weights.readUInt32LE(0);
  const floats = new Float32Array(new Uint8Array(weights.subarray(8 + header)).buffer);
  expect(floats.length).toBeGreaterThan(10_000);
  expect(floats.every((value) => Math.abs(value) < 100)).toBe(true);
  // It can be asked, too.
  await page.getByRole('button', { name: 'Greedy' }).click();
  await expect(page.getByTestId('answer')).toHaveText(/^58\+67=\d/);

  // On Runs the good state is kept: for another run, not to fail in the same way.
  await go(page, 'Runs');
  await page.getByRole('button', { name: 'failing', exact: true }).click();
  const kept = page.getByTestId('kept-state').first();
  await expect(kept).toContainText('before failure');
  await expect(page.getByTestId('failed-after')).toContainText('Likely cause: a learning rate of 1e+30');
  await expect(kept.getByRole('button', { name: /^Resume/ })).toBeDisabled();
  await expectAccessible(page);
  await kept.getByRole('button', { name: /^Branch/ }).click();
  await page.locator('#field-rl-learning_rate').fill('1e-4');
  await page.locator('#field-rl-steps').fill('1');
  await startNewRun(page);
  await expect(state(page)).toHaveText('finished');
});

/** A file of a zip archive. */
function entryOf(zip: Buffer, name: string): Buffer {
  for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 4)) {
    const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const length = zip.readUInt16LE(at + 28);
    if (!zip.toString('utf8', at + 46, at + 46 + length).endsWith(name)) continue;
    const local = zip.readUInt32LE(at + 42);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = zip.subarray(begin, begin + size);
    return method === 0 ? content : inflateRawSync(content);
  }
  throw new Error(`${name} is not in the archive`);
}

test('two tabs train at the same time, and one that the browser freezes resumes unharmed', async ({
  page,
  context,
}) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await openSmall(page, 4);
  await page.getByTestId('run-button').click();
  await expect.poll(() => stepsMade(page)).toBeGreaterThanOrEqual(1);

  const other = await context.newPage();
  await openSmall(other, 4);
  await other.getByTestId('run-button').click();
  await expect.poll(() => stepsMade(other)).toBeGreaterThanOrEqual(1);
  await go(other, 'Runs');
  await expect(other.getByTestId('run-row')).toHaveCount(2);

  // Chromium freezes tabs in the background to save energy. Nothing runs in the page meanwhile.
  const devtools = await context.newCDPSession(page);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await go(other, 'Train');
  await expect(state(other)).toHaveText('finished');
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await expect(state(page)).toHaveText('finished');
  await expect(page.getByTestId('worker-problem')).toHaveCount(0);
  await expect.poll(async () => (await keptMetrics(page)).size).toBe(2);
  // The same config and seed: the same metrics, whatever the other tab does.
  await expect
    .poll(async () => {
      const [one = [], two = []] = (await keptMetrics(page)).values();
      return one.length >= 4 && JSON.stringify(one) === JSON.stringify(two);
    })
    .toBe(true);
  expect(errors).toEqual([]);
});

test('training continues in a hidden tab, which draws nothing and whose timers are throttled', async ({ page }) => {
  // As browsers do it to hidden pages: animation frames wait until the page is shown, timers run once per second.
  await page.addInitScript(() => {
    const { requestAnimationFrame, setTimeout } = window;
    const hidden = () => (window as unknown as { hiddenTab?: boolean }).hiddenTab === true;
    const waiting: FrameRequestCallback[] = [];
    window.requestAnimationFrame = (work) => (hidden() ? waiting.push(work) : requestAnimationFrame(work));
    document.addEventListener('visibilitychange', () => {
      if (!hidden()) waiting.splice(0).forEach((work) => requestAnimationFrame(work));
    });
    window.setTimeout = ((work: TimerHandler, ms = 0, ...args: unknown[]) =>
      setTimeout(work, hidden() ? Math.max(1000, ms) : ms, ...args)) as typeof window.setTimeout;
    Object.defineProperty(document, 'visibilityState', { get: () => (hidden() ? 'hidden' : 'visible') });
    Object.defineProperty(document, 'hidden', { get: hidden });
  });
  const hide = (hiddenTab: boolean) =>
    page.evaluate((value) => {
      Object.assign(window, { hiddenTab: value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hiddenTab);
  await openSmall(page, 4);
  await page.getByTestId('run-button').click();
  await expect.poll(() => stepsMade(page)).toBeGreaterThanOrEqual(1);
  await hide(true);
  // All steps, though the page shows none of them.
  await expect
    .poll(async () => [...(await keptMetrics(page)).values()][0]?.filter((one) => one.startsWith('["rl",4')).length)
    .toBe(1);
  await hide(false);
  await expect(state(page)).toHaveText('finished');
  expect(await stepsMade(page)).toBe(4);
});
