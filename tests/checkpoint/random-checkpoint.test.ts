/** The script that writes random checkpoints: its output is a checkpoint of the given shape, equal for equal seeds. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadCheckpoint, openCheckpoint } from '../../src/checkpoint/checkpoint.ts';
import { folderSource } from '../../src/cli/folder-source.ts';
import { parameterCount } from '../../src/model/weights/initial-weights.ts';
import { SHAPES, writeRandomCheckpoint } from '../../scripts/random-checkpoint.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'random-checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A published shape, narrow and shallow, with its own vocabulary. */
const NARROW = {
  'gpt2-124m': { n_embd: 8, n_head: 2, n_layer: 2 },
  'qwen2-0.5b': {
    hidden_size: 8,
    intermediate_size: 12,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    num_key_value_heads: 1,
  },
};

it.each(['gpt2-124m', 'qwen2-0.5b'] as const)('%s, narrowed, in shards', async (name) => {
  const write = (to: string, seed: number) =>
    writeRandomCheckpoint(join(folder, to), {
      fields: { ...SHAPES[name], ...NARROW[name] },
      dtype: 'BF16',
      seed,
      shardBytes: 500_000,
      files: [{ path: 'tokenizer.json', text: '{}' }],
    });
  const parameters = await write(name, 5);
  const open = await openCheckpoint(folderSource(join(folder, name)), name);
  expect(open.weights.files.length).toBeGreaterThan(1);
  expect([...open.weights.entries.values()].every(({ dtype }) => dtype === 'BF16')).toBe(true);
  const { config, tensors } = await loadCheckpoint(open);
  expect(parameterCount(config)).toBe(parameters);
  // The embedding's values have the standard deviation of an initial model.
  const [embedding = new Float32Array()] = tensors.values();
  const deviation = Math.sqrt(embedding.reduce((sum, value) => sum + value * value, 0) / embedding.length);
  expect(deviation).toBeCloseTo(1 / Math.sqrt(8), 2);
  await write(`${name}-again`, 5);
  await write(`${name}-other`, 6);
  const files = await readdir(join(folder, name));
  const differ = async (to: string) =>
    (
      await Promise.all(
        files.map(async (file) =>
          (await readFile(join(folder, name, file))).equals(await readFile(join(folder, to, file))),
        ),
      )
    ).includes(false);
  expect(await differ(`${name}-again`)).toBe(false);
  expect(await differ(`${name}-other`)).toBe(true);
});
