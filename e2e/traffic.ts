/**
 * The base of all browser tests: records every request of the page, its worker and its service worker, and fails a test
 * that makes one to another machine, unless the test itself declares the origin (`origins`).
 */
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';

/** Addresses without a server, and servers that a test starts itself. */
const LOCAL = /^(?:data|blob|about):|^(?:http|ws)s?:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?\//;
/** What a browser says of a request that the page's policy does not allow; it was attempted all the same. */
const REFUSED = /(?:Refused to (?:connect|load)|Connecting to|Loading the) .*Content Security Policy/s;

/**
 * Requests of a context to other machines, from now on.
 *
 * @param allowed origins that are none
 * @returns a list that grows
 */
export function watchTraffic(context: BrowserContext, allowed: readonly string[] = []): string[] {
  const strangers: string[] = [];
  const note = (url: string) => {
    if (LOCAL.test(url) || allowed.includes(new URL(url.replace(/^ws/, 'http')).origin)) return;
    strangers.push(url);
  };
  context.on('request', (request) => note(request.url()));
  context.on('console', (message) => {
    if (REFUSED.test(message.text())) strangers.push(message.text());
  });
  const follow = (page: Page) => page.on('websocket', (socket) => note(socket.url()));
  context.pages().forEach(follow);
  context.on('page', follow);
  return strangers;
}

export const test = base.extend<{ origins: string[]; traffic: string[] }>({
  origins: [[], { option: true }],
  traffic: [
    async ({ context, origins }, use) => {
      const strangers = watchTraffic(context, origins);
      await use(strangers);
      expect(strangers, 'requests to other machines').toEqual([]);
    },
    { auto: true },
  ],
});
