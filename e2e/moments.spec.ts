/**
 * Disturbances at random moments of SFT, RL, evaluation, saving and a comparison: the worker ends or throws, the GPU
 * process ends, the page is reloaded or closed, its process ends, the storage is full. Every run must end with the
 * records of one that was never disturbed.
 *
 * MOMENTS sets the number of moments, MOMENTS_SEED where they are; both are printed.
 */
import { expect, type Locator, type Page } from '@playwright/test';
import { setTimeout as delay } from 'node:timers/promises';
import { stream, type Random } from '../src/random.ts';
import { KEPT_RECIPE } from '../src/store/kept-recipe.ts';
import { LOST_GPUS } from './lost-gpus.ts';
import { test } from './returning.ts';
import { newestRunIsKept, storedRuns, type StoredRecords, type StoredRun } from './stored-runs.ts';

const MOMENTS = Number(process.env['MOMENTS'] ?? 3);
const SEED = Number(process.env['MOMENTS_SEED'] ?? Date.now() % 1_000_000);
/** Of the moments, those of a comparison. */
const OF_COMPARISON = Math.max(1, Math.round(MOMENTS / 5));
/** Moments of one run. */
const PER_RUN = 6;
const MINUTES = 60_000;

test.use(LOST_GPUS);

const KINDS = ['worker ends', 'worker throws', 'GPU', 'reload', 'closed tab', 'tab process', 'full storage'] as const;
type Kind = (typeof KINDS)[number];

/** Deals every kind once before any comes again. */
function* dealt(random: Random): Generator<Kind, never> {
  for (;;) yield* random.shuffle([...KINDS]);
}

const SFT_STEPS = 5;
const RL_STEPS = 11;
const RECIPE = {
  seed: 7,
  model: { checkpoint: 'embedded:addition-0.1M' },
  task: { name: 'addition', digits: 2 },
  sft: { steps: SFT_STEPS, batch_size: 64 },
  rl: {
    steps: RL_STEPS,
    prompts: 24,
    responses: 4,
    strategy: { name: 'gppo', eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1, dual_clip: 10 },
    minibatches: 2,
    epochs: 1,
    learning_rate: 3e-4,
  },
  evaluation: { every: 3, problems: 64 },
};

const state = (page: Page) => page.getByTestId('state');

/** The page with a recipe; it keeps the state of every step. */
async function openPage(page: Page, recipe: object): Promise<void> {
  await page.addInitScript(
    ([key, kept]) => {
      localStorage.setItem('gppo-studio-states', JSON.stringify({ state: { every: 1 }, version: 0 }));
      if (localStorage.getItem(key) === null) localStorage.setItem(key, kept);
    },
    [KEPT_RECIPE, JSON.stringify({ config: recipe })] as const,
  );
  await page.goto('/');
  await expect(page.getByTestId('run-button')).toBeEnabled();
}

/** Completed steps over both stages, as the page shows them; 0 while it shows no run. */
async function stepsShown(page: Page): Promise<number> {
  const text = await page.locator('.run-line').textContent();
  const [, stage, step] = /(SFT|RL) step (\d+) of/.exec(text ?? '') ?? [];
  return step === undefined ? 0 : Number(step) + (stage === 'RL' ? SFT_STEPS : 0);
}

/** What a user does who wants the work to go on: takes the offers of the page, and nothing else. */
async function takeOffers(page: Page): Promise<void> {
  const restart = page.getByTestId('worker-problem').getByRole('button', { name: 'Restart' });
  const resume = page.getByTestId('interrupted').getByRole('button', { name: 'Resume' });
  const sweep = page.getByTestId('start-sweep').filter({ hasText: /^Resume$/ });
  for (const offer of [restart, resume, sweep])
    if (await isThere(offer)) await offer.click(SOON).catch(() => undefined);
}

/** An element may go away while it is looked at. */
const SOON = { timeout: 2000 };
const isThere = async (button: Locator): Promise<boolean> =>
  (await button.count()) > 0 && (await button.isEnabled(SOON).catch(() => false));

/** Waits for something to hold of the page, and takes its offers meanwhile. */
async function until(page: Page, what: string, holds: () => Promise<boolean>): Promise<void> {
  await expect
    .poll(
      async () => {
        if (await holds()) return true;
        await takeOffers(page);
        return false;
      },
      { message: what, timeout: 5 * MINUTES, intervals: [20] },
    )
    .toBe(true);
}

