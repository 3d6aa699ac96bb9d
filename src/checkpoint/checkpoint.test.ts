import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import { initializeTensors } from '../model/weights/initial-weights.ts';
import { parameterCount } from '../model/weights/initial-weights.ts';
import { type ModelConfig } from '../model/spec/model-config.ts';
import { structureOf } from '../model/spec/structure.ts';
import { tensorSpecs } from '../model/spec/tensors.ts';
import { stream } from '../random.ts';
import { characterTokenizer } from '../text/character-tokenizer.ts';
import { folderSource } from '../cli/folder-source.ts';
import { readCheckpoint } from './checkpoint.ts';
import { memorySource } from './checkpoint-source.ts';
import { checkpointFiles } from './export-checkpoint.ts';
import { parseSafetensors, toFloat32, writeSafetensors } from './safetensors.ts';

const FIXTURE = new URL('../../tests/fixtures/llama/checkpoint/', import.meta.url);
const config: ModelConfig = {
  architecture: 'llama',
  vocabularySize: 7,
  hiddenSize: 6,
  layers: 1,
  heads: 2,
  keyValueHeads: 1,
  headDimension: 4,
  intermediateSize: 5,
  maxPositions: 16,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
  tiedHead: false,
};
const tensors = initializeTensors(config, stream(1, 'test'));
const tokenizer = characterTokenizer([...'01234']);

const folder = (files: Record<string, string | Uint8Array>) => memorySource('model', files);

function wholeFolder(): Record<string, Uint8Array<ArrayBuffer>> {
  const tokenizerFiles = tokenizer.files();
  return Object.fromEntries(
    checkpointFiles({
      name: 'model',
      config,
      tensors,
      tokenizerFiles,
      tokenizerJson: tokenizerFiles[0]?.text ?? '',
      description: 'made by a test',
      task: { name: 'addition', digits: 2 },
    }).map(({ path, data }) => [path, data]),
  );
}

const json = (files: Record<string, Uint8Array>, path: string) =>
  JSON.parse(new TextDecoder().decode(files[path])) as Record<string, unknown>;
const withConfig = (change: Record<string, unknown>) => {
  const files = wholeFolder();
  return { ...files, 'config.json': JSON.stringify({ ...json(files, 'config.json'), ...change }) };
};
const withTensors = (change: (list: { name: string; shape: readonly number[]; data: Float32Array }[]) => void) => {
  const list = tensorSpecs(config).map(({ name, shape }) => ({
    name,
    shape,
    data: Float32Array.from(tensors.get(name) ?? []),
  }));
  change(list);
  return { ...wholeFolder(), 'model.safetensors': writeSafetensors(list) };
};

describe('a checkpoint folder', () => {
  it('round-trips bit for bit', async () => {
    const read = await readCheckpoint(folder(wholeFolder()), 'model');
    expect(read.config).toMatchObject(config);
    const { windowOf: _window, ...structure } = structureOf(config);
    expect(structureOf(read.config)).toMatchObject(structure);
    expect(read.tensors).toEqual(tensors);
    expect(read.tokenizerJson).toBe(tokenizer.files()[0]?.text);
    expect(read.task).toEqual({ name: 'addition', digits: 2 });
    expect(parameterCount(config)).toBe([...tensors.values()].reduce((sum, data) => sum + data.length, 0));
  });

  it('reads a folder without a tokenizer', async () => {
    const read = await readCheckpoint(folderSource(fileURLToPath(FIXTURE)), 'llama');
    expect(read.tokenizerJson).toBeUndefined();
    expect(read.config).toMatchObject({ hiddenSize: 32, heads: 4, keyValueHeads: 2, headDimension: 8, tiedHead: true });
  });

  it('reads rope_parameters and dtype as transformers 5 writes them', async () => {
    const read = await readCheckpoint(
      folder(
        withConfig({
          rope_theta: undefined,
          rope_parameters: { rope_type: 'default', rope_theta: 500 },
          torch_dtype: undefined,
          dtype: 'float32',
        }),
      ),
      'model',
    );
    expect(read.config.ropeTheta).toBe(500);
  });

  it.each([
    ['no weights', () => ({ 'config.json': '{}' }), /model\.safetensors is missing; found config\.json/],
    ['no config', () => ({ 'model.safetensors': '' }), /config\.json is missing/],
    [
      'an empty index of shards',
      () => ({ 'config.json': '{}', 'model.safetensors.index.json': '{}' }),
      /index\.json: weight_map: expected an object, found nothing/,
    ],
    [
      'weights in another format',
      () => ({ 'config.json': '{}', 'pytorch_model.bin': '' }),
      /pytorch_model\.bin, a format that is not supported/,
    ],
    ['config that is not JSON', () => ({ ...wholeFolder(), 'config.json': '{"model_type"' }), /config\.json: not JSON/],
    [
      'another architecture',
      () => withConfig({ model_type: 'bert' }),
      /config\.json: model_type: expected .*; found "bert"/,
    ],
    [
      'a negative size',
      () => withConfig({ hidden_size: -6 }),
      /config\.json: hidden_size: expected a whole number from 1/,
    ],
    [
      'text where a number belongs',
      () => withConfig({ num_hidden_layers: 'two' }),
      /config\.json: num_hidden_layers: expected a number, found "two"/,
    ],
    ['a fraction of heads', () => withConfig({ num_key_value_heads: 3 }), /num_key_value_heads/],
    ['an absurd size', () => withConfig({ vocab_size: 1e15 }), /vocab_size/],
    [
      'rope scaling that is not there',
      () => withConfig({ rope_scaling: { type: 'dynamic', factor: 2 } }),
      /rope_scaling.*"dynamic"/,
    ],
    [
      'attention biases that the weights lack',
      () => withConfig({ attention_bias: true }),
      /tensor model\.layers\.0\.self_attn\.q_proj\.bias is missing/,
    ],
    ['an activation that is not there', () => withConfig({ hidden_act: 'relu6' }), /hidden_act/],
    [
      'a missing tensor',
      () => withTensors((list) => list.splice(3, 1)),
      /tensor model\.layers\.0\.self_attn\.k_proj\.weight is missing/,
    ],
    [
      'an unknown tensor',
      () => withTensors((list) => list.push({ name: 'extra', shape: [1], data: new Float32Array(1) })),
      /unexpected tensor extra/,
    ],
    [
      'another shape',
      () => withTensors((list) => Object.assign(list[0] ?? {}, { shape: [6, 7] })),
      /expected shape \[7, 6\] by config\.json, found \[6, 7\]/,
    ],
    [
      'NaN weights',
      () => withTensors((list) => list[1]?.data.set([NaN], 2)),
      /input_layernorm\.weight: element 2 is NaN/,
    ],
    ['studio.json that is not JSON', () => ({ ...wholeFolder(), 'studio.json': '{' }), /studio\.json: not JSON/],
  ] as [string, () => Record<string, string | Uint8Array<ArrayBuffer>>, RegExp][])(
    'with %s is refused',
    async (_, files, message) => {
      const reading = readCheckpoint(folder(files()), 'model');
      await expect(reading).rejects.toThrow(message);
      await expect(reading).rejects.toBeInstanceOf(StudioError);
    },
  );
});

