/**
 * Shared by the browser tests of all pages: a recipe small enough for the software adapter, steps, accessibility,
 * files.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Download, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { KEPT_RECIPE } from '../src/store/kept-recipe.ts';

/**
 * Opens the page with a small recipe, as one that this browser has kept. It starts from the model that answers a third
 * of the problems: from the default one, most groups of four responses would have no advantage.
 */
export async function openSmall(page: Page, steps = 60, address = '/'): Promise<void> {
  const { name: _name, ...recipe } = JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as Record<
    string,
    unknown
  >;
  await page.addInitScript(
    ([key, kept]) => {
      if (localStorage.getItem(key) === null) localStorage.setItem(key, kept);
    },
    [KEPT_RECIPE, JSON.stringify({ config: recipe })] as const,
  );
  await page.goto(address);
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await makeSmall(page);
  await page.locator('#field-rl-steps').fill(String(steps));
}

/** Shows the advanced fields of the recipe. */
export async function showAllFields(page: Page): Promise<void> {
  const recipe = page.getByRole('complementary', { name: 'Recipe' });
  await recipe.getByText('Advanced', { exact: true }).click();
  await expect(recipe.getByRole('radio', { name: 'Advanced' })).toBeChecked();
}

/** Sets fewer responses and held-out problems in the current recipe: for the software adapter. */
export async function makeSmall(page: Page): Promise<void> {
  await showAllFields(page);
  await page.getByLabel('Prompts', { exact: true }).fill('12');
  await page.getByLabel('Responses', { exact: true }).fill('4');
  const heldOut = page.getByLabel('Held-out problems', { exact: true });
  if (!(await heldOut.isVisible())) await page.getByRole('button', { name: 'Held-out accuracy' }).click();
  await heldOut.fill('16');
}

/** Drops a file on the page, as from a file manager. */
export async function drop(page: Page, name: string, content: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([file, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text], file));
      return data;
    },
    [name, content] as const,
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** Sets one step of SFT and one of RL on two prompts, with responses of 8 tokens: for rows of data on new weights. */
export async function makeTiny(page: Page): Promise<void> {
  await showAllFields(page);
  for (const [field, value] of Object.entries({
    'sft-steps': 1,
    'sft-batch_size': 2,
    'rl-steps': 1,
    'rl-prompts': 2,
    'rl-responses': 2,
    'rl-minibatches': 1,
  }))
    await page.locator(`#field-${field}`).fill(String(value));
  await page.getByRole('button', { name: 'Sampling', exact: true }).click();
  await page.locator('#field-rl-max_response_tokens').fill('8');
}

export const go = (
  page: Page,
  place: 'Train' | 'Rollouts' | 'Objective' | 'Compare' | 'Playground' | 'Evaluate' | 'Runs',
): Promise<void> =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: place, exact: true }).click();

/** Runs one step and waits until the run is paused. */
export async function oneStep(page: Page): Promise<void> {
  const before = await stepsMade(page);
  await page.getByTestId('step-button').click();
  await expect.poll(() => stepsMade(page)).toBe(before + 1);
  await expect(page.getByTestId('state')).toHaveText('paused');
}

/**
 * Starts a new run after another one on the same page, whose kernels are compiled already; stops that one if it still
 * trains or is paused.
 */
export async function startNewRun(page: Page): Promise<void> {
  const state = page.getByTestId('state');
  await expect(async () => {
    // A run that trains may finish before the press.
    if (/^(running|paused)$/.test((await state.textContent()) ?? ''))
      await page.getByTestId('stop-button').click({ timeout: 1000 });
    await expect(state).toHaveText(/^(stopped|finished|failed)$/, { timeout: 10_000 });
  }).toPass();
  const again = page.getByTestId('new-run-button');
  await ((await again.count()) > 0 ? again : page.getByTestId('run-button')).click();
}

