/** Weights in one file and in shards, in three precisions: read by ranges, each byte once, and written back exactly. */
import { describe, expect, it } from 'vitest';
import { loadCheckpoint, openCheckpoint, readCheckpoint, streamTensors } from '../../src/checkpoint/checkpoint.ts';
import { checkpointFiles, streamFiles, type ExportedFile } from '../../src/checkpoint/export-checkpoint.ts';
import { parseSafetensors, type WeightDtype } from '../../src/checkpoint/safetensors.ts';
import { INDEX_FILE } from '../../src/checkpoint/weight-files.ts';
import { StudioError } from '../../src/errors.ts';
import { tensorSpecs } from '../../src/model/spec/tensors.ts';
import { sourceOf, TINY_CONFIG, tinyCheckpoint, watched } from '../support/tiny-checkpoint.ts';

const checkpoint = tinyCheckpoint();
const SHARDED = { shardBytes: 400 };
const shardsOf = (files: ExportedFile[]) => files.filter(({ path }) => path.endsWith('.safetensors'));
const edited = (
  files: ExportedFile[],
  path: string,
  edit: (value: Record<string, Record<string, unknown>>) => void,
): ExportedFile[] =>
  files.map((file) => {
    if (file.path !== path) return file;
    const value = JSON.parse(new TextDecoder().decode(file.data)) as Record<string, Record<string, unknown>>;
    edit(value);
    return { path, data: new TextEncoder().encode(JSON.stringify(value)) };
  });

describe.each(['F32', 'F16', 'BF16'] as WeightDtype[])('in %s', (dtype) => {
  it.each([
    ['one file', {}],
    ['shards', SHARDED],
  ])('%s: the bytes are equal after writing, reading and writing', async (_, options) => {
    const files = checkpointFiles(checkpoint, { dtype, ...options });
    expect(shardsOf(files).length > 1).toBe(options === SHARDED);
    const read = await readCheckpoint(sourceOf(files), 'model');
    expect(checkpointFiles(read, { dtype, ...options })).toEqual(files);
    if (dtype === 'F32') expect(read.tensors).toEqual(checkpoint.tensors);
    for (const [name, values] of read.tensors) {
      const step = dtype === 'F32' ? 0 : dtype === 'F16' ? 2 ** -11 : 2 ** -8;
      const original = checkpoint.tensors.get(name)!;
      for (const [i, value] of values.entries())
        expect(Math.abs(value - original[i]!)).toBeLessThanOrEqual(
          step * Math.abs(original[i]!) + (dtype === 'F16' ? 2 ** -25 : 0),
        );
    }
  });
});

it.each([{ dtype: 'BF16' }, { dtype: 'F32', ...SHARDED }] as const)(
  'writes the same files if weights are read one by one (%o)',
  async (options) => {
    const asked: string[] = [];
    const read = (name: string) => {
      asked.push(name);
      return Promise.resolve(checkpoint.tensors.get(name)!);
    };
    const files: ExportedFile[] = [];
    for await (const { path, parts } of streamFiles(checkpoint, read, options)) {
      const chunks: Uint8Array[] = [];
      for await (const part of parts) {
        // The header, then one part per tensor.
        if (/safetensors$/.test(path) && chunks.length > 0)
          expect(part.byteLength).toBe(
            checkpoint.tensors.get(asked.at(-1)!)!.length * (options.dtype === 'BF16' ? 2 : 4),
          );
        chunks.push(part);
      }
      files.push({ path, data: new Uint8Array(Buffer.concat(chunks)) });
    }
    expect(files).toEqual(checkpointFiles(checkpoint, options));
    expect(asked).toEqual([...checkpoint.tensors.keys()]);
  },
);

