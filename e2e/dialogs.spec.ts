/**
 * Every dialog and menu that needs no training, by the keyboard alone: it opens, keeps the focus inside, is accessible
 * in both colour schemes, closes on Escape, and gives the focus back to the control that opened it; notices and
 * messages of failures. Those that need a run have specs of their own (docs/accessibility.md lists them).
 */
import { expect, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { parseRunConfig } from '../src/run/config.ts';
import { SHARE_KEY } from '../src/run/share-key.ts';
import { shareHash } from '../src/run/share.ts';
import { checkDialog, checkMenu, press } from './dialogs.ts';
import { faults } from './layout.ts';
import { test } from './returning.ts';
import { expectAccessible, showAllFields } from './studio.ts';

const DEMO = JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as {
  rl: { strategy: object };
};
const ARMS = [
  { label: 'PPO', strategy: { name: 'ppo', eps_low: 0.2, eps_high: 0.2 } },
  { label: 'GPPO', strategy: DEMO.rl.strategy },
];
const SEEDS = [1, 2];
const SWEEP = { name: 'two strategies', base: DEMO, strategies: ARMS, seeds: SEEDS, baseline: 'PPO', confidence: 0.95 };

/** A complete comparison with its runs, as the studio stores them. */
function stored() {
  const runs = ARMS.flatMap(({ label, strategy }, arm) =>
    SEEDS.map((seed) => {
      const records = [0, 1, 2].map((step) => ({
        step,
        phase: step === 0 ? 'evaluation' : 'rl',
        metrics: {
          'critic/score/mean': 0.1 * step + 0.01 * seed,
          ...(step === 0 && { 'accuracy/greedy': 0.2 + 0.1 * arm, 'accuracy/sampled': 0.1 }),
        },
        time: { step_ms: 900, tokens_per_second: 4000 },
      }));
      const run = {
        id: `${label}-${seed}`,
        name: `${label}, seed ${seed}`,
        note: '',
        config: { ...DEMO, seed, rl: { ...DEMO.rl, steps: 2, strategy } },
        state: 'complete',
        started: 1_700_000_000_000 + seed,
        changed: 1_700_000_000_000 + seed,
        adapter: 'software',
        records: records.length,
        digest: { sft: 0, rl: 2, reward: 0.2, greedy: 0.3, sampled: 0.1 },
        sweep: { id: 'comparison', label },
      };
      return { run, records };
    }),
  );
  const comparison = { id: 'comparison', sweep: SWEEP, state: 'complete', started: 1_700_000_000_000, changed: 1 };
  return { runs, comparison };
}

/** Fills the archive of a page that has opened it. */
const fill = (page: Page): Promise<void> =>
  page.evaluate(async ({ runs, comparison }) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('gppo-studio');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('no database'));
    });
    const transaction = database.transaction(['runs', 'records', 'sweeps'], 'readwrite');
    for (const { run, records } of runs) {
      transaction.objectStore('runs').put(run);
      transaction.objectStore('records').put({ run: run.id, first: 0, records });
    }
    transaction.objectStore('sweeps').put(comparison);
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(new Error('not stored'));
    });
    database.close();
  }, stored());

test('dialogs and menus of the recipe', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await showAllFields(page);
  const reward = page.getByTestId('rewards').getByRole('button', { name: /Use your own rewards|Add a reward/ });
  await checkMenu(page, reward);
  await page.locator('#sft').press('Space');
  await checkMenu(page, page.getByTestId('sft-add-source'));
  const bench = page.getByTestId('try-rewards');
  await checkDialog(page, 'Try your rewards', () => press(page, bench), bench);
});

test('programs of a link are shown before they run, and can be read and declined without a pointer', async ({
  page,
}) => {
  const body = 'fn strategy(token: Token) -> Outcome {\n  return outcome(token.advantage, 1.0, 0u);\n}\n';
  const source = `${body}${'// One of many lines.\n'.repeat(60)}`;
  const strategy = { name: 'custom', title: 'Constant weight', source, parameters: {} };
  const link = shareHash(parseRunConfig({ ...DEMO, rl: { ...DEMO.rl, strategy } }, 'demo'));
  await page.goto('/');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  const open = () => page.evaluate((hash) => void (location.hash = hash), link);
  await checkDialog(page, /The link contains a custom strategy/, open);
  await open();
  await expect(page.getByTestId('offered-strategy')).toBeVisible();
  for (const width of [1024, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await expect.poll(() => faults(page)).toEqual([]);
    await expect(page.getByRole('button', { name: 'Accept strategy' })).toBeInViewport();
  }
});

test('menus, dialogs and notices of Runs and of a comparison', async ({ page }) => {
  await page.goto('/#/runs');
  await expect(page.getByTestId('no-runs')).toBeVisible();
  await fill(page);
  await page.reload();
  const actions = page.getByRole('button', { name: 'Actions for PPO, seed 1', exact: true });
  await checkMenu(page, actions);
  const edit = async () => {
    await press(page, actions);
    await press(page, page.getByRole('menuitem', { name: 'Edit name and note' }));
  };
  await checkDialog(page, 'Edit run', edit, actions);
  await press(page, actions);
  await press(page, page.getByRole('menuitem', { name: 'Delete' }));
  const undo = page.getByRole('button', { name: 'Undo' });
  await expect(undo).toBeVisible();
  await expectAccessible(page);
  await press(page, undo);
  await expect(page.getByTestId('run-row')).toHaveCount(4);

  await page.getByText('Comparisons (1)').click();
  await checkMenu(page, page.getByRole('button', { name: 'Actions for two strategies' }));
  await press(page, page.getByRole('button', { name: 'Open', exact: true }));
  await checkMenu(page, page.getByRole('button', { name: 'Export', exact: true }));
});

test('messages of failures, and the area for dropped files', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await page.evaluate((hash) => (location.hash = hash), `${SHARE_KEY}bm90IGEgcmVjaXBl`);
  await expect(page.getByTestId('error')).toBeVisible();
  await expectAccessible(page);
  await page.getByTestId('error').getByRole('button', { name: 'Dismiss' }).click();

  const drag = (type: string) =>
    page.evaluate((name) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['{}'], 'config.json'));
      window.dispatchEvent(new DragEvent(name, { dataTransfer, cancelable: true }));
    }, type);
  await drag('dragenter');
  await expect(page.getByTestId('dropzone')).toBeVisible();
  await expectAccessible(page);
  await drag('dragleave');
  await expect(page.getByTestId('dropzone')).toHaveCount(0);

  await page.goto('/#/runs');
  await page
    .getByTestId('runs-zip-input')
    .setInputFiles({ name: 'cut.zip', mimeType: 'application/zip', buffer: Buffer.from('PK\x03\x04 cut off') });
  await expect(page.getByRole('main').getByRole('alert')).toContainText('cut.zip');
  await expectAccessible(page);
});
