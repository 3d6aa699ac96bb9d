/** Load of the built page on a first visit, over a slow connection and on a slow processor, until Train is enabled. */
import type { Page } from '@playwright/test';
import { ENABLED_TRAIN_BUTTON, trainEnabled } from '../train-button.ts';
import { readTransfers, transferredBytes, type TransferredBytes } from './transfers.ts';

/** Times in milliseconds from the start of the navigation; bytes as sent, until Train is enabled. */
export interface PageLoad extends TransferredBytes {
  firstContentfulPaint: number;
  trainEnabled: number;
}

export interface PageLoads {
  /** Cores and model of the processor. */
  machine: string;
  loads: PageLoad[];
}

/**
 * "Fast 4G" of Chrome's DevTools, which stands for 9 and 1.5 Mbit/s and 60 ms, as DevTools passes it to the protocol:
 * with its factors 0.9, 0.9 and 2.75 (`Fast4GConditions` in front_end/core/sdk/NetworkManager.ts). Bytes per second and
 * milliseconds.
 */
export const FAST_4G = {
  downloadThroughput: ((9 * 1e6) / 8) * 0.9,
  uploadThroughput: ((1.5 * 1e6) / 8) * 0.9,
  latency: 60 * 2.75,
};

/** Of the page's main thread; workers and the GPU process keep their speed. */
export const CPU_SLOWDOWN = 4;

const LIMIT_MS = 120_000;

/** @param page empty, on a fresh profile */
export async function measurePageLoad(page: Page, address: string): Promise<PageLoad> {
  page.setDefaultTimeout(LIMIT_MS);
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Network.enable');
  await protocol.send('Network.emulateNetworkConditions', { offline: false, ...FAST_4G });
  await protocol.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  await page.addInitScript((button) => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector(button)) return;
      observer.disconnect();
      performance.mark('train-enabled');
    }).observe(document, { subtree: true, childList: true, attributeFilter: ['disabled', 'aria-disabled'] });
  }, ENABLED_TRAIN_BUTTON);
  await page.goto(address, { waitUntil: 'commit' });
  await trainEnabled(page);
  const { origin, enabled, paint } = await page.evaluate(
    () =>
      new Promise<{ origin: number; enabled: number; paint: number }>((resolve) => {
        new PerformanceObserver((list, observer) => {
          const paint = list.getEntriesByName('first-contentful-paint')[0]?.startTime;
          if (paint === undefined) return;
          observer.disconnect();
          const enabled = performance.getEntriesByName('train-enabled')[0]?.startTime ?? NaN;
          resolve({ origin: performance.timeOrigin, enabled, paint });
        }).observe({ type: 'paint', buffered: true });
      }),
  );
  const workers = page.workers();
  const transfers = {
    page: await page.evaluate(readTransfers),
    worker: (await Promise.all(workers.map((worker) => worker.evaluate(readTransfers)))).flat(),
    workerScripts: workers.map((worker) => worker.url()),
  };
  return {
    firstContentfulPaint: paint,
    trainEnabled: enabled,
    ...transferredBytes(transfers, origin + enabled),
  };
}
