import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { defineStruct, snakeCase, wgslConstants, type Fields } from './struct.ts';

const Sample = defineStruct('Sample', {
  logRatio: ['f32', 'nats'],
  zone: 'u32',
  shift: 'i32',
});

describe('a struct of a table', () => {
  it('is a WGSL struct with the fields in order, in snake case, with their comments', () => {
    expect(Sample.wgsl).toBe('struct Sample {\n  log_ratio: f32, // nats\n  zone: u32,\n  shift: i32,\n}\n');
  });

  it('has one word per field and no padding', () => {
    expect(Sample.words).toBe(3);
    expect(Sample.bytes).toBe(12);
    expect(Sample.offset).toEqual({ logRatio: 0, zone: 1, shift: 2 });
  });

  it.each([
    ['a vector, which would need padding', { a: 'vec2f' }, /a is vec2f; expected a scalar of 4 bytes/],
    ['a half', { a: ['f16', 'half'] }, /f16/],
    ['no fields', {}, /has a field at least/],
    ['a name in snake case', { log_ratio: 'f32' }, /log_ratio is not a camel-case name/],
    ['a comment that would end the struct', { a: ['f32', 'x } y'] }, /one plain line/],
    ['a comment of two lines', { a: ['f32', 'x\ny'] }, /one plain line/],
  ])('refuses %s', (_, fields, message) => {
    expect(() => defineStruct('Bad', fields as unknown as Fields)).toThrow(message);
  });

  it('reads back what was written, in every field of every record', () => {
    const random = stream(1, 'struct');
    const written = Array.from({ length: 20 }, () => ({
      logRatio: Math.fround(random.float() - 0.5),
      zone: random.uint32(),
      shift: random.uint32() | 0,
    }));
    const records = Sample.array(written.length);
    written.forEach((values, i) => records.set(i, values));
    expect(written.map((_, i) => records.get(i))).toEqual(written);
    expect(records.number(7, 'zone')).toBe(written[7]!.zone);
    expect(records.f32[7 * Sample.words + Sample.offset.logRatio]).toBe(written[7]!.logRatio);
  });

  it('changes one field and no other', () => {
    const records = Sample.array(3);
    records.setNumber(1, 'shift', -5);
    expect([...records.i32]).toEqual([0, 0, 0, 0, 0, -5, 0, 0, 0]);
  });

  it('looks at memory that exists, from where a view of it begins', () => {
    const words = new Float32Array([9, 9, 0.25, 0, 0, 0.5, 0, 0]);
    const records = Sample.over(words.subarray(2));
    expect(records.length).toBe(2);
    expect([records.number(0, 'logRatio'), records.number(1, 'logRatio')]).toEqual([0.25, 0.5]);
    records.setNumber(0, 'logRatio', 2);
    expect(words[2]).toBe(2);
  });

  it('gives NaN beyond the last record', () => {
    expect(Sample.array(1).number(1, 'zone')).toBeNaN();
  });

  it('packs a uniform, with 0 for fields that are left out', () => {
    expect([...Sample.pack({ zone: 3, logRatio: 1 })]).toEqual([0x3f800000, 3, 0]);
  });
});

it('names are camel case in TypeScript and snake case in WGSL', () => {
  expect(['tokens', 'logRatio', 'entropyOfOld', 'beta1'].map(snakeCase)).toEqual([
    'tokens',
    'log_ratio',
    'entropy_of_old',
    'beta1',
  ]);
});

it('constants are unsigned, in capitals, behind their prefix', () => {
  expect(wgslConstants({ clipped: 1, dualClipped: 2 })).toBe('const CLIPPED = 1u;\nconst DUAL_CLIPPED = 2u;\n');
  expect(wgslConstants({ logRatio: 4 }, 'SUM')).toBe('const SUM_LOG_RATIO = 4u;\n');
});
