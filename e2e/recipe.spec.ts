import { expect, type Page } from '@playwright/test';
import { test } from './returning.ts';
import { choose, saved, showAllFields } from './studio.ts';

const panel = (page: Page) => page.getByRole('complementary', { name: 'Recipe' });
const field = (page: Page, path: string) => page.locator(`#field-${path.replaceAll('.', '-')}`);
const notice = (page: Page) => page.getByRole('alert').filter({ hasText: 'Demo recipe loaded' });

test('the recipe keeps entered text, undoes changes, survives a reload, and shows problems', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  // At first only the basic fields are shown, and a run is named after them.
  await expect(page.getByLabel('Prompts', { exact: true })).toHaveCount(0);
  await expect(field(page, 'name')).toHaveAttribute('placeholder', 'GPPO, addition, seed 7');
  await field(page, 'seed').fill('11');
  await expect(field(page, 'name')).toHaveAttribute('placeholder', 'GPPO, addition, seed 11');
  await showAllFields(page);
  const rate = field(page, 'rl.learning_rate');
  for (const [typed, shown] of [
    ['0,0003', '3e-4'],
    ['1e-4', '1e-4'],
    ['.5', '0.5'],
  ] as const) {
    await rate.fill(typed);
    await expect(rate).toHaveValue(typed);
    await rate.blur();
    await expect(rate).toHaveValue(shown);
  }
  await rate.fill('4e-4');
  await rate.press('ArrowUp');
  await expect(rate).toHaveValue('5e-4');
  const steps = field(page, 'rl.steps');
  await steps.fill('1e3');
  await steps.blur();
  await expect(steps).toHaveValue('1000');

  // A text that has two meanings is kept, and the recipe cannot be started with the number before.
  await steps.fill('1,000');
  await steps.blur();
  await expect(steps).toHaveValue('1,000');
  await expect(panel(page).getByRole('alert')).toHaveText('“1,000” can mean 1 or 1000. Write 1 or 1000.');
  await expect(page.getByTestId('run-button')).toBeDisabled();
  await panel(page).getByText('Basic', { exact: true }).click();
  await expect(steps).toHaveValue('1,000');
  await steps.fill('20 steps');
  await steps.blur();
  await expect(steps).toHaveValue('20');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await expect(page.getByTestId('hidden-fields')).toContainText('4 advanced fields differ from the defaults');
  await page.getByTestId('hidden-fields').getByRole('button', { name: 'Show' }).click();
  await expect(rate).toBeVisible();

  // A strategy keeps its parameters while another one is looked at.
  await field(page, 'rl.strategy.eps_high').fill('0.4');
  await choose(page, 'Clip strategy', 'PPO');
  await choose(page, 'Clip strategy', 'GPPO');
  await expect(field(page, 'rl.strategy.eps_high')).toHaveValue('0.4');

  // Loading a recipe is a change that can be undone, by its notice, by the buttons and by keys.
  await panel(page).getByRole('button', { name: 'Demo' }).click();
  await expect(rate).toHaveValue('2e-4');
  await expect(notice(page)).toContainText('It replaced “GPPO, addition, seed 11”.');
  await notice(page).getByRole('button', { name: 'Undo' }).click();
  await expect(rate).toHaveValue('5e-4');
  await expect(field(page, 'rl.strategy.eps_high')).toHaveValue('0.4');
  await panel(page).getByRole('button', { name: 'Undo' }).click();
  await expect(rate).toHaveValue('2e-4');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(rate).toHaveValue('5e-4');
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(rate).toHaveValue('2e-4');
  await panel(page).getByRole('button', { name: 'Undo' }).click();

  await page.reload();
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await expect(panel(page).getByRole('radio', { name: 'Advanced' })).toBeChecked();
  await expect(rate).toHaveValue('5e-4');
  await expect(field(page, 'seed')).toHaveValue('11');

  // A problem that would refuse the run is shown at its field before the start.
  await page.locator('#task').selectOption('arithmetic');
  await expect(page.locator('.field:has(#task)').getByRole('alert')).toContainText('cannot encode the task arithmetic');
  await expect(page.getByTestId('run-button')).toBeDisabled();
  await page.locator('#task').selectOption('addition');
  await expect(page.getByTestId('run-button')).toBeEnabled();

  const file = await saved(page, () => panel(page).getByRole('button', { name: 'Export', exact: true }).click());
  expect(file.name).toBe('GPPO-addition-seed-11.json');
});
