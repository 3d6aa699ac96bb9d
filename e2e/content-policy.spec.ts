/** Reports against the content security policy, as a browser sends them: of the page and of its worker. */
import { expect } from '@playwright/test';
import { serveBuiltPage } from '../tests/support/built-page.ts';
import { go } from './studio.ts';
import { test } from './traffic.ts';

test('loading the page and its parts violates no policy; a violation would be reported', async ({ page }) => {
  const built = await serveBuiltPage();
  try {
    await page.goto(built.address);
    await expect(page.getByTestId('run-button')).toBeEnabled();
    for (const place of ['Objective', 'Compare', 'Playground', 'Evaluate', 'Runs'] as const) {
      await go(page, place);
      await expect(page.getByRole('main').first()).toBeVisible();
    }
    expect(built.violations).toEqual([]);
    // In a timer: what Playwright itself calls is not subject to the policy.
    const refused = await page.evaluate(
      () =>
        new Promise<unknown>((resolve) =>
          setTimeout(() => {
            try {
              resolve(new Function('return true')());
            } catch (error) {
              resolve((error as Error).name);
            }
          }),
        ),
    );
    expect(refused).toBe('EvalError');
    await expect.poll(() => built.violations.length).toBeGreaterThan(0);
    expect(built.violations[0]).toMatch(/^script-src.*eval/);
  } finally {
    await built.close();
  }
});
