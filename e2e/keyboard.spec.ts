/** The keyboard alone reaches every control of every page, and leaves it again. */
import { expect, type Page } from '@playwright/test';
import { PLACES } from '../src/store/page-store.ts';
import { test } from './returning.ts';

/** Marks what Tab should reach: what is visible, enabled and in the order of Tab. @returns how many */
const markControls = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const seen = (element: Element): boolean => {
      const { width, height } = element.getBoundingClientRect();
      return width > 0 && height > 0 && getComputedStyle(element).visibility === 'visible';
    };
    for (const element of document.querySelectorAll('[data-tab]')) element.removeAttribute('data-tab');
    const groups = new Set<string>();
    let count = 0;
    for (const element of document.querySelectorAll<HTMLElement>(
      'a[href], button, input, select, textarea, [tabindex]',
    )) {
      if (element.tabIndex < 0 || element.matches(':disabled, [type="file"]') || !seen(element)) continue;
      // Of a group of radio buttons, Tab reaches the chosen one.
      if (element instanceof HTMLInputElement && element.type === 'radio') {
        if (!element.checked || groups.has(element.name)) continue;
        groups.add(element.name);
      }
      element.dataset['tab'] = String(count++);
    }
    return count;
  });

/** The mark of the element with the focus; undefined where it has none. */
const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['tab']);

const describe = (page: Page, mark: string): Promise<string> =>
  page.evaluate((value) => document.querySelector(`[data-tab="${value}"]`)?.outerHTML.slice(0, 160) ?? value, mark);

/** Lists to search load when a pointer or the focus comes to them, and take the place of the element marked here. */
async function loadLists(page: Page): Promise<void> {
  const waiting = page.locator('[data-list="unloaded"]');
  for (let left = await waiting.count(); left > 0; left--) {
    await waiting.first().hover();
    await expect(waiting).toHaveCount(left - 1);
  }
}

test('Tab reaches and leaves every control of every page', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await page.getByText('Advanced', { exact: true }).click();
  for (const place of PLACES) {
    await page.evaluate((hash) => (location.hash = hash), place === 'train' ? '' : `#/${place}`);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await expect(page.getByRole('main')).toBeVisible();
    await loadLists(page);
    await page.evaluate(() => {
      (document.activeElement as HTMLElement | null)?.blur();
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute('tabindex');
    });
    const count = await markControls(page);
    expect(count).toBeGreaterThan(10);
    const reached = new Set<string>();
    for (let presses = 0; presses < 2 * count + 20 && reached.size < count; presses++) {
      await page.keyboard.press('Tab');
      const mark = await focused(page);
      if (mark !== undefined) reached.add(mark);
    }
    const missed = Array.from({ length: count }, (_, i) => String(i)).filter((mark) => !reached.has(mark));
    expect(await Promise.all(missed.map((mark) => describe(page, mark))), place).toEqual([]);
  }
});
