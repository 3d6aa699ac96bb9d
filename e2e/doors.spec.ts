/**
 * Malformed inputs through the real page: links, files dropped on it, archives of runs. Each ends in a message that a
 * person can read or in something usable; the page still works. The generator and all doors, 5,000 inputs:
 * tests/doors/doors.test.ts.
 */
import { expect, type Page } from '@playwright/test';
import { deflateSync, strToU8 } from 'fflate';
import { readFileSync } from 'node:fs';
import { stream } from '../src/random.ts';
import { SHARE_KEY } from '../src/run/share-key.ts';
import { damagedZip } from '../tests/doors/archives.ts';
import { damagedBytes, damagedJson, damagedText } from '../tests/doors/damage.ts';
import { go, makeSmall, oneStep, openSmall } from './studio.ts';
import { test } from './returning.ts';

const SEED = Number(process.env['DOORS_SEED'] ?? 1);

/** Errors that nothing on the page caught. */
function pageErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  return errors;
}

/** Texts of libraries and of the language. */
const RAW =
  /Cannot read propert|is not a function|is not iterable|undefined|\[object |TypeError|RangeError|SyntaxError/;

async function dropFiles(page: Page, files: Record<string, Uint8Array | string>): Promise<void> {
  const entries = Object.entries(files).map(([name, data]) => [name, Buffer.from(data).toString('base64')] as const);
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    for (const [name, text] of given)
      data.items.add(new File([Uint8Array.from(atob(text), (character) => character.charCodeAt(0))], name));
    return data;
  }, entries);
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

test('malformed links give a message, and the recipe stays', async ({ page }) => {
  const errors = pageErrors(page);
  await openSmall(page, 2);
  const recipe = JSON.parse(readFileSync('configs/demo-gppo.json', 'utf8')) as unknown;
  const error = page.getByTestId('error');
  let refused = 0;
  for (let i = 0; i < 6; i++) {
    const random = stream(SEED, 'link', i);
    const packed = btoa(String.fromCharCode(...deflateSync(strToU8(damagedJson(recipe, random)))));
    const hash = SHARE_KEY + packed.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
    await page.evaluate((to) => (location.hash = to), i % 3 === 0 ? SHARE_KEY + damagedText(packed, random) : hash);
    const loaded = page.getByText('Recipe loaded').first();
    await expect(error.or(loaded).or(page.getByRole('dialog')).first()).toBeVisible();
    if (await error.isVisible()) {
      refused += 1;
      await expect(error).toContainText(/The link's recipe|the link's recipe/);
      await expect(error).not.toContainText(RAW);
      await error.getByRole('button', { name: 'Dismiss' }).click();
    }
    // Notices of one link are not those of the next.
    await page.goto('/');
    await expect(page.getByTestId('run-button')).toBeVisible();
  }
  expect(refused).toBeGreaterThan(1);
  expect(errors).toEqual([]);
});

test(
  'malformed files of data and checkpoints give a message, and training still works',
  { tag: '@long' },
  async ({ page }) => {
    const errors = pageErrors(page);
    await openSmall(page, 2);
    const rows = '{"question":"1+1=","answer":"2"}\n{"question":"2+2=","answer":"4"}\n';
    const parquet = readFileSync('tests/fixtures/data/verl.parquet');
    for (let i = 0; i < 8; i++) {
      const random = stream(SEED, 'data', i);
      const name = `bad-${i}.${['jsonl', 'csv', 'json', 'parquet'][i % 4] ?? ''}`;
      const content =
        i % 4 === 3 ? damagedBytes(parquet, random) : damagedText(i % 4 === 1 ? 'a,b\n"1",2\n3,"4"\n' : rows, random);
      await dropFiles(page, { [name]: content });
      // In the list of data, or in the message that refuses it.
      await expect(page.getByText(name).first()).toBeVisible();
      await expect(page.getByRole('main')).not.toContainText(RAW);
    }
    const folder = 'public/models/addition-0.1M';
    const checkpoint = Object.fromEntries(
      ['config.json', 'tokenizer.json', 'model.safetensors'].map((name) => [name, readFileSync(`${folder}/${name}`)]),
    );
    await go(page, 'Train');
    for (let i = 0; i < 3; i++) {
      const random = stream(SEED, 'checkpoint', i);
      const name = Object.keys(checkpoint)[i % 3] ?? '';
      const file = checkpoint[name] ?? Buffer.of();
      const damaged = i % 3 === 2 ? damagedBytes(file, random, 500) : file.subarray(0, random.integer(file.length));
      await dropFiles(page, { ...checkpoint, [name]: damaged });
      const error = page.getByTestId('error');
      await expect(error.or(page.getByText(/parameters, \d+ layers/)).first()).toBeVisible();
      await expect(page.getByRole('alert').filter({ hasText: RAW })).toHaveCount(0);
      if (await error.isVisible()) await error.getByRole('button', { name: 'Dismiss' }).click();
    }
    // The recipe may name a checkpoint that was dropped: openSmall's is back in an empty storage.
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await makeSmall(page);
    await oneStep(page);
    expect(errors).toEqual([]);
  },
);

test('malformed archives of runs give a message, and nothing of them is stored', { tag: '@long' }, async ({ page }) => {
  const errors = pageErrors(page);
  await page.goto('/#/runs');
  for (let i = 0; i < 6; i++) {
    const name = `runs-${i}.zip`;
    const buffer = Buffer.from(damagedZip(stream(SEED, 'archive', i)));
    await page.getByTestId('runs-zip-input').setInputFiles({ name, mimeType: 'application/zip', buffer });
    await expect(
      page
        .getByText(name)
        .or(page.getByText(/imported|already exist/))
        .first(),
    ).toBeVisible();
    await expect(page.getByRole('main')).not.toContainText(RAW);
    await page.reload();
  }
  // One that is cut off adds no run, whatever was read before its end.
  await expect(page.getByTestId('run-row')).not.toHaveCount(0);
  const rows = await page.getByTestId('run-row').count();
  const cut = Buffer.from(damagedZip(stream(SEED, 'cut'))).subarray(0, 300);
  await page.getByTestId('runs-zip-input').setInputFiles({ name: 'cut.zip', mimeType: 'application/zip', buffer: cut });
  await expect(page.getByText(/cut\.zip: cannot be unpacked/)).toBeVisible();
  await expect(page.getByTestId('run-row')).toHaveCount(rows);
  expect(errors).toEqual([]);
});
