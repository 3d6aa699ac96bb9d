/**
 * Smoothness of the page while a run's rollouts are kept and browsed: long tasks of the main thread (over 50 ms, by
 * PerformanceObserver) and times between animation frames. Measured are the open page without a run, a run without and
 * one with kept rollouts, and the Rollouts page while its list is scrolled, sorted, filtered and moved to other steps.
 * On the built page:
 *
 *     npx vite build && npx tsx bench/rollouts-page.ts [seconds]
 */
import type { Page } from '@playwright/test';
import { builtPage, busynessDuring, busynessText } from './built-page.ts';
import { trainEnabled } from './train-button.ts';

/** More than the run makes meanwhile. */
const STEPS = 5000;

const seconds = Number(process.argv[2] ?? 40);
const studio = await builtPage();
const { page, address } = studio;
await page.goto(address);
await trainEnabled(page);

/** Long tasks and frames during a part. */
async function during(name: string, part: () => Promise<void>): Promise<void> {
  const busyness = await busynessDuring(page, part);
  console.log(`${name.padEnd(34)} ${(busyness.took / 1000).toFixed(0).padStart(4)} s  ${busynessText(busyness)}`);
}
const forSeconds = (most: number) => page.waitForTimeout(most * 1000);
const open = (place: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: place, exact: true }).click();
const kept = async (of: Page): Promise<number> =>
  Number(/^step (\d+)/.exec((await of.getByTestId('rollout-step').textContent()) ?? '')?.[1] ?? 0);

/** Starts a run that keeps so many bytes of rollouts, and waits until its charts are loaded. */
async function startRun(bytes: number): Promise<void> {
  await page.evaluate(
    (setting) => localStorage.setItem('gppo-studio-rollouts', setting),
    JSON.stringify({ state: { bytes }, version: 0 }),
  );
  await page.reload();
  await trainEnabled(page);
  await page.locator('#field-rl-steps').fill(String(STEPS));
  await page.getByTestId('run-button').click();
  await page.waitForFunction(
    () => Number(document.querySelector('[data-testid=step-value]')?.textContent ?? 0) >= 5,
    undefined,
    { timeout: 300_000 },
  );
}

await during('open page, no run', () => forSeconds(seconds / 4));
for (const [name, bytes] of [
  ['run on Train, no rollouts kept', 0],
  ['run on Train, rollouts kept', 32e6],
] as const) {
  await startRun(bytes);
  await during(name, () => forSeconds(seconds));
}
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
await studio.close();
process.exit(0);