const trainingWorker = (page: Page) => page.workers().find((one) => one.url().includes('worker'));

/** @returns the page that the user has afterwards: another one in the same browser if the first is gone */
async function disturb(page: Page, kind: Kind): Promise<Page> {
  const context = page.context();
  const another = async () => {
    await page.close({ runBeforeUnload: false });
    const next = await context.newPage();
    await next.goto(page.url());
    return next;
  };
  if (kind === 'worker ends')
    await trainingWorker(page)
      ?.evaluate(() => self.close())
      .catch(() => undefined);
  else if (kind === 'worker throws')
    await trainingWorker(page)?.evaluate(
      () =>
        void setTimeout(() => {
          throw new Error('a defect of the worker');
        }),
    );
  else if (kind === 'GPU') await (await context.browser()?.newBrowserCDPSession())?.send('Browser.crashGpuProcess');
  else if (kind === 'reload') await page.reload();
  else if (kind === 'closed tab') return another();
  else if (kind === 'tab process') {
    const devtools = await context.newCDPSession(page);
    const gone = page.waitForEvent('crash');
    devtools.send('Page.crash').catch(() => undefined);
    await gone;
    return another();
  } else {
    const devtools = await context.newCDPSession(page);
    const { origin } = new URL(page.url());
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
    const full = page.getByTestId('archive-problem').or(page.getByTestId('state-problem'));
    await until(page, 'the page says that the storage is full', async () => {
      // A comparison that ended leaves the page ready.
      const ended = /^(finished|failed|ready)$/.test((await state(page).textContent()) ?? '');
      return ended || (await full.count()) > 0;
    });
    await devtools.send('Storage.overrideQuotaForOrigin', { origin });
    await devtools.detach();
  }
  return page;
}

/** Kinds after which nothing but the browser's storage is left. */
const needsState = (kind: Kind): boolean => kind === 'reload' || kind === 'closed tab' || kind === 'tab process';

/** Right after a step, while its state is written, or some time into the next one. */
const delayOf = (random: Random, stepMs: number): number =>
  random.float() < 0.3 ? 60 * random.float() : 1.3 * stepMs * random.float();

const meanStepMs = ({ records }: StoredRecords): number =>
  records.reduce((sum, { time }) => sum + time.step_ms, 0) / records.length;

const withoutTimes = ({ records }: StoredRecords) =>
  records.map(({ step, phase, metrics }) => ({ step, phase, metrics }));

test(
  'runs that are disturbed at random moments end with the records of one that never was',
  { tag: '@long' },
  async ({ page: first }) => {
    const moments = MOMENTS - OF_COMPARISON;
    test.setTimeout((10 + 4 * moments) * MINUTES);
    console.log(`${MOMENTS} moments, MOMENTS_SEED=${SEED}`);
    const random = stream(SEED, 'moments');
    const kinds = dealt(random);
    let page = first;
    page.context().on('dialog', (dialog) => void dialog.accept());
    await openPage(page, { name: 'undisturbed', ...RECIPE });
    await page.getByTestId('run-button').click();
    await until(page, 'the undisturbed run ends', async () => (await state(page).textContent()) === 'finished');
    await expect.poll(async () => (await storedRuns(page))[0]?.state).toBe('complete');
    const [whole] = await storedRuns(page);
    if (!whole) throw new Error('no run is stored');
    expect(whole.records.length).toBeGreaterThan(SFT_STEPS + RL_STEPS);

    for (let done = 0, number = 1; done < moments; number++) {
      const name = `disturbed ${number}`;
      await until(page, 'the page can train', () => page.getByTestId('run-button').isEnabled(SOON));
      await page.locator('#field-name').fill(name);
      await page.getByTestId('run-button').click();
      const own = async () => (await storedRuns(page)).find((run) => run.name === name);
      const isOver = async () => {
        const [run, shown] = [await own(), await state(page).textContent()];
        if (run?.state === 'complete') return shown === 'finished' || shown === 'ready';
        // A tab that was closed after the last step has not stored that this was the end; Runs shows it as complete.
        return shown === 'ready' && run?.state === 'running' && run.records.length === whole.records.length;
      };
      const count = Math.min(PER_RUN, moments - done);
      const places = Array.from({ length: count }, () => 1 + random.integer(SFT_STEPS + RL_STEPS - 1));
      for (const place of places.sort((a, b) => a - b)) {
        const { value: kind } = kinds.next();
        // Every fourth strikes while the run is prepared after the moment before.
        const early = random.float() < 0.25 && !needsState(kind);
        const ms = delayOf(random, meanStepMs(whole));
        await until(page, `${name} is at step ${place}`, async () => {
          if (early && (await state(page).textContent()) === 'preparing') return true;
          if ((await stepsShown(page)) >= place) return !needsState(kind) || newestRunIsKept(page);
          return isOver();
        });
        // The moment before may have been its last.
        if (await isOver()) break;
        await delay(ms);
        const [at, activity] = [await stepsShown(page), await page.locator('.activity').first().textContent()];
        console.log(`${++done}: ${name}, ${kind} at step ${at} + ${ms.toFixed(0)} ms (${activity})`);
        page = await disturb(page, kind);
      }
      await until(page, `${name} ends`, isOver);
      const stored = (await storedRuns(page)).filter((run) => run.name === name);
      expect(stored, `${name} is one run`).toHaveLength(1);
      for (const run of stored) expect(withoutTimes(run), name).toEqual(withoutTimes(whole));
    }
  },
);

