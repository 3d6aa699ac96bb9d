import { expect } from '@playwright/test';
import { ownPort } from './own-port.ts';
import { test } from './returning.ts';
import { oneStep, openSmall } from './studio.ts';

const newer = ownPort(500);
test.use({ serviceWorkers: 'allow', origins: [newer.origin] });

test('opens and trains offline after one visit', async ({ page, context }) => {
  await page.goto('/');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.setOffline(true);
  expect(
    await page.evaluate(() =>
      fetch('/not-kept').then(
        () => 'network',
        () => 'no network',
      ),
    ),
  ).toBe('no network');
  await openSmall(page, 2);
  await oneStep(page);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Models', exact: true }).click();
  await expect(page.getByText('arithmetic-0.1M').first()).toBeVisible();
});

test('recordings and presenter mode work offline after one visit', async ({ page, context }) => {
  await page.goto('/');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.setOffline(true);
  await page.reload();
  await page.getByTestId('recording-collapse').click();
  const bar = page.getByTestId('replay');
  await expect(bar).toContainText('Recording of Collapse');
  await bar.getByLabel('Speed of the recording').selectOption('max');
  await expect(bar.getByTestId('replay-place')).toHaveText('step 20 of 20');
  // Its alarm is on from step 6 to step 11.
  await bar.getByTestId('replay-restart').click();
  for (let step = 1; step <= 7; step++) {
    await bar.getByTestId('replay-step').click();
    await expect(bar.getByTestId('replay-place')).toHaveText(`step ${step} of 20`);
  }
  await expect(page.getByTestId('alarms')).toBeVisible();
  await page.getByTestId('present').click();
  const presenter = page.getByTestId('presenter');
  await presenter.getByLabel('Second chart').selectOption('kl');
  await expect(presenter.locator('path.recharts-line-curve').first()).toBeAttached();
  await expect(presenter.locator('.large-chart')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await page.goto('/#/learn/workshop');
  await expect(page.getByTestId('workshop')).toContainText('3 of 3 can be played.');
  await expect(page.getByTestId('workshop')).toContainText('No QR code: only this machine can open this address.');
});

test('a newer version waits until the user reloads', async ({ page }) => {
  let version = 'first';
  // The built page with a changed service worker, which a browser takes for a newer version.
  const built = await newer.serve({
    changed: (path, data) => (path === '/service-worker.js' ? `${data.toString()}\n// ${version}` : data),
  });
  try {
    await page.goto(built.address);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.reload();
    await expect(page.getByTestId('run-button')).toBeEnabled();
    version = 'second';
    await page.evaluate(() =>
      navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => undefined),
    );
    await expect(page.getByText('Update available')).toBeVisible();
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Reload now' }).click()]);
    await expect(page.getByTestId('run-button')).toBeEnabled();
    await expect(page.getByText('Update available')).toHaveCount(0);
  } finally {
    await built.close();
  }
});
