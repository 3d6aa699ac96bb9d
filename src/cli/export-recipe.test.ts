/** The command `export-recipe`: its files, and what it refuses before it writes any. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { exportRecipeCommand } from './export-recipe.ts';
import { folderSource } from './folder-source.ts';

const RL = { steps: 2, prompts: 4, responses: 4, strategy: { name: 'gppo' } };
const NEW = { name: 'new', seed: 5, model: { architecture: {} }, task: { name: 'addition' }, rl: RL };

let folder = '';
let output = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-recipe-'));
  output = join(folder, 'out');
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
});

function exportOf(config: object, engine = 'verl', ...more: string[]): Promise<void> {
  const path = join(folder, 'run.json');
  writeFileSync(path, JSON.stringify(config));
  return exportRecipeCommand([path, '--engine', engine, '--output', output, ...more]);
}

it('writes a folder with the new weights of the seed', async () => {
  await exportOf(NEW);
  expect(readdirSync(output)).toEqual(
    expect.arrayContaining(['README.md', 'check.py', 'data', 'gppo_studio', 'launch.sh', 'model', 'recipe.json']),
  );
  expect(statSync(join(output, 'launch.sh')).mode & 0o111).not.toBe(0);
  const { config } = await openCheckpoint(folderSource(join(output, 'model')), 'model');
  expect(config).toMatchObject({ hiddenSize: 64, layers: 2 });
  const weights = () => readFileSync(join(output, 'model', 'model.safetensors'));
  const before = weights();
  // A folder with an exported recipe is written over.
  await exportOf(NEW);
  expect(weights().equals(before)).toBe(true);
  await exportOf(NEW, 'verl', '--seed', '6');
  expect(weights().equals(before)).toBe(false);
});

it('copies a model that ships and names any other', async () => {
  await exportOf({ ...NEW, model: { checkpoint: 'embedded:addition-0.1M' } }, 'trl');
  const model = join(output, 'model');
  expect(existsSync(join(model, 'model.safetensors'))).toBe(true);
  output = join(folder, 'named');
  await exportOf(NEW, 'trl', '--model', model);
  expect(existsSync(join(output, 'model'))).toBe(false);
  expect(readFileSync(join(output, 'launch.sh'), 'utf8')).toContain(`MODEL="\${MODEL:-${model}}"`);
});

it('warns of an SFT stage, unless the checkpoint after it is given', async () => {
  const warned = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await exportOf({ ...NEW, sft: { steps: 5 } });
  expect(warned).toHaveBeenCalledWith(expect.stringContaining('the SFT stage is not exported'));
  warned.mockClear();
  const model = join(output, 'model');
  output = join(folder, 'after');
  await exportOf({ ...NEW, sft: { steps: 5 } }, 'verl', '--model', model);
  expect(warned).not.toHaveBeenCalled();
});

it.each([
  ['a custom strategy', { ...NEW, rl: { ...RL, strategy: { name: 'custom', title: 'Mine', source: 'fn' } } }, '"Mine"'],
  ['a config without RL', { ...NEW, rl: undefined, evaluation: {} }, 'expected a section rl'],
  ['one response per prompt', { ...NEW, rl: { ...RL, responses: 1 } }, 'at least 2 responses'],
])('refuses %s and writes nothing', async (_, config, message) => {
  await expect(exportOf(config)).rejects.toThrow(message);
  expect(existsSync(output)).toBe(false);
});

it('refuses an unknown engine, and a folder with other files', async () => {
  await expect(exportOf(NEW, 'jax')).rejects.toThrow('--engine: expected verl or trl, found jax');
  output = folder;
  await expect(exportOf(NEW)).rejects.toThrow('found other files');
  expect(readdirSync(folder)).toEqual(['run.json']);
});
