import { expect, type Page } from '@playwright/test';
import { test } from './returning.ts';
import { choose, expectAccessible, go, openList, openSmall } from './studio.ts';

const weights = (page: Page, sign: '>' | '<') => page.getByTestId(`curve-gradient weight w, A ${sign} 0`);
/** The curve of the recipe's own strategy, which is the first. */
const ownPath = async (page: Page, sign: '>' | '<') =>
  (await weights(page, sign).locator('path[fill="none"]').first().getAttribute('d')) ?? '';

/** Epsilon and beta are dragged on the curves, with pointer and keyboard. */
async function dragParameters(page: Page): Promise<void> {
  await expect(weights(page, '>').locator('path[fill="none"]')).toHaveCount(3);
  const before = await ownPath(page, '>');

  const epsilon = weights(page, '>').getByTestId('handle-eps_high');
  await expect(epsilon).toHaveAttribute('aria-valuenow', '0.28');
  await epsilon.focus();
  await page.keyboard.press('ArrowRight');
  await expect(epsilon).toHaveAttribute('aria-valuenow', '0.29');
  await expect(page.locator('#field-rl-strategy-eps_high')).toHaveValue('0.29');
  await expect.poll(() => ownPath(page, '>')).not.toBe(before);

  // Beta 2 is dragged as the height of the curve above the clip range: at the bottom, GPPO equals PPO there.
  const beta = weights(page, '>').getByTestId('handle-beta2');
  const [at, plot] = [await beta.boundingBox(), await weights(page, '>').getByRole('group').boundingBox()];
  if (!at || !plot) throw new Error('the handle is not drawn');
  await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
  await page.mouse.down();
  await page.mouse.move(at.x + at.width / 2, plot.y + plot.height - 2, { steps: 4 });
  await page.mouse.up();
  await expect(beta).toHaveAttribute('aria-valuenow', '0');
  const ends = (line: number) =>
    weights(page, '>')
      .locator('path[fill="none"]')
      .nth(line)
      .getAttribute('d')
      .then((d) => d?.split('L').at(-1));
  await expect.poll(async () => (await ends(0)) === (await ends(1))).toBe(true);

  await page.keyboard.press('Tab');
  await page.mouse.move(plot.x + plot.width * 0.9, plot.y + plot.height / 2);
  await expect(page.getByTestId('curve-legend').first()).toContainText(/r = 3\.\d+.*GPPO.*w 0\.00/);
}

/** Overlaid strategies have their own parameters. */
async function overlay(page: Page): Promise<void> {
  const lines = weights(page, '<').locator('path[fill="none"]');
  await expect(lines).toHaveCount(3);
  await choose(page, 'Add a strategy', 'SAPO');
  await expect(lines).toHaveCount(4);
  const before = await lines.nth(3).getAttribute('d');
  await page.getByRole('button', { name: 'Parameters of SAPO' }).click();
  await page.getByLabel('τ for A<0').fill('3');
  await expect(page.getByTestId('curve-legend').nth(1)).toContainText('SAPO (tau neg 3)');
  await expect.poll(() => lines.nth(3).getAttribute('d')).not.toBe(before);
  await page.getByRole('button', { name: 'Remove PPO' }).click();
  await expect(lines).toHaveCount(3);
}

/** A strategy shows its curve, formula, parameters and sources (strategy-info.test.ts has the texts of all). */
async function strategies(page: Page): Promise<void> {
  await openList(page, 'Clip strategy');
  // Of the open list: native selects beside it have options too.
  const options = page.getByRole('listbox').getByRole('option');
  const names = await options.allTextContents();
  await page.keyboard.press('Escape');
  expect(names.length).toBeGreaterThanOrEqual(30);
  // Of tokens, of sequences, with a choice over the minibatch, and the custom one's neighbours.
  for (const name of ['No clipping', 'GSPO', 'KL-Cov', 'DPPO-KL', 'FIPO', 'M2PO']) {
    expect(names).toContain(name);
    await choose(page, 'Clip strategy', name);
    await expect(page.getByTestId('curve-legend').first().getByRole('listitem').nth(1)).toContainText(name);
    await expect.poll(() => ownPath(page, '>'), name).toContain('L');
    const info = page.getByTestId('strategy-info');
    await expect(info.locator('.katex-display')).toBeVisible();
    await expect(info.locator('.katex-error')).toHaveCount(0);
    for (const label of ['Strength', 'Weakness', 'Paper', 'Reference', 'Aggregation'])
      await expect(info.getByText(label, { exact: true })).toBeVisible();
    await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0);
  }
  await expect(page.getByLabel('Truncated importance sampling (TIS) cap')).toBeVisible();
}

test("strategies are dragged, overlaid and explained; a live run's tokens are on the curves", async ({ page }) => {
  test.setTimeout(600_000);
  await openSmall(page, 400);
  await go(page, 'Objective');
  await dragParameters(page);
  await overlay(page);
  await strategies(page);

  await choose(page, 'Clip strategy', 'GPPO');
  await page.getByTestId('run-button').click();
  const note = page.getByTestId('live-tokens');
  const step = async () => Number(/step (\d+)/.exec((await note.textContent()) ?? '')?.[1]);
  await expect(note).toContainText(/Of [\d,]+ tokens of step \d+/);
  const first = await step();
  await expect.poll(() => weights(page, '>').locator('circle[opacity]').count()).toBeGreaterThan(0);
  const density = page.getByTestId('chart-density');
  await expect(density.getByRole('img')).toHaveAccessibleName(/^Density of [1-9]\d* tokens/);
  await expect.poll(step).toBeGreaterThan(first);
  await page.getByTestId('stop-button').click();
  await expect(page.getByTestId('state')).toHaveText('stopped');
  await expect(density).toContainText(`step ${await step()}`);

  // Another strategy is evaluated on the same tokens: without clipping every token has a gradient.
  await choose(page, 'Clip strategy', 'No clipping');
  await expect(note).toContainText('0.0 % get no gradient');
  await expectAccessible(page);
});
