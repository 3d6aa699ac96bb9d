/**
 * Hundreds of broken inputs, derived from intact ones by a seed: each must end in a clear error or a complete result,
 * and read no byte twice.
 */
import { describe, expect, it } from 'vitest';
import { zipSync } from 'fflate';
import { readCheckpoint } from '../../src/checkpoint/checkpoint.ts';
import { checkpointFiles } from '../../src/checkpoint/export-checkpoint.ts';
import { adapterFiles, readAdapter } from '../../src/checkpoint/peft-adapter.ts';
import { zipParts, zipSource } from '../../src/checkpoint/zip.ts';
import { memorySource } from '../../src/checkpoint/checkpoint-source.ts';
import { StudioError } from '../../src/errors.ts';
import { stream, type Random } from '../../src/random.ts';
import { loadTokenizer } from '../../src/text/load-tokenizer.ts';
import { tinyCheckpoint, watched } from '../support/tiny-checkpoint.ts';

type Files = Record<string, Uint8Array<ArrayBuffer>>;
const whole: Files = Object.fromEntries(checkpointFiles(tinyCheckpoint()).map(({ path, data }) => [path, data]));
const sharded: Files = Object.fromEntries(
  checkpointFiles(tinyCheckpoint(), { shardBytes: 400 }).map(({ path, data }) => [path, data]),
);

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** Possible values of a field in a broken file. */
const ABSURD: unknown[] = [
  null,
  true,
  false,
  '',
  'x',
  -1,
  0,
  0.5,
  1e15,
  1e308,
  Number.MAX_SAFE_INTEGER,
  [],
  {},
  [[]],
  'x'.repeat(5000),
  { a: 1 },
  [1e9, 1e9, 1e9],
  '__proto__',
  '../../etc/passwd',
];
const choose = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)]!;

