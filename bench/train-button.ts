/** When the page can train: an unavailable Train button stays focusable, with aria-disabled instead of disabled. */
import type { Page } from '@playwright/test';

export const ENABLED_TRAIN_BUTTON = '[data-testid=run-button]:not([disabled], [aria-disabled=true])';

/** @param page with the studio open */
export async function trainEnabled(page: Page): Promise<void> {
  await page.waitForSelector(ENABLED_TRAIN_BUTTON);
}
