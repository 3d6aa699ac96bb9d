import { expect, type Page } from '@playwright/test';
import { test } from './returning.ts';
import { expectAccessible, makeSmall, oneStep, showAllFields, startNewRun, wholeRun } from './studio.ts';

const LESSONS = ['gradient', 'ratio', 'clip', 'zones', 'gppo', 'watch', 'pipeline', 'evidence'];

async function open(page: Page, lesson: string): Promise<void> {
  await page.goto(`/#/learn/${lesson}`);
  await expect(page.getByTestId(`lesson-${lesson}`)).toBeVisible();
}

/** Presses the lesson's button once the page is ready to train. */
async function tryIt(page: Page, lesson: string): Promise<void> {
  await open(page, lesson);
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await page.getByTestId('try-it').click();
}

function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return errors;
}

/** Columns, figures and formulas that are wider than they can be. */
const overflowing = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [
      document.documentElement,
      ...document.querySelectorAll<HTMLElement>('.learn .middle, .lesson-figure, .lesson-formula, .top'),
    ]
      .filter((one) => one.scrollWidth > one.clientWidth + 1)
      .map((one) => `${one.className}: ${one.scrollWidth} in ${one.clientWidth}`),
  );

test('each lesson links to the next, fits 1024 px and is accessible; finished lessons are remembered', async ({
  page,
}) => {
  const errors = errorsOf(page);
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Learn' }).click();
  for (const [i, lesson] of LESSONS.entries()) {
    await expect(page.getByTestId(`lesson-${lesson}`)).toContainText(`Lesson ${i + 1} of 8`);
    await expect(page.locator('.katex-error')).toHaveCount(0);
    await page.setViewportSize({ width: 1024, height: 768 });
    await expect.poll(() => overflowing(page), lesson).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    // In both schemes: all lessons have the same colours.
    await expectAccessible(page, [i % 2 === 0 ? 'light' : 'dark']);
    await page.getByTestId('next-lesson').click();
  }
  await expect(page.getByTestId('glossary')).toBeVisible();
  await expectAccessible(page);
  const contents = page.getByRole('navigation', { name: 'Lessons', exact: true });
  await expect(contents).toContainText('8 of 8 done');
  await page.reload();
  await expect(contents).toContainText('8 of 8 done');
  await page.goBack();
  await expect(page.getByTestId('lesson-evidence')).toBeVisible();
  expect(errors).toEqual([]);
});

test('a link opens a lesson, a term its glossary entry; figures follow their sliders', async ({ page }) => {
  await page.goto('/#learn/zones');
  await expect(page.getByTestId('lesson-zones')).toBeVisible();
  const term = page.getByTestId('lesson-zones').getByRole('link', { name: 'dual clip' });
  await term.focus();
  await expect(page.getByRole('tooltip')).toContainText('with A < 0 and r > c the weight is 0');
  await page.keyboard.press('Enter');
  await expect(page.locator('#term-dual-clip')).toBeInViewport();
  await page.locator('#term-ratio').getByRole('link').click();
  await expect(page.getByTestId('lesson-ratio')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'The ratio, and why it leaves 1' })).toBeFocused();

  // Figures follow their sliders, using the keyboard.
  await open(page, 'gradient');
  const group = page.getByTestId('figure-group');
  await group.getByRole('button', { name: /^Response 1,/ }).click();
  await group.getByRole('button', { name: /^Response 6,/ }).click();
  await expect(group).toContainText('All rewards are equal: every A is 0');
  await page.getByTestId('figure-push').getByText('32', { exact: true }).first().click();
  await page.getByRole('slider', { name: 'Its advantage A' }).press('Home');
  await expect(page.getByTestId('push-32')).toHaveText('−1.00');
  await expect(page.getByTestId('push-42')).toHaveText('+0.50');

  await open(page, 'ratio');
  await expect(page.getByTestId('ratio-42')).toHaveText('1.00');
  const updates = page.getByRole('slider', { name: 'Updates' });
  for (let i = 0; i < 4; i++) await updates.press('ArrowRight');
  await expect(page.getByTestId('ratio-42')).toHaveText('1.71');
  await expect(page.getByTestId('figure-ratio')).toContainText('A>0 above range');

  await open(page, 'gppo');
  const good = page.getByTestId('weights-good');
  const curve = () => good.locator('path[fill="none"]').first().getAttribute('d');
  const before = await curve();
  await expect(good).toContainText('GPPO w 1.28');
  await page.getByRole('slider', { name: 'β₂, above the range' }).press('Home');
  await expect(good).toContainText('GPPO w 0.00');
  expect(await curve()).not.toBe(before);
  await page.getByRole('slider', { name: 'ε high' }).press('End');
  await expect(good).toContainText('GPPO w 2.00');

  await open(page, 'zones');
  const says = page.getByTestId('zone-says');
  await expect(says).toContainText('A>0 above range');
  await page.getByRole('slider', { name: 'Advantage A' }).press('Home');
  await expect(says).toContainText('A<0 above range');
  await page.getByRole('slider', { name: 'Ratio r' }).press('Home');
  await expect(says).toContainText('A<0 below range');
  const plane = await page.locator('.zone-plane').boundingBox();
  if (!plane) throw new Error('the zone plane is not visible');
  await page.mouse.click(plane.x + plane.width * 0.2, plane.y + plane.height * 0.3);
  await expect(says).toContainText('A>0 below range');

  await open(page, 'watch');
  const entropy = page.getByTestId('watch-entropy').getByRole('img');
  const name = await entropy.getAttribute('aria-label');
  await page.getByRole('slider', { name: 'GPPO’s β₁' }).press('Home');
  await expect(entropy).not.toHaveAttribute('aria-label', name ?? '');
});

