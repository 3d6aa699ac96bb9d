import { expect } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { test } from './returning.ts';
import { oneStep, openSmall } from './studio.ts';

test.use({ serviceWorkers: 'allow' });

test('opens and trains offline after one visit', async ({ page, context }) => {
  await page.goto('/');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.setOffline(true);
  expect(
    await page.evaluate(() =>
      fetch('/not-kept').then(
        () => 'network',
        () => 'no network',
      ),
    ),
  ).toBe('no network');
  await openSmall(page, 2);
  await oneStep(page);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Models', exact: true }).click();
  await expect(page.getByText('arithmetic-0.1M').first()).toBeVisible();
});

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** The built page with a changed service worker, which a browser takes for a newer version. */
async function serveBuilt(version: () => string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/\/$/, '/index.html');
    readFile(join('dist', path)).then(
      (data) => {
        response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream');
        response.end(path === '/service-worker.js' ? `${data.toString()}\n// ${version()}` : data);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return server;
}

test('a newer version waits until the user reloads', async ({ page }) => {
  let version = 'first';
  const server = await serveBuilt(() => version);
  try {
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.reload();
    await expect(page.getByTestId('run-button')).toBeEnabled();
    version = 'second';
    await page.evaluate(() =>
      navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => undefined),
    );
    await expect(page.getByText('Update available')).toBeVisible();
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Reload now' }).click()]);
    await expect(page.getByTestId('run-button')).toBeEnabled();
    await expect(page.getByText('Update available')).toHaveCount(0);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
