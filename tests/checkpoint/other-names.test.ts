/**
 * Checkpoints whose files name or keep their tensors in other ways: without the prefix of the model with its head, tied
 * weights under one of two names, buffers among the weights, and indexes that lack tensors or name buffers.
 */
import { describe, expect, it } from 'vitest';
import { modelCheckpoint, openCheckpoint, readCheckpoint, type Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { checkpointFiles, type ExportedFile } from '../../src/checkpoint/export-checkpoint.ts';
import { parseSafetensors, toFloat32, writeSafetensors, type NamedTensor } from '../../src/checkpoint/safetensors.ts';
import { INDEX_FILE, SINGLE_FILE } from '../../src/checkpoint/weight-files.ts';
import { WeightFiles } from '../../src/checkpoint/weight-files.ts';
import { tensorSpecs } from '../../src/model/spec/tensors.ts';
import { initializeTensors } from '../../src/model/weights/initial-weights.ts';
import { stream } from '../../src/random.ts';
import { sourceOf, TINY_CONFIG, tinyCheckpoint } from '../support/tiny-checkpoint.ts';

const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';
const untied = tinyCheckpoint();
const tiedConfig = { ...TINY_CONFIG, tiedHead: true };
const tied: Checkpoint = {
  ...untied,
  config: tiedConfig,
  tensors: initializeTensors(tiedConfig, stream(1, 'test')),
};

const tensorsOf = (data: Uint8Array): NamedTensor[] =>
  [...parseSafetensors(data, 'model')].map(([name, tensor]) => ({
    name,
    shape: tensor.shape,
    data: toFloat32(tensor),
  }));

/** The checkpoint's files with other tensors in the file of weights. */
const withTensors = (
  checkpoint: Checkpoint,
  edit: (tensors: NamedTensor[]) => NamedTensor[],
  metadata?: Record<string, string>,
): ExportedFile[] =>
  checkpointFiles(checkpoint).map((file) =>
    file.path === SINGLE_FILE ? { ...file, data: writeSafetensors(edit(tensorsOf(file.data)), metadata) } : file,
  );
const renamed = (tensors: NamedTensor[], from: RegExp, to: string) =>
  tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace(from, to) }));
const buffer = (name: string): NamedTensor => ({ name, shape: [2], data: Float32Array.of(1, 0.1) });
const read = (files: ExportedFile[]) => readCheckpoint(sourceOf(files), 'model');
const parametersOf = async (files: ExportedFile[]) => (await WeightFiles.open(sourceOf(files), 'model')).parameters;

describe('names without the prefix of the model with its head', () => {
  const files = withTensors(tied, (tensors) => renamed(tensors, /^model\./, ''));
  it('are read, and written again without it', async () => {
    const found = await read(files);
    expect([...found.tensors.values()]).toEqual([...tied.tensors.values()]);
    expect(checkpointFiles(found)).toEqual(files);
  });
  it('lack a head that is not tied', async () => {
    const headless = withTensors(untied, (tensors) =>
      renamed(tensors, /^model\./, '').filter(({ name }) => name !== HEAD),
    );
    await expect(read(headless)).rejects.toThrow(/tensor lm_head\.weight is missing; expected it with shape \[7, 6\]/);
  });
});

