/**
 * Every page and the states of a run, in four sizes: nothing overflows or is cut off, and in both colour schemes it
 * looks as in the kept pictures (e2e/visual.spec.ts-snapshots; `npx playwright test e2e/visual.spec.ts
 * --update-snapshots` takes new ones: look at them before they are committed).
 */
import { expect, type Locator, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { parseRunConfig } from '../src/run/config.ts';
import { PLACES } from '../src/store/page-store.ts';
import { test } from './returning.ts';
import { faults } from './layout.ts';
import { go, oneStep, openSmall, startNewRun, stepsMade, wholeRun } from './studio.ts';
import { expectLooksLike } from './visual/reference.ts';

const SIZES = {
  '1440': { width: 1440, height: 900 },
  '1024': { width: 1024, height: 768 },
  '390': { width: 390, height: 844 },
  // A window of 1440 x 900 at 200 % has half as many pixels of CSS.
  'zoom-200': { width: 720, height: 450 },
};

type Size = keyof typeof SIZES;
const EVERY_SIZE = Object.keys(SIZES) as Size[];
const WIDTHS: readonly Size[] = ['1440', '1024', '390'];

/** Milliseconds until what a page shows has stopped moving. */
const SETTLED = 20_000;

/** Of a run: what differs from one machine to the next. */
const changing = (page: Page) => [page.getByTestId('activity'), page.locator('[data-changing]')];

async function inSchemes(page: Page, look: (scheme: string) => Promise<void>): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
    await look(scheme);
  }
}

/** What fits in the sizes and looks as before: pictures `NAME-SIZE-SCHEME`. Ends 1440 wide. */
async function looksAsBefore(
  page: Page,
  name: string,
  sizes: readonly Size[],
  masked: Locator[] = [],
  hidden: string[] = [],
): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(SIZES[size]);
    await expect.poll(() => faults(page), { message: `${name}, ${size}`, timeout: SETTLED }).toEqual([]);
    await inSchemes(page, (scheme) => expectLooksLike(page, `${name}-${size}-${scheme}`, masked, hidden));
  }
  await page.setViewportSize(SIZES['1440']);
}

test('every page fits in every size, ends with its content and looks as before', async ({ page }) => {
  test.setTimeout(600_000);
  await page.goto('/');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  for (const place of PLACES) {
    await page.evaluate((hash) => (location.hash = hash), place === 'train' ? '' : `#/${place}`);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await page.evaluate(() => document.fonts.ready);
    await looksAsBefore(page, place, EVERY_SIZE);
  }

  await page.evaluate(() => (location.hash = '#/data'));
  const included = page.getByTestId('data-set').filter({ hasText: 'word-problems.jsonl' });
  await included.getByRole('button').first().click();
  await expect(page.getByTestId('data-fit')).toContainText('1,200 of 1,200 rows fit');
  await expect(page.getByTestId('token-row')).not.toHaveCount(0);
  await looksAsBefore(page, 'data-chosen', WIDTHS);
});

/** Works for the check's advantages, which are -1, 0 and 1, but for no others. */
const FAILING = `fn strategy(token: Token) -> Outcome {
  let r = token.ratio;
  if (abs(token.advantage) != 1.0 && token.advantage != 0.0 && r != 1.0) {
    return outcome(r, sqrt(-r), 0u);
  }
  return outcome(r * token.advantage, r, 0u);
}
`;

/** Evaluates the shipped model and then the trained policy on the same problems. */
async function evaluatePolicy(page: Page): Promise<void> {
  await go(page, 'Evaluate');
  await page.getByLabel('Problems', { exact: true }).fill('8');
  await page.getByLabel('Samples').fill('2');
  for (const model of ['embedded:addition-0.1M', 'run:policy']) {
    await page.getByTestId('evaluate-model').selectOption(model);
    await page.getByTestId('evaluate-button').click();
    await expect(page.getByTestId('evaluate-report')).toBeVisible();
  }
  await expect(page.getByTestId('evaluate-difference')).toContainText('on 8 shared problems');
}

test('a run looks as before: paused, running, finished and evaluated, failed', { tag: '@long' }, async ({ page }) => {
  test.setTimeout(600_000);
  await openSmall(page, 200);
  const looks = (state: string, sizes: readonly Size[], masked: Locator[] = [], hidden: string[] = []) =>
    looksAsBefore(page, `train-${state}`, sizes, [...changing(page), ...masked], hidden);
  await oneStep(page);
  await looks('paused', EVERY_SIZE);
  await go(page, 'Objective');
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await expect(page.getByTestId('live-tokens')).toContainText('of step 1');
  await inSchemes(page, (scheme) => expectLooksLike(page, `objective-paused-1440-${scheme}`, changing(page)));
  await go(page, 'Train');

  await page.getByTestId('run-button').click();
  await expect.poll(() => stepsMade(page)).toBeGreaterThanOrEqual(3);
  // The run continues while the pictures are taken.
  await looks(
    'running',
    WIDTHS,
    [page.getByRole('complementary', { name: 'Rollouts' }), page.locator('.recharts-wrapper, .scatter')],
    ['[data-testid="activity"]', '.run-line [data-changing]', '.card-title small'],
  );
  await expect(page.getByTestId('state')).toHaveText('running');

  await wholeRun(page, 6);
  await expect(page.getByText('Trained policy kept')).toHaveCount(0);
  await looks('finished', EVERY_SIZE);
  await evaluatePolicy(page);
  await looksAsBefore(page, 'evaluate-done', WIDTHS, changing(page));
  await go(page, 'Train');

  const demo = JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as { rl: object };
  const strategy = { name: 'custom', title: 'Fails', source: FAILING, parameters: {} };
  const config = parseRunConfig({ ...demo, name: 'Fails', rl: { ...demo.rl, prompts: 12, strategy } }, 'demo');
  await page
    .locator('input[type="file"][accept="application/json,.json"]')
    .first()
    .setInputFiles({ name: 'fails.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(config)) });
  await page.getByRole('button', { name: 'Accept strategy' }).click();
  await startNewRun(page);
  await expect(page.getByTestId('state')).toHaveText('failed');
  await expect(page.locator('.mantine-Notification-root')).toHaveCount(0);
  await looks('failed', WIDTHS);
});