test(
  'a comparison that is disturbed at random moments ends with the records of one that never was',
  { tag: '@long' },
  async ({ page: first }) => {
    test.setTimeout((10 + 4 * OF_COMPARISON) * MINUTES);
    const random = stream(SEED, 'moments of a comparison');
    const kinds = dealt(random);
    const { sft: _, ...recipe } = { ...RECIPE, rl: { ...RECIPE.rl, steps: 3 } };
    let page = first;
    page.context().on('dialog', (dialog) => void dialog.accept());
    const begin = async (name: string) => {
      for (const { sweep } of await storedRuns(page)) before.add(sweep?.id);
      await page.evaluate(([key, kept]) => localStorage.setItem(key, kept), [
        KEPT_RECIPE,
        JSON.stringify({ config: { name, ...recipe } }),
      ] as const);
      await page.goto('/#/compare');
      await page.reload();
      await page.getByLabel('Seeds', { exact: true }).fill('1, 2');
      await page.getByTestId('start-sweep').click();
    };
    const key = ({ sweep, seed }: StoredRun) => `${seed} ${sweep?.label}`;
    const before = new Set<string | undefined>();
    /** Of the comparison that was begun last. */
    const runs = async () =>
      (await storedRuns(page))
        .filter(({ sweep }) => !before.has(sweep?.id))
        .sort((a, b) => key(a).localeCompare(key(b)));
    const isComplete = async () =>
      (await runs()).filter((run) => run.state === 'complete').length === 4 &&
      (await page.getByTestId('run-done').count()) === 4;

    await openPage(page, { name: 'undisturbed', ...recipe });
    await begin('undisturbed');
    await until(page, 'the undisturbed comparison ends', isComplete);
    const whole = await runs();
    const stepMs = meanStepMs(whole[0] ?? { records: [] });
    for (let done = 0, number = 1; done < OF_COMPARISON; number++) {
      const name = `disturbed ${number}`;
      await begin(name);
      const count = Math.min(4, OF_COMPARISON - done);
      const places = Array.from({ length: count }, () => random.integer(4));
      for (const place of places.sort((a, b) => a - b)) {
        const { value: kind } = kinds.next();
        await until(
          page,
          `${name} has made ${place} runs`,
          async () => (await page.getByTestId('run-done').count()) >= place && (await runs()).length > 0,
        );
        const ms = 4 * stepMs * random.float();
        await delay(ms);
        console.log(`${++done}: comparison ${name}, ${kind} after ${place} runs + ${ms.toFixed(0)} ms`);
        page = await disturb(page, kind);
      }
      await until(page, `${name} ends`, isComplete);
      const stored = await runs();
      expect(stored.map(key)).toEqual(whole.map(key));
      expect(stored.map(withoutTimes)).toEqual(whole.map(withoutTimes));
    }
  },
);