describe('safetensors', () => {
  const whole = writeSafetensors([{ name: 'a', shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) }]);

  it('widens 16-bit precisions exactly', () => {
    const bfloat = toFloat32({
      dtype: 'BF16',
      shape: [2],
      data: new Uint8Array(new Uint16Array([0x3fc0, 0xc000]).buffer),
    });
    expect([...bfloat]).toEqual([1.5, -2]);
    const half = toFloat32({
      dtype: 'F16',
      shape: [4],
      data: new Uint8Array(new Uint16Array([0x3e00, 0xc000, 0x0001, 0x7bff]).buffer),
    });
    expect([...half]).toEqual([1.5, -2, 2 ** -24, 65504]);
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < whole.length; length++)
      expect(() => parseSafetensors(whole.slice(0, length), 'file')).toThrow(StudioError);
  });

  it('any damage to the header gives a clear error or a valid result', () => {
    const random = stream(9, 'damage');
    const headerLength = 8 + Number(new DataView(whole.buffer).getBigUint64(0, true));
    for (let round = 0; round < 2000; round++) {
      const damaged = whole.slice();
      for (let flips = 1 + random.integer(4); flips > 0; flips--)
        damaged[random.integer(headerLength)] = random.integer(256);
      try {
        parseSafetensors(damaged, 'file');
      } catch (error) {
        expect(error).toBeInstanceOf(StudioError);
      }
    }
  });

  const header = (value: unknown, data = 16) => {
    const text = new TextEncoder().encode(JSON.stringify(value));
    const bytes = new Uint8Array(8 + text.length + data);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, 8);
    return bytes;
  };
  it.each([
    [{ a: { dtype: 'F32', shape: [4], data_offsets: [0, 12] } }, /span 12 bytes, F32 of shape \[4\] takes 16/],
    [{ a: { dtype: 'F31', shape: [4], data_offsets: [0, 16] } }, /tensor a: dtype/],
    [{ a: { dtype: 'F32', shape: [-4], data_offsets: [0, 16] } }, /tensor a: shape/],
    [{ a: { dtype: 'F32', shape: 'four', data_offsets: [0, 16] } }, /tensor a: shape/],
    [{ a: { dtype: 'F32', shape: [4], data_offsets: [4, 20] } }, /cut off/],
    [{ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, /after the last tensor, found 8 more bytes/],
    [
      { a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] }, b: { dtype: 'F32', shape: [3], data_offsets: [4, 16] } },
      /tensor b: .*overlaps/,
    ],
    [{ a: { dtype: 'F32', shape: [2], data_offsets: [8, 16] } }, /a gap precedes it/],
    [{ a: null }, /tensor a: dtype/],
    [[], /expected an object, found \[\]/],
  ])('refuses the header %j', (value, message) => {
    expect(() => parseSafetensors(header(value), 'file')).toThrow(message);
  });
});