describe('tied weights under the name of the head alone', () => {
  const headOnly = (tensors: NamedTensor[]) => renamed(tensors, new RegExp(`^${EMBEDDING}$`), HEAD);
  it.each([
    ['named in the metadata', { format: 'pt', [EMBEDDING]: HEAD }],
    ['by config.json', { format: 'pt' }],
  ])('%s', async (_, metadata) => {
    const files = withTensors(tied, headOnly, metadata);
    expect((await read(files)).tensors).toEqual(tied.tensors);
    expect(await parametersOf(files)).toBe(await parametersOf(checkpointFiles(tied)));
  });
  it('beside the embedding are one tensor, or refused if they differ', async () => {
    const both = (change: number) =>
      withTensors(tied, (tensors) => [
        ...tensors,
        ...tensors
          .filter(({ name }) => name === EMBEDDING)
          .map(({ shape }) => ({
            name: HEAD,
            shape,
            data: tied.tensors.get(EMBEDDING)!.map((value) => value + change),
          })),
      ]);
    expect((await read(both(0))).tensors).toEqual(tied.tensors);
    await expect(read(both(1))).rejects.toThrow(
      /lm_head\.weight: expected the values of model\.embed_tokens\.weight, because config\.json ties the two/,
    );
    const { weights } = modelCheckpoint(await openCheckpoint(sourceOf(both(1)), 'model'));
    const streamed = weights.tensors(tensorSpecs(tiedConfig))[Symbol.asyncIterator]();
    await expect(streamed.next()).rejects.toThrow(/ties the two/);
  });
  it('without the prefix too', async () => {
    const files = withTensors(tied, (tensors) => renamed(headOnly(tensors), /^model\./, ''));
    expect([...(await read(files)).tensors.values()]).toEqual([...tied.tensors.values()]);
  });
  it('do not stand in for an embedding that is not tied', async () => {
    const files = withTensors(untied, (tensors) => tensors.filter(({ name }) => name !== EMBEDDING));
    await expect(read(files)).rejects.toThrow(/tensor model\.embed_tokens\.weight is missing/);
  });
});

it('a head that the metadata says was the embedding has its values', async () => {
  const files = withTensors(untied, (tensors) => tensors.filter(({ name }) => name !== HEAD), { [HEAD]: EMBEDDING });
  const { tensors } = await read(files);
  expect(tensors.get(HEAD)).toEqual(untied.tensors.get(EMBEDDING));
});

const BUFFERS = [
  'model.rotary_emb.inv_freq',
  'model.rotary_emb_local.original_inv_freq',
  'model.layers.0.self_attn.rotary_emb.inv_freq',
  'model.layers.1.self_attn.rotary_emb.cos_cached',
  'h.0.attn.bias',
  'transformer.h.0.attn.masked_bias',
  'gpt_neox.layers.0.attention.masked_bias',
  'model.position_ids',
];
describe('buffers among the weights', () => {
  it.each(BUFFERS)('%s is not read', async (name) => {
    const files = withTensors(untied, (tensors) => [...tensors, buffer(name)]);
    expect((await read(files)).tensors).toEqual(untied.tensors);
  });
  it.each(['model.layers.0.self_attn.q_proj.bias', 'lm_head.bias', 'model.layers.0.mlp.router.weight'])(
    '%s would change the result, and is refused',
    async (name) => {
      const files = withTensors(untied, (tensors) => [...tensors, buffer(name)]);
      await expect(read(files)).rejects.toThrow(`unexpected tensor ${name}`);
    },
  );
});

describe('an index of shards', () => {
  const files = checkpointFiles(untied, { shardBytes: 400 });
  const [first, second] = files.filter(({ path }) => path.endsWith('.safetensors'));
  /** The files with buffers in the first shard, and an edited index. */
  const edited = (buffers: string[], edit: (map: Record<string, string>) => void): ExportedFile[] =>
    files.map((file) => {
      if (file.path === first?.path)
        return { ...file, data: writeSafetensors([...tensorsOf(file.data), ...buffers.map(buffer)]) };
      if (file.path !== INDEX_FILE) return file;
      const index = JSON.parse(new TextDecoder().decode(file.data)) as { weight_map: Record<string, string> };
      edit(index.weight_map);
      return { ...file, data: new TextEncoder().encode(JSON.stringify(index)) };
    });
  it.each([
    ['lacks buffers that a file has', edited(BUFFERS, () => undefined)],
    ['lacks a tensor that a file has', edited([], (map) => Reflect.deleteProperty(map, EMBEDDING))],
    ['names buffers that no file has', edited([], (map) => BUFFERS.forEach((name) => (map[name] = first!.path)))],
    ['has a buffer in another file', edited(BUFFERS, (map) => BUFFERS.forEach((name) => (map[name] = second!.path)))],
  ])('%s', async (_, changed) => {
    expect((await read(changed)).tensors).toEqual(untied.tensors);
  });
});
