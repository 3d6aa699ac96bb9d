/**
 * The bounds that scripts/patch-packages.mjs adds to the packages that decode Parquet. Without them these inputs loop
 * without end, fill memory, or give values that the file does not have.
 */
import { execFileSync } from 'node:child_process';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { parquetMetadataAsync, type Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { alpDecodeFloat } from 'hyparquet/src/alp.js';
import { parquetHeader } from 'hyparquet/src/column.js';
import { convertWithDictionary, parseDecimal } from 'hyparquet/src/convert.js';
import { deltaBinaryUnpack, deltaByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit, readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { snappyUncompress } from 'hyparquet/src/snappy.js';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { damagedBytes } from '../../tests/doors/damage.ts';
import { stream } from '../random.ts';
import { memoryFile } from './data-file.ts';
import { openData } from './read-data.ts';

// Vitest cannot interrupt the loops.
beforeAll(() => void execFileSync(process.execPath, ['scripts/patch-packages.mjs', '--check'], { stdio: 'pipe' }));

const reader = (...bytes: number[]) => ({ view: new DataView(new Uint8Array(bytes).buffer), offset: 0 });
/** The largest unsigned integer of 32 bits, and -1 in zigzag encoding, as varints. */
const LARGEST = [0xff, 0xff, 0xff, 0xff, 0x0f];
const SOME = 10;

describe('an encoding refuses', () => {
  it('a run that is longer than its output', () => {
    const values = new Array<number>(SOME);
    expect(() => readRleBitPackedHybrid(reader(0xfe, 0xff, 0xff, 0xff, 0x0f, 1), 1, values, 6)).toThrow(
      'parquet run of 2147483647 values, expected at most 10',
    );
    expect(values).toHaveLength(SOME);
    expect(() => readRleBitPackedHybrid(reader(22, 1), 1, values, 2)).toThrow('parquet run of 11 values');
    readRleBitPackedHybrid(reader(20, 1), 1, values, 2);
    expect(values).toEqual(Array.from({ length: SOME }, () => 1));
  });

  it('widths of more than 32 bits', () => {
    expect(() => readRleBitPackedHybrid(reader(2, 0, 0, 0, 0, 0), 33, [0], 6)).toThrow('bit width 33');
  });

  it('values that the page does not have', () => {
    expect(() => byteStreamSplit(reader(1, 2, 3), 2 ** 24, 'DOUBLE', undefined)).toThrow('parquet values exceed page');
  });

  it.each([Int32Array, BigInt64Array])('delta blocks without miniblocks, %s', (Output) => {
    const unpack = (...bytes: number[]) => deltaBinaryUnpack(reader(...bytes), SOME, new Output(SOME));
    // Block size, miniblocks, count, first value, then blocks.
    expect(() => unpack(0x80, 1, ...LARGEST, SOME, 0, 0, 0, 0, 0)).toThrow('parquet delta block of 128 values');
    expect(() => unpack(0x80, 1, 0, SOME, 0, 0, 0, 0, 0)).toThrow('in 0 miniblocks');
    expect(() => unpack(...LARGEST, 1, SOME, 0, 0, 8, 0, 0)).toThrow('parquet delta block of -1 values');
  });

  it('a prefix that is longer than the value before', () => {
    // Two values each: prefixes 0 and 5, then suffixes of 1 byte.
    const lengths = (first: number, then: number) => [0x80, 1, 1, 2, 2 * first, 2 * (then - first), 0];
    const bytes = [...lengths(0, 5), ...lengths(1, 1), 65, 66];
    expect(() => deltaByteArray(reader(...bytes), 2, new Array<Uint8Array>(2))).toThrow('parquet delta prefix of 5');
    const values = new Array<Uint8Array>(2);
    deltaByteArray(reader(...lengths(0, 1), ...lengths(1, 1), 65, 66), 2, values);
    expect(values.map((value) => new TextDecoder().decode(value))).toEqual(['A', 'AB']);
  });

  it('more exceptions than values of an ALP vector', () => {
    const bytes = [0, 0, 3, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0];
    expect(() => alpDecodeFloat(reader(...bytes), 1)).toThrow('ALP 65535 exceptions of 1 values');
  });

  it('an index that the dictionary does not have, and indices without a dictionary', () => {
    const decoder = { element: { type: 'INT32', name: 'x' }, schemaPath: [] } as unknown as Parameters<
      typeof convertWithDictionary
    >[3];
    expect(() => convertWithDictionary([0, 3], [7, 8], 'RLE_DICTIONARY', decoder)).toThrow(
      'parquet index 3 of a dictionary of 2 values',
    );
    expect(() => convertWithDictionary([0], undefined, 'RLE_DICTIONARY', decoder)).toThrow('dictionary page missing');
    expect(convertWithDictionary([0, 1], [7, 8], 'RLE_DICTIONARY', decoder)).toEqual([7, 8]);
  });

  it('decimals of more than 32 bytes', () => {
    expect(() => parseDecimal(new Uint8Array(33).fill(1))).toThrow('parquet decimal of 33 bytes');
  });
});

it('a bit-packed run ends with its output', () => {
  const values = new Array<number>(SOME);
  // 2 ** 31 groups of 8 values of no bits: their number was negative.
  readRleBitPackedHybrid(reader(...LARGEST), 0, values, 5);
  expect(values).toEqual(Array.from({ length: SOME }, () => 0));
});

describe('a header refuses', () => {
  it('integers and lists that are longer than their bytes', () => {
    const long = Array.from({ length: 100 }, () => 0x80);
    expect(() => deserializeTCompactProtocol(reader(0x15, ...long))).toThrow('more than 10 bytes');
    expect(() => deserializeTCompactProtocol(reader(0x16, ...long))).toThrow('more than 10 bytes');
    // A list of 2 ** 24 lists.
    expect(() => deserializeTCompactProtocol(reader(0x19, 0xf9, 0x80, 0x80, 0x80, 8, 0, 0))).toThrow(
      'thrift list of 16777216 elements',
    );
  });

  /** Type, sizes and, for a data page, its number of values in zigzag encoding. */
  const page = (type: number, sizes: number[], values?: number[]) =>
    reader(0x15, type, ...sizes, ...(values ? [0x2c, 0x15, ...values, 0] : []), 0);

  it('a page without a size, or with one that no page has', () => {
    expect(() => parquetHeader(page(0, [0x15, 8]))).toThrow('parquet page of ? bytes, 4 decompressed');
    expect(() => parquetHeader(page(0, [0x15, 8, 0x15, 7]))).toThrow('parquet page of -4 bytes');
    expect(() => parquetHeader(page(0, [0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x15, 8]))).toThrow('2147483647 decompr');
  });

  it('a page of more values than an array holds', () => {
    expect(() => parquetHeader(page(0, [0x15, 8, 0x15, 8], [0x82, 0x80, 0x80, 0x20]))).toThrow('33554433 values');
    expect(() => parquetHeader(page(0, [0x15, 8, 0x15, 8], [1]))).toThrow('parquet page of -1 values');
    expect(parquetHeader(page(0, [0x15, 8, 0x15, 8], [16])).data_page_header?.num_values).toBe(8);
  });
});

describe('a decompressor', () => {
  const text = new TextEncoder().encode('What is 12 + 34? '.repeat(40));
  /** 16 literal bytes, then a copy of the last 16 for all others. */
  const literal = [...text.subarray(0, 17)];
  const copies = (text.length - 17) / 17;
  const snappy = [0xa8, 0x05, (17 - 1) << 2, ...literal, ...Array.from({ length: copies }, () => [66, 17, 0]).flat()];
  const lz4 = [0xff, 2, ...literal, 17, 0, 255, 255, text.length - 17 - 19 - 510];
  const zstd = new Uint8Array(readFileSync(new URL('../../tests/fixtures/data/gsm8k-8-zstd.parquet', import.meta.url)));

  const byCodec = (codec: keyof Compressors, input: Uint8Array, length: number): Uint8Array => {
    if (codec === 'SNAPPY') {
      const output = new Uint8Array(length);
      snappyUncompress(input, output);
      return output;
    }
    return compressors[codec]!(input, length);
  };

  it.each([
    ['SNAPPY', Uint8Array.from(snappy)],
    ['GZIP', gzipSync(text)],
    ['BROTLI', brotliCompressSync(text)],
    ['LZ4_RAW', Uint8Array.from(lz4)],
    ['LZ4', Uint8Array.from([0, 0, text.length >> 8, text.length & 255, 0, 0, 0, lz4.length, ...lz4])],
  ] as const)('of %s ends with its output for damaged pages and lengths', (codec, intact) => {
    expect(new TextDecoder().decode(byCodec(codec, intact, text.length))).toBe(new TextDecoder().decode(text));
    let refused = 0;
    for (let i = 0; i < 300; i++) {
      const random = stream(i, codec);
      const length = random.integer(3) === 0 ? random.integer(100_000) : text.length;
      const begin = process.cpuUsage();
      try {
        const output = byCodec(codec, damagedBytes(intact, random), length);
        expect(output.length).toBe(length);
      } catch (error) {
        refused += 1;
        expect(error).toBeInstanceOf(Error);
      }
      const { user } = process.cpuUsage(begin);
      expect(user / 1e6, `input ${i}`).toBeLessThan(1);
    }
    expect(refused).toBeGreaterThan(100);
  });

  it('refuses lengths that lie', () => {
    // A literal of -6 + 1 bytes leads back to itself.
    const back = Uint8Array.from([8, 0xfc, 0xfa, 0xff, 0xff, 0xff, 0, 0]);
    expect(() => byCodec('SNAPPY', back, 8)).toThrow('literal exceeds input length');
    // Blocks of 0 bytes from -8.
    const blocks = Uint8Array.from([0, 0, 0, 0, 0xff, 0xff, 0xff, 0xf8, ...lz4]);
    expect(() => byCodec('LZ4', blocks, 8)).toThrow('lz4');
    expect(() => byCodec('LZ4_RAW', Uint8Array.from(lz4), text.length - 1)).toThrow('lz4 output of another length');
    expect(() => byCodec('GZIP', gzipSync(text), text.length - 1)).toThrow('gzip output exceeds its length');
    expect(() => byCodec('GZIP', gzipSync(text), 2 ** 24)).toThrow('unexpected EOF');
    expect(() => byCodec('BROTLI', brotliCompressSync(text), text.length - 1)).toThrow('brotli output exceeds');
  });

  it('of ZSTD ends with its output', async () => {
    const buffer = { byteLength: zstd.length, slice: (from: number, to?: number) => zstd.slice(from, to).buffer };
    const meta = (await parquetMetadataAsync(buffer)).row_groups[0]?.columns[0]?.meta_data;
    const begin = Number(meta?.dictionary_page_offset ?? meta?.data_page_offset);
    const header = { view: new DataView(zstd.buffer, begin), offset: 0 };
    const { compressed_page_size: size, uncompressed_page_size: length } = parquetHeader(header);
    const intact = zstd.slice(begin + header.offset, begin + header.offset + size);
    expect(byCodec('ZSTD', intact, length)).toHaveLength(length);
    expect(() => byCodec('ZSTD', intact, length - 1)).toThrow('zstd output exceeds its length');
    // A frame without a content size: one run of 2 ** 21 - 1 bytes.
    const run = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0xff, 0xfb, 0xff, 0xff, 65]);
    expect(() => byCodec('ZSTD', run, 1000)).toThrow('zstd output exceeds its length');
    for (let i = 0; i < 300; i++) {
      const from = process.cpuUsage();
      try {
        byCodec('ZSTD', damagedBytes(intact, stream(i, 'zstd')), length);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
      expect(process.cpuUsage(from).user / 1e6, `input ${i}`).toBeLessThan(1);
    }
  });
});

it('a column that ends before its row group is an error, not null', async () => {
  const bytes = new Uint8Array(
    readFileSync(new URL('../../tests/fixtures/data/gsm8k-8-snappy.parquet', import.meta.url)),
  );
  // The number of rows of the last row group, an integer of 64 bits in zigzag encoding, from 2 to 3.
  const at = bytes.findLastIndex((byte, i) => byte === 0x16 && bytes[i + 1] === 4 && bytes[i + 2] === 0x26);
  expect(at).toBeGreaterThan(0);
  bytes[at + 1] = 6;
  const read = async () => {
    const data = await openData(memoryFile('rows.parquet', bytes));
    for await (const { bad } of data.batches()) expect(bad).toEqual([]);
  };
  await expect(read()).rejects.toThrow(/rows\.parquet.*row group 3 cannot be read, .*ends before row 3/);
});
