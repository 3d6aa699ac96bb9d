/** The built page below a path of a host. */
import { expect } from '@playwright/test';
import { ownPort } from './own-port.ts';
import { test } from './returning.ts';
import { oneStep, openSmall } from './studio.ts';

const host = ownPort(540);
test.use({ origins: [host.origin], serviceWorkers: 'allow' });

test('opens at a path of a host, trains and works offline', async ({ page, context }) => {
  const built = await host.serve({ at: '/people/ada/studio/' });
  try {
    await openSmall(page, 2, built.address);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await context.setOffline(true);
    await page.reload();
    await oneStep(page);
    expect(built.violations).toEqual([]);
  } finally {
    await built.close();
  }
});
