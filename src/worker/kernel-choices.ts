/**
 * Stores the tuner's choices in the browser's Cache API (the one small store available to a worker without a library).
 */
import type { TunerStore } from '../gpu/tuner.ts';
import { CHOICES } from '../views/kernel-choices.ts';

/** Cache path of a key's choice. */
export const choicePath = (key: string): string => `/kernel-choices/${encodeURIComponent(key)}`;
const address = (key: string) => new URL(choicePath(key), self.location.origin).href;

/** Undefined if the browser offers no cache (some private windows): choices are then measured on every visit. */
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
        // Full storage must not prevent training: choices are measured again on the next visit.
      }
    },
  };
}
