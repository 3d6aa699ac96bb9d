/** When the built page can train: its Train button stays focusable while it is not available, so `disabled` is unset. */
import type { Page } from '@playwright/test';

export const ENABLED_TRAIN_BUTTON = '[data-testid=run-button]:not([disabled], [aria-disabled=true])';

/** @param page with the studio open */
export async function trainEnabled(page: Page): Promise<void> {
  await page.waitForSelector(ENABLED_TRAIN_BUTTON);
}