/** Makes all steps of a new run. */
export async function wholeRun(page: Page, steps: number): Promise<void> {
  await page.locator('#field-rl-steps').fill(String(steps));
  await startNewRun(page);
  // The run before may have finished, too.
  await expect(page.getByTestId('preparing').or(page.getByTestId('pause-button'))).not.toHaveCount(0);
  await expect(page.getByTestId('state')).toHaveText('finished');
}

export async function stepsMade(page: Page): Promise<number> {
  const value = page.getByTestId('step-value');
  return (await value.count()) === 0 ? 0 : Number(await value.textContent());
}

const SCHEMES = ['dark', 'light'] as const;

/** Runs axe on the page in both colour schemes, or in one; ends in the last of them. */
export async function expectAccessible(
  page: Page,
  schemes: readonly (typeof SCHEMES)[number][] = SCHEMES,
): Promise<void> {
  for (const other of schemes) {
    if ((await page.locator('html').getAttribute('data-mantine-color-scheme')) !== other)
      await page.getByRole('button', { name: `Switch to ${other} colours` }).dispatchEvent('click');
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', other);
    // Away from buttons, whose tooltips would cover the content.
    await page.mouse.move(3, 880);
    await expect(page.getByRole('tooltip')).toHaveCount(0);
    // Elements that fade in or out do not have their final colours yet.
    await page.evaluate(() =>
      Promise.allSettled(
        document
          .getAnimations()
          .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
          .map(({ finished }) => finished),
      ),
    );
    // Of all rules, only that of contrast sees colours: the others need one scheme.
    // Formulas are hundreds of elements in the colour of the text around them.
    // The page has no frames, so axe needs no page of its own to gather what it found in them.
    const rules = new AxeBuilder({ page }).setLegacyMode().exclude('.katex');
    const contrast = other === 'dark' && schemes.length > 1;
    // An open menu is in no region of the page, but the focus is in it.
    const menu = (await page.getByRole('menu').count()) > 0;
    rules.options({
      resultTypes: ['violations'],
      preload: false,
      // WCAG 2.2 AA: off by default in axe.
      rules: { 'target-size': { enabled: true }, region: { enabled: !menu } },
      ...(contrast && { runOnly: { type: 'rule', values: ['color-contrast'] } }),
    });
    expect(
      (await rules.analyze()).violations.map(({ id, nodes }) => `${other}: ${id}: ${nodes[0]?.html ?? ''}`),
    ).toEqual([]);
  }
}

/**
 * Makes the window 1024 pixels wide and expects no horizontal overflow: charts take their new width a few frames
 * later.
 */
export async function expectFitsNarrow(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1024, height: 768 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1024);
}

/** The file that pressing a button saves. */
export async function saved(page: Page, press: () => Promise<void>): Promise<{ name: string; data: Buffer }> {
  const download: Promise<Download> = page.waitForEvent('download');
  await press();
  const file = await download;
  return { name: file.suggestedFilename(), data: readFileSync(await file.path()) };
}

/**
 * Opens a list. A list that is scrolled to and clicked at once, as no person can, may place its entries by where it was
 * before and hide them: then it is closed and opened again.
 */
export async function openList(page: Page, list: string): Promise<void> {
  const field = page
    .getByRole('combobox', { name: list })
    .or(page.getByRole('textbox', { name: list }))
    .first();
  await expect(async () => {
    await page.keyboard.press('Escape');
    await field.scrollIntoViewIfNeeded();
    await field.click();
    await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible({ timeout: 3000 });
  }).toPass();
}

/** Selects an entry of a list. */
export async function choose(page: Page, list: string, option: string): Promise<void> {
  await openList(page, list);
  await page.getByRole('listbox').getByRole('option', { name: option, exact: true }).click();
}

/** Exports a chart from its menu. */
export async function exportChart(page: Page, title: string, format: 'PNG' | 'SVG' | 'CSV'): Promise<void> {
  const name = `Tools: ${title}`;
  await page.getByRole('button', { name, exact: true }).click();
  // In this menu: the one before may still fade out.
  await page
    .getByRole('menu', { name, exact: true })
    .getByRole('menuitem', { name: `Export ${format}` })
    .click();
}
