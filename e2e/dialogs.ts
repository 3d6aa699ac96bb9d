/** Checks of dialogs and menus: by the keyboard alone, and accessible in both colour schemes. */
import { expect, type Locator, type Page } from '@playwright/test';
import { expectAccessible } from './studio.ts';

/** Whether the focus is inside an element. */
const hasFocus = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element.contains(document.activeElement));

/** Presses Tab until the focus has been on everything inside, in both directions. */
async function expectKeepsFocus(page: Page, inside: Locator): Promise<void> {
  await expect.poll(() => hasFocus(inside)).toBe(true);
  for (const key of ['Tab', 'Shift+Tab']) {
    const controls = await inside.locator('a[href], button, input, select, textarea, [tabindex]').count();
    for (let presses = 0; presses < Math.min(controls, 40) + 2; presses++) {
      await page.keyboard.press(key);
      expect(await hasFocus(inside), `${key} leaves it`).toBe(true);
    }
  }
}

/** Presses a control without a pointer. */
export async function press(page: Page, control: Locator): Promise<void> {
  await control.focus();
  await page.keyboard.press('Enter');
}

/** Opens a dialog by the keyboard, checks it, and closes it by Escape. @param back gets the focus back */
export async function checkDialog(
  page: Page,
  name: string | RegExp,
  open: () => Promise<void>,
  back?: Locator,
): Promise<void> {
  await open();
  const dialog = page.getByRole('dialog', { name });
  await expect(dialog).toBeVisible();
  await expectKeepsFocus(page, dialog);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  if (back) await expect(back).toBeFocused();
}

/** As `checkDialog`, for a menu: arrow keys move in it. */
export async function checkMenu(page: Page, button: Locator): Promise<void> {
  await press(page, button);
  const menu = page.getByRole('menu');
  await expect(menu).toBeVisible();
  await expect.poll(() => hasFocus(menu)).toBe(true);
  await expect(menu.locator('[role^=menuitem]:focus')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await expect(menu.locator('[role^=menuitem]:focus')).toHaveCount(1);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await expect(button).toBeFocused();
}
