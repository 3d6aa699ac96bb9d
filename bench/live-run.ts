/**
 * The Train page while a long run is live: frames and long tasks, processor time of the main thread, and the page's
 * JavaScript heap, with few and with many steps made. The steps are made up (bench/live-run/worker.ts): ten thousand
 * exist after seconds, and more arrive as fast as those of a small model on a GPU. With a page of its own:
 *
 *     npx vite build --config bench/live-run.config.ts && npx tsx bench/live-run.ts [seconds, 20] [steps/s, 7]
 */
import { readFileSync } from 'node:fs';
import { KEPT_RECIPE } from '../src/store/kept-recipe.ts';
import { builtPage, busynessDuring, busynessText, pageUse } from './built-page.ts';
import { trainEnabled } from './train-button.ts';

/** Steps of the run before the page is measured. */
const MADE = [100, 1000, 10_000, 20_000];

const seconds = Number(process.argv[2] ?? 20);
const perSecond = Number(process.argv[3] ?? 7);
for (const made of MADE) await measure(made);

async function measure(made: number): Promise<void> {
  const studio = await builtPage('bench/live-run/dist');
  const { page, address } = studio;
  const config = JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as { rl: object };
  const name = `${made} steps, then ${perSecond} per second`;
  const recipe = { ...config, name, rl: { ...config.rl, steps: 50_000 } };
  await page.addInitScript(([key, kept]) => localStorage.setItem(key, kept), [
    KEPT_RECIPE,
    JSON.stringify({ config: recipe }),
  ] as const);
  await page.goto(address);
  await trainEnabled(page);
  const { heap, computed } = await pageUse(studio);
  const idle = await heap();
  await page.getByTestId('run-button').click();
  await page.waitForFunction(
    (least) =>
      Number(document.querySelector('[data-testid=step-value]')?.textContent ?? 0) >= least &&
      document.querySelector('[data-testid=chart-reward] path.recharts-line-curve'),
    made + 5,
  );
  const before = await computed();
  const busyness = await busynessDuring(page, () => page.waitForTimeout(seconds * 1000));
  const busy = ((await computed()) - before) / (busyness.took / 1000);
  const marks = await page.locator('[data-testid=chart-reward] *').count();
  console.log(
    `${String(made).padStart(6)} steps  ${busynessText(busyness)}; main thread ${busy.toFixed(0)} ms per second; ` +
      `heap ${(idle / 1e6).toFixed(1)} to ${((await heap()) / 1e6).toFixed(1)} MB; ` +
      `${marks} elements in the reward chart`,
  );
  await studio.close();
}
process.exit(0);
