/**
 * Smoothness of the page while a run's rollouts are kept and browsed: long tasks of the main thread (over 50 ms, by
 * PerformanceObserver) and times between animation frames, first of the open page without a run, then during a run on
 * the Rollouts page while its list is scrolled, sorted, filtered and moved to other steps. On the built page:
 *
 *     npx vite build && npx tsx bench/rollouts-page.ts [seconds]
 */
import { chromium, type Page } from '@playwright/test';
import { preview } from 'vite';
import { findChromium } from '../scripts/gpu-runtime.mjs';
import { trainEnabled } from './train-button.ts';

const seconds = Number(process.argv[2] ?? 40);
const executablePath = await findChromium();
const server = await preview({ preview: { port: 4173 } });
const browser = await chromium.launch({
  ...(executablePath && { executablePath }),
  args: ['--headless=new', '--no-sandbox', '--enable-unsafe-webgpu'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.addInitScript(() => {
  const measured = { tasks: [] as number[], frames: [] as number[] };
  Object.assign(globalThis, { measured });
  new PerformanceObserver((list) => measured.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
  });
  let last = 0;
  const tick = (now: number) => {
    if (last > 0) measured.frames.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
});
await page.goto(server.resolvedUrls?.local[0] ?? '');
await trainEnabled(page);

/** Long tasks and frames during a part. */
async function during(name: string, part: () => Promise<void>): Promise<void> {
  const reset = () => {
    const { measured } = globalThis as unknown as { measured: { tasks: number[]; frames: number[] } };
    return { tasks: measured.tasks.splice(0), frames: measured.frames.splice(0) };
  };
  await page.evaluate(reset);
  const before = performance.now();
  await part();
  const took = (performance.now() - before) / 1000;
  const { tasks, frames } = await page.evaluate(reset);
  frames.sort((a, b) => a - b);
  const at = (share: number) =>
    (frames[Math.min(frames.length - 1, Math.floor(share * frames.length))] ?? NaN).toFixed(0);
  const total = tasks.reduce((sum, one) => sum + one, 0);
  console.log(
    `${name.padEnd(34)} ${took.toFixed(0).padStart(4)} s  long tasks ${String(tasks.length).padStart(3)}, ` +
      `${((100 * total) / took / 1000).toFixed(1).padStart(5)} % of the time, longest ` +
      `${Math.max(0, ...tasks)
        .toFixed(0)
        .padStart(4)} ms  frames: median ${at(0.5)} ms, 95 % ${at(0.95)} ms`,
  );
}
const forSeconds = (most: number) => page.waitForTimeout(most * 1000);
const open = (place: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: place, exact: true }).click();
const kept = async (of: Page): Promise<number> =>
  Number(/^step (\d+)/.exec((await of.getByTestId('rollout-step').textContent()) ?? '')?.[1] ?? 0);

await during('open page, no run', () => forSeconds(seconds / 4));
await page.getByTestId('run-button').click();
await page.waitForFunction(
  () => Number(document.querySelector('[data-testid=step-value]')?.textContent ?? 0) >= 2,
  undefined,
  { timeout: 300_000 },
);
await during('run on Train, rollouts kept', () => forSeconds(seconds));
await open('Rollouts');
await page.getByTestId('rollout-row').first().waitFor();
await during('run on Rollouts, newest step', () => forSeconds(seconds));
await during('run on Rollouts, browsing', async () => {
  const ends = performance.now() + seconds * 1000;
  const list = page.getByTestId('rollout-row').first();
  const slider = page.getByRole('slider', { name: 'Step' });
  const sort = page.getByLabel('Sort by');
  const text = page.getByLabel('Search responses');
  for (let turn = 0; performance.now() < ends; turn++) {
    await slider.focus();
    await page.keyboard.press(turn % 2 === 0 ? 'ArrowLeft' : 'End');
    await sort.selectOption(['Reward', 'Length', 'KL'][turn % 3] ?? 'KL');
    await text.fill(turn % 2 === 0 ? '1' : '');
    await list.hover();
    await page.mouse.wheel(0, 4000);
    await page.waitForTimeout(100);
  }
});
console.log(`newest kept step: ${await kept(page)}, run at step ${await page.getByTestId('step-value').textContent()}`);
await browser.close();
await server.close();
process.exit(0);
