/** Reports against the content security policy, as a browser sends them: of the page and of its worker. */
import { expect } from '@playwright/test';
import { ownPort } from './own-port.ts';
import { go } from './studio.ts';
import { test } from './traffic.ts';

const reporting = ownPort(501);
test.use({ origins: [reporting.origin] });

test('loading the page and its parts violates no policy; a violation would be reported', async ({ page }) => {
  const built = await reporting.serve();
  try {
    await page.goto(built.address);
    await expect(page.getByTestId('run-button')).toBeEnabled();
    for (const place of ['Objective', 'Compare', 'Playground', 'Evaluate', 'Runs'] as const) {
      await go(page, place);
      await expect(page.getByRole('main').first()).toBeVisible();
    }
    expect(built.violations).toEqual([]);
    // In a timer, on the page and in its worker: what Playwright itself calls is not subject to the policy.
    const attempt = () => void setTimeout(() => void new Function('return 1'));
    await page.evaluate(attempt);
    await expect.poll(() => built.violations.length).toBe(1);
    await page.workers()[0]?.evaluate(attempt);
    await expect.poll(() => built.violations.length).toBe(2);
    expect(built.violations).toEqual(
      [/^script-src.*eval/, /^script-src.*eval/].map((one) => expect.stringMatching(one)),
    );
  } finally {
    await built.close();
  }
});
