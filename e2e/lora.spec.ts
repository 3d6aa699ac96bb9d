/**
 * Trainable weights and exports: LoRA, frozen groups, precisions, adapters dropped onto their base.
 */
import { expect, type Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { test } from './returning.ts';
import { expectAccessible, oneStep, openSmall, saved, wholeRun } from './studio.ts';

const trained = (page: Page) => page.getByTestId('trained');
const unpacked = (data: Buffer) => unzipSync(new Uint8Array(data));

/** Dtypes and shapes of a safetensors file, by name. */
function header(bytes: Uint8Array | undefined): Record<string, { dtype: string; shape: number[] }> {
  if (!bytes) throw new Error('the archive has no such file');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const { __metadata__: _, ...entries } = JSON.parse(strFromU8(bytes.subarray(8, 8 + length))) as Record<
    string,
    { dtype: string; shape: number[] }
  >;
  return entries;
}

async function drop(page: Page, files: Record<string, Uint8Array>): Promise<void> {
  const list = Object.entries(files).map(([name, data]) => ({ name, data: Buffer.from(data).toString('base64') }));
  const transfer = await page.evaluateHandle((given) => {
    const dropped = new DataTransfer();
    for (const { name, data } of given)
      dropped.items.add(new File([Uint8Array.from(atob(data), (character) => character.charCodeAt(0))], name));
    return dropped;
  }, list);
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

test('freezes groups by name; trains an adapter, exports it and the merged checkpoint, and loads it again', async ({
  page,
}) => {
  await openSmall(page);
  const frozen = page
    .getByRole('combobox', { name: 'Frozen layers' })
    .or(page.getByRole('textbox', { name: 'Frozen layers' }))
    .first();
  await frozen.fill('layers:x');
  await frozen.press('Enter');
  await expect(trained(page).getByRole('alert')).toContainText(
    'Expected embeddings, head, norms, layers:N or layers:N-M',
  );
  await frozen.press('Backspace');
  await expect(trained(page).getByRole('alert')).toHaveCount(0);
  await frozen.fill('layers:0-7');
  await frozen.press('Enter');
  await expect(trained(page).getByRole('alert')).toContainText('"layers:0-7": the model has 2 layers');
  await expect(page.getByTestId('step-button')).toBeDisabled();
  await frozen.press('Backspace');
  for (const group of ['embeddings', 'layers:0']) {
    await frozen.fill(group);
    await frozen.press('Enter');
  }
  await oneStep(page);
  await page.getByTestId('trained-select').selectOption('lora');
  await expectAccessible(page);

  await trained(page).getByLabel('Rank', { exact: true }).fill('4');
  await expect(trained(page)).toContainText('all-linear');
  await wholeRun(page, 1);

  const adapter = await saved(page, () => page.getByRole('button', { name: 'Export adapter (PEFT)' }).click());
  expect(adapter.name).toMatch(/-adapter\.zip$/);
  const files = Object.fromEntries(
    Object.entries(unpacked(adapter.data)).map(([path, data]) => [path.split('/').at(-1) ?? path, data]),
  );
  expect(Object.keys(files).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
  expect(JSON.parse(strFromU8(files['adapter_config.json'] ?? new Uint8Array()))).toMatchObject({
    r: 4,
    lora_alpha: 16,
    base_model_name_or_path: 'addition-0.1M',
  });
  expect(
    header(files['adapter_model.safetensors'])['base_model.model.model.layers.1.mlp.down_proj.lora_A.weight'],
  ).toMatchObject({ dtype: 'F32', shape: [4, 192] });

  await page.getByLabel('Precision of exported weights').selectOption('bf16');
  const merged = await saved(page, () => page.getByRole('button', { name: 'Export merged checkpoint' }).click());
  const checkpoint = Object.entries(unpacked(merged.data));
  const weights = header(checkpoint.find(([path]) => path.endsWith('/model.safetensors'))?.[1]);
  expect(new Set(Object.values(weights).map(({ dtype }) => dtype))).toEqual(new Set(['BF16']));
  expect(Object.keys(weights).some((name) => name.includes('lora'))).toBe(false);

  // Single files, one download each.
  await page.getByLabel('Export as').selectOption('files');
  const names: string[] = [];
  page.on('download', (file) => names.push(file.suggestedFilename()));
  await page.getByRole('button', { name: 'Export adapter (PEFT)' }).click();
  await expect.poll(() => [...names].sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);

  await drop(page, files);
  await expect(page.getByTestId('model-select')).toHaveValue('local:adapter');
  await expect(page.getByText('addition-0.1M with the adapter adapter: rank 4, 14 modules.')).toBeVisible();
  await page.getByTestId('trained-select').selectOption('weights');
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('step-value')).toBeVisible();
});
