/** The page before any run: its order and dialogs on a phone, and what the first screen loads. */
import { expect, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { parseRunConfig } from '../src/run/config.ts';
import { shareHash } from '../src/run/share.ts';
import { faults } from './layout.ts';
import { test } from './traffic.ts';

/** Bytes of script, gzipped, from the first request until the studio is ready to train. */
const MOST_SCRIPT = 250_000;

/** Milliseconds until what a page shows has stopped moving. */
const SETTLED = 20_000;

async function openReady(page: Page, address = '/'): Promise<void> {
  await page.goto(address);
  await expect(page.getByTestId('run-button')).toBeEnabled();
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('charts come before the recipe, and a button leads to it', async ({ page }) => {
    await openReady(page);
    const recipe = page.getByRole('complementary', { name: 'Recipe' });
    const charts = page.getByRole('main', { name: 'Charts' });
    // Seen, read and focused in this order.
    const bottom = await charts.evaluate((element) => element.getBoundingClientRect().bottom);
    expect(await recipe.evaluate((element) => element.getBoundingClientRect().top)).toBeGreaterThanOrEqual(bottom);
    await expect(page.locator('.work ~ aside[aria-label="Recipe"]')).toHaveCount(1);
    await page.getByRole('button', { name: 'Edit the recipe' }).click();
    await expect(recipe).toBeFocused();
    await expect(recipe).toBeInViewport();
  });

  test('a dialog fits', async ({ page }) => {
    const long = `  // ${'x'.repeat(200)}`;
    const source = `fn strategy(token: Token) -> Outcome {\n${long}\n  return outcome(token.advantage, 1.0, 0u);\n}\n`;
    const demo = JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as { rl: object };
    const strategy = { name: 'custom', title: 'Mine', source, parameters: {} };
    const config = parseRunConfig({ ...demo, rl: { ...demo.rl, strategy } }, 'demo');
    await page.goto(`/${shareHash(config)}`);
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: 'Accept strategy' })).toBeInViewport();
    await expect.poll(() => faults(page), { timeout: SETTLED }).toEqual([]);
  });
});

test('the first screen loads at most 250 kB of gzipped script', async ({ page }) => {
  // What plays by itself is loaded once the studio is ready.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const scripts = new Map<string, number>();
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (response.request().resourceType() === 'script')
      scripts.set(path, gzipSync(readFileSync(`dist${path}`), { level: 6 }).byteLength);
  });
  await openReady(page);
  const sum = (worker: boolean) =>
    [...scripts].reduce((all, [path, bytes]) => all + (/\/worker-/.test(path) === worker ? bytes : 0), 0);
  test.info().annotations.push({ type: 'script', description: `page ${sum(false)} B, worker ${sum(true)} B` });
  expect(sum(true), 'the worker is counted apart').toBeGreaterThan(0);
  expect(sum(false)).toBeLessThan(MOST_SCRIPT);
});
