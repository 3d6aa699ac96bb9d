/**
 * Tests as a returning user: the browser remembers the kernel choices of this adapter from an earlier visit, here
 * kernels that compile quickly. train.spec.ts tests a first visit.
 */
import { adapterFacts } from '../src/gpu/adapter-facts.ts';
import { choiceKey } from '../src/gpu/tuner.ts';
import { CHOICES } from '../src/views/kernel-choices.ts';
import { choicePath } from '../src/worker/kernel-choices.ts';
import { adapterSource } from '../tests/support/adapter-source.ts';
import { SETTLED_CHOICES } from '../tests/support/settled-choices.ts';
import { test as base } from './traffic.ts';

export const test = base.extend({
  page: async ({ page }, use) => {
    // A page of the same origin that runs no code.
    await page.goto('/icon.svg');
    const adapter = adapterFacts(await page.evaluate(adapterSource));
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
