/**
 * Keeps the page itself, models and data that ship included, in the browser, so that it opens without a network.
 *
 * Only files of the list that scripts/offline-plugin.ts makes at build time are answered for, all under one version;
 * any other request, such as one to a hub, passes by. A newer version waits until the page asks for it
 * (src/ui/offline.ts): a reload in the middle of a run would end it.
 */
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';

declare const __PRECACHE__: { url: string; revision: string | null }[];
declare const self: ServiceWorkerGlobalScope;

cleanupOutdatedCaches();
precacheAndRoute(__PRECACHE__);
self.addEventListener('message', (event) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});
