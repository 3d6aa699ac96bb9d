/**
 * `npm run pictures`: takes the pictures of docs/first-hour.md and README from the built page, in the order in which a
 * newcomer sees it.
 */
import { chromium } from '@playwright/test';
import { preview } from 'vite';
import { findChromium } from './gpu-runtime.mjs';

const FOLDER = 'docs/images';
const server = await preview({ preview: { port: 41_790, strictPort: true }, logLevel: 'warn' });
const browser = await chromium.launch({
  executablePath: await findChromium(),
  args: ['--headless=new', '--no-sandbox', '--enable-unsafe-webgpu'],
});
// With less motion, no recording plays by itself.
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
page.on('pageerror', (error) => {
  throw error;
});

const take = async (name) => {
  await page.mouse.move(1, 899);
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled' });
  console.log(`${FOLDER}/${name}.png`);
};
const step = (number) =>
  page
    .getByTestId('step-value')
    .filter({ hasText: new RegExp(`^${number}$`) })
    .waitFor({ timeout: 300_000 });

try {
  await page.goto('http://localhost:41790/');
  await page.locator('[data-testid="preset-pair"]:enabled').waitFor({ timeout: 60_000 });
  await take('first-hour-1-welcome');

  await page.getByTestId('preset-pair').click();
  await page.getByTestId('preset-note').getByText('run 1 of 2').waitFor();
  await step(8);
  await take('first-hour-2-ppo');
  await page.getByTestId('preset-note').getByText('run 2 of 2').waitFor({ timeout: 300_000 });
  await step(12);
  await page.getByTestId('pause-button').click();
  await page.getByTestId('run-button').waitFor({ timeout: 60_000 });
  await take('first-hour-3-gppo');
  await page.screenshot({ path: `${FOLDER}/train.png`, animations: 'disabled' });

  await page.evaluate(() => (location.hash = '#/learn/gppo'));
  await page.getByTestId('lesson-gppo').waitFor();
  await take('first-hour-4-lesson');
} finally {
  await browser.close();
  await server.close();
}
process.exit(0);
