/**
 * Tests as somebody who has been here before: which kernels are fastest on this adapter is measured once for all tests, not once a test,
 * as a browser remembers it between visits. What a first visit is like, train.spec.ts and offline.spec.ts see.
 */
import { test as base, type Page } from '@playwright/test';
import { makeSmall, oneStep } from './studio.ts';

/** Name of the browser's cache, as in src/worker/kernel-choices.ts. */
const CACHE = 'kernel-choices';
/** By address. */
type Choices = [address: string, choice: string][];

const read = (page: Page): Promise<Choices> =>
  page.evaluate(async (name) => {
    const cache = await caches.open(name);
    return Promise.all((await cache.keys()).map(async ({ url }): Promise<[string, string]> => [url, (await (await cache.match(url))?.text()) ?? '']));
  }, CACHE);

const write = (page: Page, choices: Choices): Promise<void> =>
  page.evaluate(
    async ([name, entries]) => {
      const cache = await caches.open(name);
      for (const [url, choice] of entries) await cache.put(url, new Response(choice));
    },
    [CACHE, choices] as const,
  );

export const test = base.extend<object, { choices: Choices }>({
  choices: [
    async ({ browser }, use, { project }) => {
      const page = await browser.newPage({ baseURL: project.use.baseURL ?? '' });
      await page.goto('/');
      await makeSmall(page);
      await oneStep(page);
      const choices = await read(page);
      await page.close();
      if (choices.length === 0) throw new Error('a run left no choices of kernels in the browser');
      await use(choices);
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  page: async ({ page, choices }, use) => {
    // A page of the same origin that starts nothing.
    await page.goto('/icon.svg');
    await write(page, choices);
    await page.goto('about:blank');
    await use(page);
  },
});
