import { describe, expect, it } from 'vitest';
import { bindingTypes, sizeArrays, specialize } from './wgsl.ts';

describe('specialize', () => {
  it('prepends constants, whole numbers as u32 and others as f32', () => {
    expect(specialize('fn f() {}', { N: 4, S: 0.5 })).toBe('const N = 4u;\nconst S = 0.5f;\nfn f() {}');
  });

  it('unrolls loops, also inside one another, with arithmetic on the variables', () => {
    const source = [
      '//: for r in 0..N',
      '//: for q in 0..2',
      'let a${r}_${q} = b${q*4+r*N+1};',
      '//: end',
      '//: end',
    ].join('\n');
    expect(specialize(source, { N: 2 }).split('\n').slice(1)).toEqual([
      'let a0_0 = b1;',
      'let a0_1 = b5;',
      'let a1_0 = b3;',
      'let a1_1 = b7;',
    ]);
  });

  it('moves enable directives to the top, also above the constants', () => {
    expect(specialize('fn f() {}\nenable subgroups;\nfn g() {}', { N: 4 })).toBe(
      'enable subgroups;\nconst N = 4u;\nfn f() {}\nfn g() {}',
    );
  });

  it('keeps a block only where its constant is not 0', () => {
    const source = ['//: if A', 'a', '//: end', '//: if not A', 'b', '//: end'].join('\n');
    expect(specialize(source, { A: 1 }).split('\n').slice(1)).toEqual(['a']);
    expect(specialize(source, { A: 0 }).split('\n').slice(1)).toEqual(['b']);
  });

  it('an empty loop leaves nothing', () => {
    expect(specialize('//: for r in 0..N\nx${r}\n//: end\ny', { N: 0 }).split('\n').slice(1)).toEqual(['y']);
  });

  it.each([
    ['//: for r in 0..4\nx', /never closed/],
    ['x\n//: end', /unmatched/],
    ['//: while x\n//: end', /unknown directive/],
    ['${MISSING}', /unknown constant MISSING/],
  ])('refuses %j', (source, message) => {
    expect(() => specialize(source, {})).toThrow(message);
  });
});

describe('bindingTypes', () => {
  it('says how each binding is used, in the order of their numbers', () => {
    const code = [
      '@group(0) @binding(0) var<uniform> dims: Dims;',
      '@group(0) @binding(2) var<storage, read_write> c: array<f32>;',
      '@group(0) @binding(1) var<storage, read> a: array<f32>;',
      'var<workgroup> tile: array<f32, 4>;',
    ].join('\n');
    expect(bindingTypes(code)).toEqual(['uniform', 'read-only-storage', 'storage']);
  });

  it('refuses a gap', () => {
    expect(() => bindingTypes('@group(0) @binding(1) var<uniform> dims: Dims;')).toThrow(/gap: 1/);
  });
});

describe('sizeArrays', () => {
  const declare = (binding: number, type: string) =>
    `@group(0) @binding(${binding}) var<storage, read> x${binding}: ${type};`;

  it('gives arrays of scalars, vectors and structs of scalars the length of what is bound', () => {
    const row = 'struct Row { token: u32, position: u32, // of the token\n start: u32, end: u32 }';
    const code = [
      row,
      declare(1, 'array<f32>'),
      declare(2, 'array<vec4f>'),
      declare(3, 'array<Row>'),
      declare(4, 'array<atomic<u32>>'),
    ].join('\n');
    expect(sizeArrays(code, [0, 40, 160, 160, 12])).toBe(
      [
        row,
        declare(1, 'array<f32, 10>'),
        declare(2, 'array<vec4f, 10>'),
        declare(3, 'array<Row, 10>'),
        declare(4, 'array<atomic<u32>, 3>'),
      ].join('\n'),
    );
  });

  it('skips arrays whose length the code reads, whose elements it cannot measure, or that have no resource', () => {
    const code = [
      'struct Mixed { a: f32, b: vec4f }',
      declare(0, 'array<f32>'),
      declare(1, 'array<Mixed>'),
      declare(2, 'array<f32>'),
      'let n = arrayLength(&x0);',
    ].join('\n');
    expect(sizeArrays(code, [16, 64])).toBe(code);
  });
});
