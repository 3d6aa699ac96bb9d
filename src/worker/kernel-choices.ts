/**
 * Remembers the tuner's choices in the browser, in the Cache API (the one small store that a worker has without a
 * library).
 */
import type { TunerStore } from '../gpu/tuner.ts';

/** Name of the browser's cache. */
export const CHOICES = 'kernel-choices';
/** Path under which the choice of a key lies in the cache. */
export const choicePath = (key: string): string => `/kernel-choices/${encodeURIComponent(key)}`;
const address = (key: string) => new URL(choicePath(key), self.location.origin).href;

/** undefined where the browser offers no cache (private windows of some): choices are then measured on every visit. */
export function browserStore(): TunerStore | undefined {
  if (!('caches' in globalThis)) return undefined;
  return {
    load: async (key) => {
      try {
        return await (await (await caches.open(CHOICES)).match(address(key)))?.text();
      } catch {
        return undefined;
      }
    },
    save: async (key, choice) => {
      try {
        await (await caches.open(CHOICES)).put(address(key), new Response(choice));
      } catch {
        // A full storage keeps nobody from training: it is measured again on the next visit.
      }
    },
  };
}