test('“Try it” sets a recipe that shows what the lesson says; Escape ends the tour but not the run', async ({
  page,
}) => {
  // One update per rollout: no clipping.
  await tryIt(page, 'ratio');
  await expect(page.getByText('Clipping will never fire.')).toBeVisible();
  await showAllFields(page);
  await expect(page.getByLabel('Minibatches', { exact: true })).toHaveValue('1');
  await makeSmall(page);
  await oneStep(page);
  await expect(page.getByTestId('clipped-value')).toHaveText('0.0 % low');

  // A narrow clip range: tokens leave it.
  await tryIt(page, 'zones');
  await expect(page.locator('#field-rl-strategy-eps_high')).toHaveValue('0.03');
  await makeSmall(page);
  await wholeRun(page, 1);
  await expect(page.getByTestId('clipped-value')).not.toHaveText(/^0(\.0)? % /);

  await page.locator('#field-rl-steps').fill('60');
  await startNewRun(page);
  await expect(page.getByTestId('state')).toHaveText('running', { timeout: 180_000 });
  const card = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Tour of the Train page' }).click();
  await expect(card).toContainText('1 of 7');
  // Keys work once the transition to a stop has ended, which is when its Next button has the focus.
  await expect(card.getByRole('button', { name: 'Next' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(card).toContainText('2 of 7');
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  await expect(page.getByTestId('state')).toHaveText('running');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('state')).toHaveText('stopped');
});

test('“Try it” opens Compare or Objective as the lesson says, and the previous recipe can be restored', async ({
  page,
}) => {
  await tryIt(page, 'gppo');
  await expect(page.getByTestId('start-sweep')).toHaveText('Start 6 runs');
  await expect(page.getByRole('complementary', { name: 'Comparison' })).toContainText(
    '20 steps, 32 × 8 responses, 8 updates each, learning rate 1e-4',
  );
  await tryIt(page, 'evidence');
  await expect(page.getByTestId('start-sweep')).toHaveText('Start 12 runs');
  await tryIt(page, 'clip');
  await expect(page.getByTestId('curve-gradient weight w, A > 0').locator('path[fill="none"]')).toHaveCount(2);
  await expect(page.getByTestId('strategy-info')).toContainText('Proximal Policy Optimization');
  await tryIt(page, 'pipeline');
  await showAllFields(page);
  await expect(page.locator('#field-sft-steps')).toHaveValue('400');
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByLabel('Minibatches', { exact: true })).toHaveValue('4');
  await expect(page.locator('#field-sft-steps')).toHaveCount(0);
});

test('the tour can be followed with the keyboard and is accessible in light and dark', async ({ page }) => {
  const errors = errorsOf(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, 'gradient');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await page.getByRole('button', { name: 'Tour of the Train page' }).last().press('Enter');
  const card = page.getByRole('dialog');
  for (const [i, title] of [
    'The recipe',
    'The clip strategy',
    'Will clipping ever fire?',
    'Train',
    'Reward',
    'The tokens',
    'Other pages',
  ].entries()) {
    await expect(card).toContainText(title);
    await expect(card).toContainText(`${i + 1} of 7`);
    await expect(card).toBeInViewport({ ratio: 1 });
    if (i === 1) await expectAccessible(page);
    await expect(card.getByRole('button', { name: i < 6 ? 'Next' : 'Done' })).toBeFocused();
    await page.keyboard.press('Enter');
  }
  await expect(card).toHaveCount(0);
  await expect(page.getByTestId('state')).toHaveText('ready');
  expect(errors).toEqual([]);
});
