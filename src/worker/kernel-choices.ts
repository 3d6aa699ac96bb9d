/** Remembers the tuner's choices in the browser, in the Cache API (the one small store that a worker has without a library). */
import type { TunerStore } from '../gpu/tuner.ts';

const CACHE = 'kernel-choices';
const address = (key: string) => new URL(`/kernel-choices/${encodeURIComponent(key)}`, self.location.origin).href;

/** undefined where the browser offers no cache (private windows of some): choices are then measured on every visit. */
export function browserStore(): TunerStore | undefined {
  if (!('caches' in globalThis)) return undefined;
  return {
    load: async (key) => {
      const found = await caches.open(CACHE).then((cache) => cache.match(address(key)), () => undefined);
      return found?.text();
    },
    save: async (key, choice) => {
      await caches.open(CACHE).then((cache) => cache.put(address(key), new Response(choice)), () => undefined);
    },
  };
}