/** Replaces, removes or adds one value somewhere in a JSON document. */
function damaged(value: unknown, random: Random, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || (depth > 0 && random.integer(3) === 0))
    return choose(random, ABSURD);
  const keys = Object.keys(value);
  const key =
    keys.length === 0 || random.integer(8) === 0
      ? choose(random, ['extra', '__proto__', 'constructor', '0'])
      : choose(random, keys);
  const copy: Record<string, unknown> = Array.isArray(value)
    ? ([...(value as unknown[])] as unknown as Record<string, unknown>)
    : { ...(value as Record<string, unknown>) };
  if (random.integer(5) === 0) Reflect.deleteProperty(copy, key);
  else
    Object.defineProperty(copy, key, {
      value: damaged((value as Record<string, unknown>)[key], random, depth + 1),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return copy;
}

function withHeader(file: Uint8Array<ArrayBuffer>, edit: (header: unknown) => unknown): Uint8Array<ArrayBuffer> {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = encode(JSON.stringify(edit(JSON.parse(decode(file.subarray(8, 8 + length))))));
  const bytes = new Uint8Array(8 + header.length + file.length - 8 - length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(file.subarray(8 + length), 8 + header.length);
  return bytes;
}

const KINDS: Record<string, (random: Random) => Files> = {
  'truncated file': (random) => cut(choose(random, [whole, sharded]), random),
  'bytes changed in a header': (random) => changeBytes(whole, 'model.safetensors', 600, random),
  'field changed in a safetensors header': (random) => ({
    ...whole,
    'model.safetensors': withHeader(whole['model.safetensors']!, (header) => damaged(header, random)),
  }),
  'header length absurd': (random) => {
    const file = whole['model.safetensors']!.slice();
    new DataView(file.buffer).setBigUint64(
      0,
      choose(random, [
        0n,
        1n,
        2n ** 63n,
        2n ** 64n - 1n,
        99_999_999n,
        100_000_001n,
        BigInt(file.length),
        BigInt(random.integer(5000)),
      ]),
      true,
    );
    return { ...whole, 'model.safetensors': file };
  },
  'field changed in config.json': (random) => ({
    ...whole,
    'config.json': encode(JSON.stringify(damaged(JSON.parse(decode(whole['config.json'])), random))),
  }),
  'bytes changed in JSON': (random) =>
    changeBytes(
      whole,
      choose(random, ['config.json', 'tokenizer.json', 'generation_config.json', 'studio.json']),
      Infinity,
      random,
    ),
  'index of shards changed': (random) => ({
    ...sharded,
    'model.safetensors.index.json': encode(
      JSON.stringify(damaged(JSON.parse(decode(sharded['model.safetensors.index.json'])), random)),
    ),
  }),
  'shard missing or swapped': (random) => {
    const shards = Object.keys(sharded).filter((path) => path.endsWith('.safetensors'));
    const { [choose(random, shards)]: _gone, ...left } = sharded;
    return random.integer(2) ? left : { ...sharded, [choose(random, shards)]: sharded[choose(random, shards)]! };
  },
  'JSON nested very deep': (random) => ({
    ...whole,
    [choose(random, ['config.json', 'studio.json', 'generation_config.json'])]: encode(
      '['.repeat(50_000) + ']'.repeat(50_000),
    ),
    ...(random.integer(2)
      ? { 'config.json': encode(`{"model_type":${'['.repeat(20_000)}${']'.repeat(20_000)}}`) }
      : {}),
  }),
};

function cut(files: Files, random: Random): Files {
  const path = choose(random, Object.keys(files));
  const file = files[path]!;
  return { ...files, [path]: file.slice(0, random.integer(file.length)) };
}

function changeBytes(files: Files, path: string, within: number, random: Random): Files {
  const file = files[path]!.slice();
  for (let count = 1 + random.integer(6); count > 0; count--)
    file[random.integer(Math.min(within, file.length))] = random.integer(256);
  return { ...files, [path]: file };
}

/** Errors must be StudioErrors, short, and one line long. */
function expectClear(error: unknown): void {
  expect(error).toBeInstanceOf(StudioError);
  const { kind, message, line } = error as StudioError;
  expect(kind).toBe('input');
  expect(message.length).toBeGreaterThan(10);
  expect(message.length).toBeLessThan(700);
  expect(line).not.toContain('\n');
}

const CASES = 60;

describe('broken checkpoints', () => {
  it.each(Object.entries(KINDS))(`%s, ${CASES} times`, async (kind, make) => {
    let errors = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const files = make(stream(seed, kind));
      const { source, reads } = watched(memorySource('model', files));
      try {
        const checkpoint = await readCheckpoint(source, 'model');
        if (checkpoint.tokenizerJson !== undefined) await loadTokenizer(checkpoint.tokenizerFiles, [], 'model');
      } catch (error) {
        errors += 1;
        expectClear(error);
      }
      // Bounds the time: reads are limited to the file's size.
      expect(reads.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(
        Object.values(files).reduce((sum, { byteLength }) => sum + byteLength, 0),
      );
    }
    expect(errors).toBeGreaterThan(CASES / 5);
  });
  it('number more than 300', () => {
    expect(CASES * Object.keys(KINDS).length).toBeGreaterThanOrEqual(300);
  });
});

describe('broken archives', () => {
  const entries = Object.entries(whole).map(([path, data]) => ({ path, data }));
  const archive = zipParts(entries);
  it('unpacks every file of an intact archive', async () => {
    const source = await zipSource(new Blob(archive), 'model.zip');
    for (const { path, data } of entries) expect(await source.read(path)).toEqual(data);
    expect((await source.list()).length).toBe(entries.length);
  });
  it('packs equal files into equal archives', () => {
    expect(zipParts(entries)).toEqual(archive);
  });
  it(`reports truncated or corrupted archives, ${CASES} times`, async () => {
    const bytes = new Uint8Array(await new Blob(archive).arrayBuffer());
    let errors = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const random = stream(seed, 'archive');
      const broken =
        seed % 2
          ? bytes.slice(0, random.integer(bytes.length - 2000))
          : (changeBytes({ zip: bytes }, 'zip', 4000, random)['zip'] ?? bytes);
      try {
        await readCheckpoint(await zipSource(new Blob([broken]), 'model.zip'), 'model.zip');
      } catch (error) {
        errors += 1;
        expectClear(error);
      }
    }
    expect(errors).toBeGreaterThan(CASES / 4);
  });
  it('does not unpack a zip bomb', async () => {
    const bomb = zipSync({ 'model.safetensors': new Uint8Array(64 * 2 ** 20) }, { level: 9 });
    expect(bomb.length).toBeLessThan(100_000);
    await expect(zipSource(new Blob([bomb as Uint8Array<ArrayBuffer>]), 'bomb.zip')).rejects.toThrow(
      /^bomb\.zip: expected at most \d+ bytes unpacked from \d+, found more/,
    );
  });
});

describe('PEFT adapters', () => {
  const random = stream(5, 'adapter');
  const floats = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const adapter = {
    rank: 2,
    alpha: 4,
    targets: ['q_proj', 'up_proj'],
    fanInFanOut: false,
    base: 'owner/base',
    revision: '',
    modules: ['model.layers.0.self_attn.q_proj', 'model.layers.1.mlp.up_proj'].map((name) => ({
      name,
      a: floats(12),
      b: floats(10),
      inputs: 6,
      outputs: 5,
    })),
  };
  const files: Files = Object.fromEntries(adapterFiles(adapter).map(({ path, data }) => [path, data]));
  it('are read back as written', async () => {
    expect(await readAdapter(memorySource('adapter', files), 'adapter')).toEqual(adapter);
    expect(JSON.parse(decode(files['adapter_config.json']))).toMatchObject({
      r: 2,
      lora_alpha: 4,
      target_modules: ['q_proj', 'up_proj'],
      peft_type: 'LORA',
    });
  });
  it(`are refused with an error if broken, ${CASES} times`, async () => {
    let errors = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const broken = stream(seed, 'broken adapter');
      const edited = broken.integer(2)
        ? {
            ...files,
            'adapter_config.json': encode(
              JSON.stringify(damaged(JSON.parse(decode(files['adapter_config.json'])), broken)),
            ),
          }
        : {
            ...files,
            'adapter_model.safetensors': withHeader(files['adapter_model.safetensors']!, (header) =>
              damaged(header, broken),
            ),
          };
      try {
        await readAdapter(memorySource('adapter', edited), 'adapter');
      } catch (error) {
        errors += 1;
        expectClear(error);
      }
    }
    expect(errors).toBeGreaterThan(CASES / 5);
  });
});
