/** What the page may not do: code from texts, inline scripts, requests to strangers; and that a test would see it. */
import { expect } from '@playwright/test';
import { test } from './returning.ts';
import { watchTraffic } from './traffic.ts';

test('the policy allows neither eval nor inline scripts, on the page and in its worker', async ({ page }) => {
  const response = await page.goto('/');
  const html = (await response?.text()) ?? '';
  const policies = [
    response?.headers()['content-security-policy'] ?? '',
    /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'") ?? '',
  ];
  for (const policy of policies) {
    const directives = new Map(policy.split('; ').map((one) => [one.split(' ')[0], one.split(' ').slice(1)]));
    expect(directives.get('default-src')).toEqual(["'self'"]);
    expect(directives.get('script-src')).toEqual(["'self'", "'wasm-unsafe-eval'"]);
    expect(directives.get('object-src')).toEqual(["'none'"]);
    expect(directives.get('base-uri')).toEqual(["'none'"]);
    expect(directives.get('form-action')).toEqual(["'none'"]);
  }
  expect(html.match(/<script(?![^>]*\ssrc=)[^>]*>/g)).toBeNull();
  expect(html.match(/\son[a-z]+\s*=/g)).toBeNull();
  await expect(page.getByTestId('run-button')).toBeEnabled();
  // In a timer: what Playwright itself calls is not subject to the policy.
  const refused = () =>
    new Promise<string[]>((resolve) =>
      setTimeout(() =>
        resolve(
          [() => (0, eval)('1') as unknown, () => new Function('return 1')() as unknown].map((run) => {
            try {
              return `ran: ${String(run())}`;
            } catch (error) {
              return (error as Error).name;
            }
          }),
        ),
      ),
    );
  expect(await page.evaluate(refused)).toEqual(['EvalError', 'EvalError']);
  const [worker] = page.workers();
  expect(worker).toBeDefined();
  expect(await worker?.evaluate(refused)).toEqual(['EvalError', 'EvalError']);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.inlineRan = true';
    document.body.append(script);
    document.body.insertAdjacentHTML('beforeend', '<img src="/nothing.svg" onerror="window.inlineRan = true">');
  });
  expect(await page.evaluate(() => 'inlineRan' in window)).toBe(false);
});

test('a request to a stranger is seen, from wherever it comes', async ({ browser, baseURL }) => {
  // Without the policy, which would end each of them before it is one.
  const context = await browser.newContext({ bypassCSP: true });
  const strangers = watchTraffic(context);
  try {
    const page = await context.newPage();
    await page.goto(`${baseURL ?? ''}/icon.svg`);
    await page.evaluate(() => {
      const ask = (from: string) => `https://stranger.invalid/${from}`;
      void fetch(ask('page')).catch(() => undefined);
      new Image().src = ask('image');
      new WebSocket('wss://stranger.invalid/socket');
      const text = `void fetch('${ask('worker')}').catch(() => 0)`;
      new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
    });
    for (const from of ['page', 'image', 'socket', 'worker'])
      await expect.poll(() => strangers.some((url) => url.endsWith(`stranger.invalid/${from}`)), from).toBe(true);
  } finally {
    await context.close();
  }
});

test('the policy refuses a request to a stranger, and a test sees that it was attempted', async ({ page, traffic }) => {
  await page.goto('/');
  const outcome = await page.evaluate(() =>
    fetch('https://stranger.invalid/').then(
      () => 'answered',
      () => 'refused',
    ),
  );
  expect(outcome).toBe('refused');
  await expect.poll(() => traffic.length).toBeGreaterThan(0);
  traffic.splice(0);
});
