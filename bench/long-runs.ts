/**
 * The page with an archive of 1,000 runs, one of them of 10,000 steps: times until the list and the long run are
 * shown, frames and long tasks while the list is scrolled and searched and while the long run grows, and the page's
 * JavaScript heap. Fills the archive of a fresh profile of the built page:
 *
 *     npx vite build && npx tsx bench/long-runs.ts
 */
import { readFileSync } from 'node:fs';
import { ARCHIVE_NAME } from '../src/archive/archive-database.ts';
import { builtPage, busynessDuring, busynessText, pageUse } from './built-page.ts';
import { median } from './median.ts';
import { METRIC_NAMES } from './metric-names.ts';
import { trainEnabled } from './train-button.ts';

const RUNS = 1000;
const SHORT = 20;
const LONG = 10_000;
/** Records of a batch, which src/store/archive-db.ts joins them to. */
const BATCH = 125;
/** Between two writes of a run, as src/store/archive-writer.ts leaves; and how long the long run grows. */
const WRITE_MS = 500;
const GROWS_MS = 10_000;
const REPEATS = 5;

const studio = await builtPage(process.env.BENCH_DIST);
const { page, address } = studio;
await page.goto(`${address}#/runs`);
await page.getByTestId('no-runs').waitFor();

const config = JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as { rl: object };

/** In the page: records of a run from a step on, with values that differ by step and metric. */
const RECORDS = `
  globalThis.recordsOf = (names, first, count) =>
    Array.from({ length: count }, (_, i) => ({
      step: first + i + 1,
      phase: 'rl',
      metrics: Object.fromEntries(
        names.map((name, k) => [name, 0.5 + 0.5 * Math.fround(Math.sin((first + i) / 97 + k) * Math.sin(i * k))]),
      ),
      time: { step_ms: 900 + k(i), tokens_per_second: 4000 },
    }));
  function k(i) {
    return (i * 7919) % 113;
  }
  globalThis.openArchive = (name) =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  globalThis.ended = (transaction) =>
    new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
`;
interface InPage {
  recordsOf: (names: string[], first: number, count: number) => object[];
  openArchive: (name: string) => Promise<IDBDatabase>;
  ended: (transaction: IDBTransaction) => Promise<void>;
}

const run = (id: string, records: number, started: number) => ({
  id,
  name: `run ${id}`,
  note: '',
  config: { ...config, seed: started % 97, rl: { ...config.rl, steps: records } },
  state: 'complete',
  started,
  changed: started,
  adapter: 'software',
  records,
  digest: { sft: 0, rl: records, reward: 0.4, sampled: 0.5 },
});
const long = { ...run('long', LONG, Date.now()), name: 'the long run', state: 'running' };
await page.evaluate(RECORDS);
await page.evaluate(
  async ({ name, short, of, steps, long, metrics, LONG, BATCH }) => {
    const { openArchive, recordsOf, ended } = globalThis as unknown as InPage;
    const database = await openArchive(name);
    const few = recordsOf(metrics, 0, steps);
    for (let first = 0; first < of.length; first += 100) {
      const transaction = database.transaction(['runs', 'records'], 'readwrite');
      for (const id of of.slice(first, first + 100)) {
        transaction.objectStore('runs').put({ ...short, id, name: `run ${id}`, started: short.started + Number(id) });
        transaction.objectStore('records').put({ run: id, first: 0, records: few });
      }
      await ended(transaction);
    }
    for (let first = 0; first < LONG; first += 1000) {
      const transaction = database.transaction(['runs', 'records'], 'readwrite');
      if (first === 0) transaction.objectStore('runs').put(long);
      for (let at = first; at < first + 1000; at += BATCH)
        transaction.objectStore('records').put({ run: long.id, first: at, records: recordsOf(metrics, at, BATCH) });
      await ended(transaction);
    }
    database.close();
  },
  {
    name: ARCHIVE_NAME,
    short: run('0', SHORT, Date.now() - 1e8),
    of: Array.from({ length: RUNS - 1 }, (_, i) => String(i)),
    steps: SHORT,
    long,
    metrics: [...METRIC_NAMES],
    LONG,
    BATCH,
  },
);

const use = await pageUse(studio);
const heap = async () => ((await use.heap()) / 1e6).toFixed(1);
const { computed } = use;
const line = (name: string, text: string) => console.log(`${name.padEnd(44)} ${text}`);
const milliseconds = (value: number) => `${value.toFixed(0)} ms`;

