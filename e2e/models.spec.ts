/** The Models page: downloads from a hub, and checkpoint folders. */
import { expect, type Page } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubServer, HubRepository } from '../tests/support/hub-server.ts';
import { hubAt, startHub } from './hub.ts';
import { test } from './returning.ts';
import { expectAccessible, expectFitsNarrow, showAllFields } from './studio.ts';

const PORT = 41_736;
const MODEL = 'public/models/addition-0.1M';
const files: HubRepository['files'] = Object.fromEntries(
  readdirSync(MODEL).map((name) => [name, new Uint8Array(readFileSync(join(MODEL, name)))]),
);
const qwen = new TextEncoder().encode(
  JSON.stringify({ ...(JSON.parse(readFileSync(join(MODEL, 'config.json'), 'utf8')) as object), model_type: 'mamba2' }),
);

// One after the other: the hub's port is the same.
test.describe.configure({ mode: 'default' });
test.use(hubAt(PORT));

let hub: HubServer;
test.beforeEach(async () => {
  hub = await startHub(PORT, {
    'studio/addition': { files },
    'studio/gated': { files, gated: true },
    'studio/mamba': { files: { ...files, 'config.json': qwen } },
  });
});
test.afterEach(() => hub.close());

async function open(page: Page): Promise<void> {
  await page.goto('/#/models');
  await expect(page.getByTestId('model-row').first()).toBeVisible();
}

async function load(page: Page, name: string): Promise<void> {
  await page.getByLabel('Model', { exact: true }).fill(name);
  await page.getByTestId('hub-load').click();
}

const state = (page: Page, name: string) => expect(page.getByTestId('download')).toHaveAttribute('data-state', name);
const cached = (page: Page) => page.locator('[data-testid=model-row][data-model^="hub:"]');

test('downloads a model with progress, resumes after interruptions, trains it and deletes it', async ({ page }) => {
  hub.behaviour['model.safetensors'] = { chunk: 16_384, pauseMs: 10, breaks: 2, breakAfter: 120_000 };
  await open(page);
  await load(page, 'studio/addition');
  await expect(page.getByTestId('download')).toContainText(/model\.safetensors/);
  await state(page, 'done');
  const ranges = hub.requests
    .filter(({ path }) => path.startsWith('/storage/') && path.endsWith('model.safetensors'))
    .map(({ range }) => range);
  expect(ranges).toHaveLength(3);
  expect(ranges[0]).toBeUndefined();
  for (const range of ranges.slice(1)) expect(range).toMatch(/^bytes=[1-9]\d*-$/);
  await expect(cached(page)).toContainText(/llama, 2 × 64.*108[.\d]*k|109k/);
  await expect(cached(page)).toContainText('single characters');

  // It is listed after a reload, without a request.
  const requests = hub.requests.length;
  await page.reload();
  await expect(cached(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Train studio/addition' }).click();
  await expect(page.getByTestId('model-select')).toHaveValue(/^hub:studio\/addition@/);
  await showAllFields(page);
  await page.getByLabel('Prompts', { exact: true }).fill('4');
  await page.getByTestId('step-button').click();
  await expect(page.getByTestId('state')).toHaveText('paused');
  expect(hub.requests.length).toBe(requests);

  await page.getByRole('button', { name: 'Models', exact: true }).click();
  await page.getByRole('button', { name: 'Delete studio/addition' }).click();
  await expect(cached(page)).toHaveCount(0);
  await page.reload();
  await expect(page.getByTestId('model-row').first()).toBeVisible();
  await expect(cached(page)).toHaveCount(0);
});

test('a cancelled download is kept and resumes', async ({ page }) => {
  hub.behaviour['model.safetensors'] = { chunk: 4096, pauseMs: 50 };
  await open(page);
  await load(page, 'studio/addition');
  // A part of the weights is stored, and the speed is shown.
  await expect(page.getByTestId('download')).toContainText(/model\.safetensors\d+ kB of 437 kB/);
  await expect(page.getByTestId('download')).toContainText(/B\/s/);
  await page.getByTestId('download-cancel').click();
  await state(page, 'cancelled');
  await expect(cached(page)).toContainText('incomplete download');
  hub.behaviour['model.safetensors'] = {};
  hub.requests.splice(0);
  await page.getByTestId('download-retry').click();
  await state(page, 'done');
  expect(
    hub.requests
      .filter(({ path }) => path.startsWith('/storage/'))
      .map(({ path, range }) => [path.split('/').at(-1), range?.startsWith('bytes=')]),
  ).toEqual([['model.safetensors', true]]);
  await expect(cached(page)).toContainText('single characters');
  await expectAccessible(page);
  await expectFitsNarrow(page);
});

test('opens and closes a checkpoint folder; shows the reason if the hub does not provide a model', async ({ page }) => {
  await open(page);
  await page.getByTestId('models-folder-input').setInputFiles('tests/fixtures/llama/checkpoint');
  const row = page.locator('[data-model="local:checkpoint"]');
  await expect(row).toContainText('none');
  await page.getByRole('button', { name: 'Close checkpoint' }).click();
  await expect(row).toHaveCount(0);

  const error = page.getByTestId('download-error');
  await load(page, 'studio/gated');
  await expect(error).toContainText('studio/gated is gated');
  await load(page, 'studio/nothing');
  await expect(error).toContainText('No public model studio/nothing');
  await load(page, 'no name at all');
  await expect(error).toContainText('is not a model name');
  await load(page, 'studio/mamba');
  await expect(error).toContainText(/model_type: expected one of .*; found "mamba2"/);
  // Its weights were not requested.
  expect(hub.requests.filter(({ path }) => path.includes('mamba') && path.endsWith('.safetensors'))).toEqual([]);
});
