/** Time from pressing Train to the first results on a first visit, when no choice between kernels is remembered. */
import type { Page } from '@playwright/test';
import { trainEnabled } from './train-button.ts';

/** Milliseconds from the press until the page shows it. */
export interface FirstResults {
  evaluation: number;
  step: number;
}

const LIMIT_MS = 300_000;

/** @param page with the studio open on a fresh profile and its first recipe, the demo's */
export async function measureFirstResults(page: Page): Promise<FirstResults> {
  await trainEnabled(page);
  return page.evaluate(
    (limit) =>
      new Promise<FirstResults>((resolve, reject) => {
        const start = performance.now();
        let evaluation: number | undefined;
        const observer = new MutationObserver(() => {
          const now = performance.now() - start;
          // The chart of the reward has no figures before the evaluation of step 0.
          if (document.querySelector('[data-testid=chart-reward] .figure')) evaluation ??= now;
          const step = Number(document.querySelector('[data-testid=step-value]')?.textContent ?? 0);
          if (evaluation === undefined || step < 1) return;
          observer.disconnect();
          resolve({ evaluation, step: now });
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
        setTimeout(() => reject(new Error(`no RL step within ${limit / 1000} s`)), limit);
        document.querySelector<HTMLButtonElement>('[data-testid=run-button]')?.click();
      }),
    LIMIT_MS,
  );
}