async function during(name: string, part: () => Promise<void>): Promise<void> {
  const used = await computed();
  const busyness = await busynessDuring(page, part);
  const busyFor = (await computed()) - used;
  line(name, `${busynessText(busyness)}; main thread ${milliseconds(busyFor)} of ${milliseconds(busyness.took)}`);
}

/** Milliseconds in the page from pressing something until an element is there and painted. */
const until = (press: string, shown: string): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve, reject) => {
    const begun = performance.now();
    ${press};
    const look = () => {
      if (${shown}) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
      else if (performance.now() - begun > 60000) reject(new Error('never shown'));
      else requestAnimationFrame(look);
    };
    look();
  })`);
const place = (name: string) =>
  `[...document.querySelectorAll('nav button')].find((one) => one.textContent.trim() === '${name}').click()`;

await page.goto('about:blank');
await page.goto(address);
await trainEnabled(page);
line('heap of Train, megabytes', await heap());
const opened: number[] = [];
const openedFor: number[] = [];
for (let repeat = 0; repeat < REPEATS; repeat++) {
  await page.goto('about:blank');
  await page.goto(address);
  await trainEnabled(page);
  const used = await computed();
  opened.push(await until(place('Runs'), "document.querySelector('[data-testid=run-row]')"));
  openedFor.push((await computed()) - used);
}
line(
  `archive of ${RUNS} runs opens in`,
  `${milliseconds(median(opened))}, main thread ${milliseconds(median(openedFor))} (medians of ${REPEATS})`,
);
line('rows of the table that are elements', String(await page.getByTestId('run-row').count()));
line('heap with the list, megabytes', await heap());
await page.locator('.runs-scroll, main').last().hover();
await during('scrolling the list', async () => {
  for (let turn = 0; turn < 60; turn++) {
    await page.mouse.wheel(0, 400);
    await page.waitForTimeout(50);
  }
});
await during('typing in the search', async () => {
  for (const text of ['run 1', 'run 12', 'run 123', 'long', 'seed 7', ''])
    await page.getByLabel('Search', { exact: true }).fill(text);
});
await page.getByLabel('Search', { exact: true }).fill('the long run');
await page.getByTestId('run-row').first().waitFor();
const CURVE = "document.querySelector('[data-testid^=chart-runs-] path.recharts-line-curve')";
const curves: number[] = [];
const curvesFor: number[] = [];
for (let repeat = 0; repeat < REPEATS; repeat++) {
  const used = await computed();
  curves.push(await until("document.querySelector('.run-name').click()", CURVE));
  curvesFor.push((await computed()) - used);
  if (repeat < REPEATS - 1) await until("document.querySelector('.run-name').click()", `!${CURVE}`);
}
const firstThenMedian = (times: readonly number[]) =>
  `${milliseconds(times[0] ?? NaN)}, then ${milliseconds(median(times))}`;
line(
  `curves of ${LONG} steps are shown after`,
  `${firstThenMedian(curves)}; main thread ${firstThenMedian(curvesFor)}`,
);
line('heap with the long run, megabytes', await heap());
await page.getByLabel('Search', { exact: true }).fill('');
/** Writes one more record of the long run and tells the tab, as the tab that trains does. */
const grow = (at: number) =>
  page.evaluate(
    async ({ name, long, metrics, at }) => {
      const { openArchive, recordsOf, ended } = globalThis as unknown as InPage;
      const database = await openArchive(name);
      const transaction = database.transaction(['runs', 'records'], 'readwrite');
      const digest = { ...long.digest, rl: at + 1 };
      transaction.objectStore('runs').put({ ...long, records: at + 1, changed: Date.now(), digest });
      transaction.objectStore('records').put({ run: long.id, first: at, records: recordsOf(metrics, at, 1) });
      await ended(transaction);
      database.close();
      new BroadcastChannel('gppo-studio-archive').postMessage('changed');
    },
    { name: ARCHIVE_NAME, long, metrics: [...METRIC_NAMES], at },
  );
await page.evaluate(RECORDS);
let at = LONG;
await during('the long run grows while its curves are shown', async () => {
  for (const ends = performance.now() + GROWS_MS; performance.now() < ends;) {
    await grow(at++);
    await page.waitForTimeout(WRITE_MS);
  }
});
await page
  .getByTestId('run-table')
  .getByText(`${at} of`)
  .or(page.getByText(String(at)))
  .first()
  .waitFor();
line('heap afterwards, megabytes', await heap());
await studio.close();
process.exit(0);
