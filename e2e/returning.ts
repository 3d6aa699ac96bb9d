/**
 * Tests as a returning user: the browser remembers the kernel choices of this adapter from an earlier visit, here
 * kernels that compile quickly. train.spec.ts tests a first visit.
 */
import { test as base } from './traffic.ts';
import { choiceKey } from '../src/gpu/tuner.ts';
import { CHOICES, choicePath } from '../src/worker/kernel-choices.ts';
import { SETTLED_CHOICES } from '../tests/support/settled-choices.ts';

export const test = base.extend({
  page: async ({ page }, use) => {
    // A page of the same origin that runs no code.
    await page.goto('/icon.svg');
    const adapter = await page.evaluate(async () => {
      const found = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
      if (!found) throw new Error('this browser has no adapter');
      const { vendor, architecture, description } = found.info;
      return { vendor, architecture, description };
    });
    const entries = [...SETTLED_CHOICES].map(
      ([question, choice]) => [choicePath(choiceKey(adapter, question)), choice] as const,
    );
    await page.evaluate(
      async ([name, remembered]) => {
        const cache = await caches.open(name);
        for (const [path, choice] of remembered) await cache.put(path, new Response(choice));
      },
      [CHOICES, entries] as const,
    );
    await page.goto('about:blank');
    await use(page);
  },
});