describe('streaming', () => {
  it.each([
    ['one file', {}],
    ['shards', SHARDED],
  ])('%s: reads the headers first, then one tensor per read, nothing twice', async (_, options) => {
    const files = checkpointFiles(checkpoint, options);
    const { source, reads } = watched(sourceOf(files));
    const open = await openCheckpoint(source, 'model');
    expect(open.weights.parameters).toBe([...checkpoint.tensors.values()].reduce((sum, { length }) => sum + length, 0));
    const headers = reads.splice(0);
    const data = open.weights.bytes;
    const total = shardsOf(files).reduce((sum, file) => sum + file.data.byteLength, 0);
    const weightReads = (list: typeof reads) =>
      list.filter(({ path }) => path.endsWith('.safetensors')).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(weightReads(headers)).toBe(total - data);
    let count = 0;
    for await (const { name, data: values } of streamTensors(open, tensorSpecs(TINY_CONFIG))) {
      count += 1;
      // Nothing is read before it is requested.
      expect(reads.length).toBe(count);
      expect(reads.at(-1)?.bytes).toBe(values.byteLength);
      expect(values).toEqual(checkpoint.tensors.get(name));
    }
    expect(weightReads(reads)).toBe(data);
  });

  it('reports a file that shrinks between header and weights, instead of reading zeros', async () => {
    const files = checkpointFiles(checkpoint);
    const open = await openCheckpoint(
      {
        ...sourceOf(files),
        read: async (path, start, end) =>
          (await sourceOf(files).read(path, start, end)).slice(0, start !== undefined && start > 2000 ? 3 : undefined),
      },
      'model',
    );
    await expect(loadCheckpoint(open)).rejects.toThrow(/is cut off: tensor .* has 3 of its \d+ bytes/);
  });
});

describe('config.json is kept', () => {
  it('with the written precision and all unknown fields', async () => {
    const files = edited(checkpointFiles(checkpoint), 'config.json', (config) =>
      Object.assign(config, { use_cache: true, dtype: 'float32', torch_dtype: undefined, eos_token_id: [3, 4] }),
    );
    const read = await readCheckpoint(sourceOf(files), 'model');
    const again = JSON.parse(new TextDecoder().decode(checkpointFiles(read, { dtype: 'BF16' })[0]?.data)) as Record<
      string,
      unknown
    >;
    expect(again).toMatchObject({ use_cache: true, dtype: 'bfloat16', eos_token_id: [3, 4] });
    expect(again).not.toHaveProperty('torch_dtype');
    // Those of generation_config.json come first.
    expect(read.endTokens).toEqual([1, 3, 4]);
  });

  it('names a weight that exceeds a precision, instead of writing infinity', () => {
    const large = new Map(checkpoint.tensors).set('model.norm.weight', new Float32Array([1, 1, 70_000, 1, 1, 1]));
    expect(() => checkpointFiles({ ...checkpoint, tensors: large }, { dtype: 'F16' })).toThrow(
      /tensor model\.norm\.weight: element 2 is 70000, more than F16 can hold \(65504\)/,
    );
    const bf16 = checkpointFiles({ ...checkpoint, tensors: large }, { dtype: 'BF16' }).find(
      ({ path }) => path === 'model.safetensors',
    );
    expect(parseSafetensors(bf16!.data, 'file').get('model.norm.weight')?.dtype).toBe('BF16');
  });
});

describe('shards that do not fit together are refused', () => {
  const files = checkpointFiles(checkpoint, SHARDED);
  const [first, second] = shardsOf(files).map(({ path }) => path) as [string, string];
  const map = (edit: (map: Record<string, unknown>) => void) =>
    edited(files, INDEX_FILE, (index) => edit(index['weight_map']!));
  it.each([
    [
      'a shard that is missing',
      files.filter(({ path }) => path !== second),
      /model-00002-of-.* is missing \(1 of \d+ files of weights/,
    ],
    [
      'a name outside the folder',
      map((index) => (index['model.norm.weight'] = '../secret.safetensors')),
      /model\.norm\.weight: expected the name of a \.safetensors file/,
    ],
    [
      'a tensor in another shard',
      map((index) => (index['model.embed_tokens.weight'] = second)),
      /model-00001-of-.*embed_tokens\.weight: model\.safetensors\.index\.json has it in model-00002/,
    ],
    [
      'a tensor in two shards of which the index names neither',
      files
        .map((file) => (file.path === second ? { path: second, data: shardsOf(files)[0]!.data } : file))
        .map(
          (file) =>
            map((index) => delete index['model.embed_tokens.weight']).find(
              (one) => one.path === file.path && one.path === INDEX_FILE,
            ) ?? file,
        ),
      /model-00002-of-.*embed_tokens\.weight: also in model-00001-of-.*, and model\.safetensors\.index\.json names/,
    ],
    ['a tensor only the index has', map((index) => (index['ghost'] = first)), /tensor ghost is missing/],
    ['no map', edited(files, INDEX_FILE, (index) => delete index['weight_map']), /weight_map: expected an object/],
  ] as [string, ExportedFile[], RegExp][])('%s', async (_, broken, message) => {
    const reading = readCheckpoint(sourceOf(broken), 'model');
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toBeInstanceOf(StudioError);
  });
});
