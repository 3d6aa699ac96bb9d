/** Responsiveness of the page: time between animation frames on the built page, without and with a run. */
import type { Page } from '@playwright/test';
import { trainEnabled } from './train-button.ts';

export interface FrameTimes {
  /** Milliseconds. */
  median: number;
  p95: number;
  frames: number;
}

export async function sampleFrames(page: Page, milliseconds: number): Promise<FrameTimes> {
  const deltas = await page.evaluate(
    (duration) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        const tick = (now: number) => {
          times.push(now);
          if (now - (times[0] ?? now) < duration) requestAnimationFrame(tick);
          else resolve(times.slice(1).map((time, i) => time - (times[i] ?? time)));
        };
        requestAnimationFrame(tick);
      }),
    milliseconds,
  );
  deltas.sort((a, b) => a - b);
  const at = (share: number) => deltas[Math.min(deltas.length - 1, Math.floor(share * deltas.length))] ?? NaN;
  return { median: at(0.5), p95: at(0.95), frames: deltas.length };
}

/** @param page with the studio open and idle */
export async function measureFrameTimes(page: Page): Promise<{ idle: FrameTimes; running: FrameTimes }> {
  await trainEnabled(page);
  const idle = await sampleFrames(page, 5000);
  await page.getByTestId('run-button').click();
  await page.waitForFunction(
    () => Number(document.querySelector('[data-testid=step-value]')?.textContent ?? 0) >= 1,
    undefined,
    { timeout: 300_000 },
  );
  const running = await sampleFrames(page, 15_000);
  await page.getByTestId('stop-button').click();
  return { idle, running };
}
