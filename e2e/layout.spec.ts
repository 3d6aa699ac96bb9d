/**
 * The page before any run: at several widths every page fits and ends with its content; what the first screen loads.
 */
import { expect, test, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { parseRunConfig } from '../src/run/config.ts';
import { shareHash } from '../src/run/share.ts';
import { layoutFaults } from './layout.ts';

const PLACES = ['Train', 'Objective', 'Compare', 'Playground', 'Models & data', 'Runs', 'Learn'];
/** Pixels: margins of the last elements of a column. */
const TAIL = 48;
/** Bytes of script, gzipped, from the first request until the studio is ready to train. */
const MOST_SCRIPT = 250_000;

const WINDOWS = [
  { name: '1440 pixels', viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 },
  { name: '1024 pixels', viewport: { width: 1024, height: 768 }, deviceScaleFactor: 1 },
  { name: 'a phone', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
  { name: 'a laptop at 200 % zoom', viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 },
];

/** Faults of the page as it is shown, once what it shows has stopped moving. */
const faults = (page: Page): Promise<string[]> => page.evaluate(layoutFaults, TAIL);

async function openReady(page: Page, address = '/'): Promise<void> {
  await page.goto(address);
  await expect(page.getByTestId('run-button')).toBeEnabled();
}

for (const { name, viewport, deviceScaleFactor } of WINDOWS)
  test.describe(name, () => {
    test.use({ viewport, deviceScaleFactor });

    test(`every page fits ${name} and ends with its content`, async ({ page }) => {
      await openReady(page);
      for (const place of PLACES) {
        await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: place, exact: true }).click();
        await expect(page.getByRole('main')).toBeVisible();
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
        await expect.poll(() => faults(page), `${place}, ${name}`).toEqual([]);
      }
    });
  });

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('charts come before the recipe, and a button leads to it', async ({ page }) => {
    await openReady(page);
    const recipe = page.getByRole('complementary', { name: 'Recipe' });
    const charts = page.getByRole('main', { name: 'Charts' });
    const [chartsBox, recipeBox] = [await charts.boundingBox(), await recipe.boundingBox()];
    expect(recipeBox!.y).toBeGreaterThan(chartsBox!.y + chartsBox!.height - 1);
    // Read and focused in the order that is seen.
    const follows = await charts.evaluate(
      (element, other) => element.compareDocumentPosition(other!) & Node.DOCUMENT_POSITION_FOLLOWING,
      await recipe.elementHandle(),
    );
    expect(follows).not.toBe(0);
    await page.getByRole('button', { name: 'Edit the recipe' }).click();
    await expect(recipe).toBeFocused();
    await expect(recipe).toBeInViewport();
  });

  test('a dialog fits', async ({ page }) => {
    const source = `fn strategy(token: Token) -> Outcome {\n  return outcome(token.advantage, 1.0, 0u); // ${'x'.repeat(200)}\n}\n`;
    const demo = JSON.parse(readFileSync('configs/demo-gppo.json', 'utf8')) as { rl: object };
    const strategy = { name: 'custom', title: 'Mine', source, parameters: {} };
    const config = parseRunConfig({ ...demo, rl: { ...demo.rl, strategy } }, 'demo');
    await page.goto(`/${shareHash(config)}`);
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: 'Accept strategy' })).toBeInViewport();
    await expect.poll(() => faults(page)).toEqual([]);
  });
});

test('the first screen loads at most 250 kB of gzipped script', async ({ page }) => {
  const scripts = new Map<string, number>();
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (response.request().resourceType() === 'script')
      scripts.set(path, gzipSync(readFileSync(`dist${path}`), { level: 6 }).byteLength);
  });
  await openReady(page);
  const [page_, worker] = [...scripts].reduce(
    ([all, ofWorker], [path, bytes]) => (/worker/.test(path) ? [all, ofWorker + bytes] : [all + bytes, ofWorker]),
    [0, 0],
  );
  test.info().annotations.push({ type: 'first screen', description: `${page_} B of script, worker ${worker} B` });
  expect(worker).toBeGreaterThan(0);
  expect(page_).toBeLessThan(MOST_SCRIPT);
});
