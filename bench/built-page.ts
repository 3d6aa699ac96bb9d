/** The built page in Chromium, for benches of the page itself: how it starts, and how busy its main thread is. */
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { preview } from 'vite';
import { findChromium } from '../scripts/gpu-runtime.mjs';

export interface BuiltPage {
  browser: Browser;
  context: BrowserContext;
  page: Page;
  /** Of the page, which is not open yet. */
  address: string;
  close: () => Promise<void>;
}

/** @param outDir the build, by default `dist` */
export async function builtPage(outDir = 'dist'): Promise<BuiltPage> {
  const executablePath = await findChromium();
  const server = await preview({ build: { outDir }, preview: { port: 0 }, logLevel: 'error' });
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: ['--headless=new', '--no-sandbox', '--enable-unsafe-webgpu'],
  });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
  const page = await context.newPage();
  // A page that has to wait for a busy machine is no fault.
  page.setDefaultTimeout(600_000);
  // Texts, because what a compiler adds to functions (the helper `__name`) does not exist in the page.
  await page.addInitScript(`
    globalThis.__name = (value) => value;
    globalThis.measured = { tasks: [], frames: [] };
    new PerformanceObserver((list) =>
      measured.tasks.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({ type: 'longtask' });
    let last = 0;
    requestAnimationFrame(function tick(now) {
      if (last > 0) measured.frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    });
  `);
  return {
    browser,
    context,
    page,
    address: server.resolvedUrls?.local[0] ?? '',
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** How busy the page's main thread was; all times in milliseconds. */
export interface Busyness {
  took: number;
  /** Durations of long tasks, which are those over 50 ms. */
  tasks: number[];
  /** Between two animation frames, in ascending order. */
  frames: number[];
}

export async function busynessDuring(page: Page, part: () => Promise<void>): Promise<Busyness> {
  const taken = () =>
    page.evaluate<Pick<Busyness, 'tasks' | 'frames'>>(
      '({ tasks: measured.tasks.splice(0), frames: measured.frames.splice(0) })',
    );
  await taken();
  const before = performance.now();
  await part();
  const took = performance.now() - before;
  const { tasks, frames } = await taken();
  return { took, tasks, frames: frames.sort((a, b) => a - b) };
}

/** `frames: median 17 ms, 95 % 33 ms; long tasks 2, 0.4 % of the time, longest 61 ms` */
export function busynessText({ took, tasks, frames }: Busyness): string {
  const at = (share: number) =>
    (frames[Math.min(frames.length - 1, Math.floor(share * frames.length))] ?? NaN).toFixed(0);
  const busy = tasks.reduce((sum, one) => sum + one, 0);
  return (
    `frames: median ${at(0.5)} ms, 95 % ${at(0.95)} ms; long tasks ${tasks.length}, ` +
    `${((100 * busy) / took).toFixed(1)} % of the time, longest ${Math.max(0, ...tasks).toFixed(0)} ms`
  );
}

/** What the page's JavaScript takes, by Chromium's own counts. */
export interface PageUse {
  /** Bytes of objects and their array buffers after a garbage collection: the lowest of several, between two frames. */
  heap: () => Promise<number>;
  /** Milliseconds that the main thread has computed: what a machine without other work needs. */
  computed: () => Promise<number>;
}

const HEAP_REPEATS = 5;

export async function pageUse({ context, page }: BuiltPage): Promise<PageUse> {
  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  return {
    heap: () => heapAfterCollection((method) => devtools.send(method as 'Runtime.getHeapUsage')),
    computed: async () => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
    },
  };
}

/** @param send sends a method of the DevTools protocol to the page or a worker */
export async function heapAfterCollection(
  send: (method: string) => Promise<{ usedSize?: number; backingStorageSize?: number }>,
): Promise<number> {
  let lowest = Infinity;
  for (let repeat = 0; repeat < HEAP_REPEATS; repeat++) {
    await send('HeapProfiler.collectGarbage');
    const { usedSize = NaN, backingStorageSize = 0 } = await send('Runtime.getHeapUsage');
    lowest = Math.min(lowest, usedSize + backingStorageSize);
  }
  return lowest;
}
