import { expect, type Page } from '@playwright/test';
import { test } from './returning.ts';
import {
  choose,
  expectAccessible,
  go,
  oneStep,
  openSmall,
  saved,
  showAllFields,
  startNewRun,
  stepsMade,
} from './studio.ts';

const strategy = (body: string) => `fn strategy(token: Token) -> Outcome {\n  let r = token.ratio;\n${body}\n}\n`;
const FINE = strategy('  return outcome(r * token.advantage, r * 0.5, 0u);');

async function write(page: Page, source: string): Promise<void> {
  const editor = page.getByRole('textbox', { name: 'WGSL of the strategy' });
  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(source);
}

const verdict = (page: Page) => page.getByRole('region', { name: 'Custom strategy' }).locator('small').first();

test('a custom strategy is edited, plotted, saved, exported and trained with; a bad one is reported', async ({
  page,
}) => {
  await openSmall(page, 2);
  await go(page, 'Objective');
  await expect(verdict(page)).toContainText('compiles');
  await expect(page.getByTestId('wgsl-editor').locator('.cm-line span[class]').first()).toBeVisible();

  await write(page, strategy('  return outcome(r * token.advantagee, r, 0u);'));
  await expect(page.getByTestId('strategy-problems')).toContainText(/Line 3:.*advantagee/);
  await expect(page.getByTestId('wgsl-editor').locator('.cm-line').nth(2).locator('.cm-lintRange-error')).toBeVisible();
  await expect(page.getByTestId('use-strategy')).toBeDisabled();

  await write(page, FINE);
  await expect(verdict(page)).toContainText('compiles');
  await expect(page.getByTestId('strategy-problems')).toBeEmpty();
  const editor = page.getByRole('region', { name: 'Custom strategy' });
  await editor.getByLabel('Name', { exact: true }).fill('Half weight');
  await editor.getByRole('button', { name: 'Overlay' }).click();
  await expect(page.getByTestId('curve-legend').first()).toContainText('Half weight');
  await editor.getByRole('button', { name: 'Save', exact: true }).click();
  const file = await saved(page, () => editor.getByRole('button', { name: 'Export' }).click());
  expect(file.name).toBe('Half weight.strategy.json');
  expect((JSON.parse(file.data.toString()) as { rule: { source: string } }).rule.source).toBe(FINE);
  await expectAccessible(page);

  await page.getByTestId('use-strategy').click();
  await expect(page.getByRole('complementary', { name: 'Strategies' })).toContainText('Custom strategy');
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state')).toHaveText('finished');
  await expect(page.getByTestId('live-tokens')).toContainText('of step 2');

  // One that loops or is not finite is reported, and the run beside it continues.
  await go(page, 'Train');
  // More steps than it can make while the editor waits for answers.
  await page.locator('#field-rl-steps').fill('2000');
  await startNewRun(page);
  await expect(page.getByTestId('state')).toHaveText('running');
  await go(page, 'Objective');
  await expect(verdict(page)).toContainText('compiles');
  await write(page, strategy('  var sum = 0.0;\n  loop { sum += r; }\n  return outcome(sum, r, 0u);'));
  await expect(page.getByTestId('strategy-problems')).toContainText('loops without end');
  // Of the bits of r: compilers may fold arithmetic that never gives a number.
  await write(page, strategy('  return outcome(r, bitcast<f32>(bitcast<u32>(r) | 0x7f800000u), 0u);'));
  await expect(page.getByTestId('strategy-problems')).toContainText('no finite number');
  const made = await stepsMade(page);
  await expect.poll(() => stepsMade(page)).toBeGreaterThan(made);
  await expect(page.getByTestId('error')).toHaveCount(0);

  // Works for the check's advantages, which are -1, 0 and 1, but for no others.
  await write(
    page,
    strategy(
      '  if (abs(token.advantage) != 1.0 && token.advantage != 0.0 && r != 1.0) {\n    return outcome(r, ' +
        'sqrt(-r), 0u);\n  }\n  return outcome(r * token.advantage, r, 0u);',
    ),
  );
  await expect(verdict(page)).toContainText('compiles');
  await page.getByTestId('use-strategy').click();
  await go(page, 'Train');
  await startNewRun(page);
  await expect(page.getByTestId('error')).toContainText(
    /The strategy "Half weight" gave no finite number for \d+ of \d+ tokens/,
  );
  await expect(page.getByTestId('state')).toHaveText('failed');
  const checkpoint = await saved(page, () => page.getByRole('button', { name: 'Export last good checkpoint' }).click());
  expect(checkpoint.data.subarray(0, 2).toString()).toBe('PK');
  expect(checkpoint.data.length).toBeGreaterThan(400_000);

  await choose(page, 'Clip strategy', 'PPO');
  await oneStep(page);
  await expect(page.getByTestId('error')).toHaveCount(0);

  // Saved strategies stay in this browser and are in the lists of all pages.
  await page.reload();
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await go(page, 'Compare');
  await choose(page, 'Add a strategy', 'Half weight');
  await expect(page.getByTestId('start-sweep')).toHaveText('Start 9 runs');
  await go(page, 'Objective');
  await choose(page, 'Start from', 'Half weight');
  await expect(page.getByTestId('wgsl-editor')).toContainText('r * 0.5');
  await choose(page, 'Start from', 'GPPO');
  await expect(page.getByTestId('wgsl-editor')).toContainText('parameters.beta2');
  await expect(verdict(page)).toContainText('compiles');
  await page
    .locator('input[type="file"][accept="application/json,.json"]')
    .last()
    .setInputFiles({ name: 'no.json', mimeType: 'application/json', buffer: Buffer.from('{"kind":"other"}') });
  await expect(page.getByTestId('error')).toContainText('no.json is not a strategy file');
});

test('a custom strategy from a link or file is compiled only after it is accepted', async ({
  page,
  context,
  browser,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openSmall(page);
  await go(page, 'Objective');
  await write(page, FINE);
  await expect(verdict(page)).toContainText('compiles');
  await page.getByTestId('use-strategy').click();
  await go(page, 'Train');
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(page.getByTestId('share-carries')).toContainText('custom strategy (asks before it is used)');
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('Link copied.')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.keyboard.press('Escape');
  const recipe = page.getByRole('complementary', { name: 'Recipe' });
  const file = await saved(page, () => recipe.getByRole('button', { name: 'Export', exact: true }).click());

  // A browser that does not have this recipe yet.
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto(link);
  const dialog = other.getByRole('dialog');
  await expect(dialog.getByTestId('offered-strategy')).toContainText('r * 0.5');
  await dialog.getByRole('button', { name: 'Decline' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(other.getByText('Clipped tokens keep a bounded gradient')).toBeVisible();
  await showAllFields(other);
  await expect(other.getByLabel('Prompts', { exact: true })).not.toHaveValue('12');

  await other
    .locator('input[type="file"][accept="application/json,.json"]')
    .first()
    .setInputFiles({ name: 'brought.json', mimeType: 'application/json', buffer: file.data });
  await expect(dialog.getByText('brought.json contains a custom strategy')).toBeVisible();
  await dialog.getByRole('button', { name: 'Decline' }).click();
  await expect(other.getByLabel('Prompts', { exact: true })).not.toHaveValue('12');

  await other.goto('about:blank');
  await other.goto(link);
  await dialog.getByRole('button', { name: 'Accept strategy' }).click();
  await expect(other.getByLabel('Prompts', { exact: true })).toHaveValue('12');
  await expect(other.getByRole('complementary', { name: 'Recipe' })).toContainText('Custom strategy');
  await elsewhere.close();
});
