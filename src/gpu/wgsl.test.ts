import { describe, expect, it } from 'vitest';
import { specialize } from './wgsl.ts';

describe('specialize', () => {
  it('prepends constants, whole numbers as u32 and others as f32', () => {
    expect(specialize('fn f() {}', { N: 4, S: 0.5 })).toBe('const N = 4u;\nconst S = 0.5f;\nfn f() {}');
  });

  it('unrolls loops, also inside one another, with arithmetic on the variables', () => {
    const source = ['//: for r in 0..N', '//: for q in 0..2', 'let a${r}_${q} = b${q*4+1};', '//: end', '//: end'].join('\n');
    expect(specialize(source, { N: 2 }).split('\n').slice(1)).toEqual(['let a0_0 = b1;', 'let a0_1 = b5;', 'let a1_0 = b1;', 'let a1_1 = b5;']);
  });

  it('keeps a block only where its constant is not 0', () => {
    const source = ['//: if A', 'a', '//: end', '//: if not A', 'b', '//: end'].join('\n');
    expect(specialize(source, { A: 1 }).split('\n').slice(1)).toEqual(['a']);
    expect(specialize(source, { A: 0 }).split('\n').slice(1)).toEqual(['b']);
  });

  it('an empty loop leaves nothing', () => {
    expect(specialize('//: for r in 0..N\nx${r}\n//: end\ny', { N: 0 }).split('\n').slice(1)).toEqual(['y']);
  });

  it.each([['//: for r in 0..4\nx', /never closed/], ['x\n//: end', /unmatched/], ['//: while x\n//: end', /unknown directive/], ['${MISSING}', /unknown constant MISSING/]])('refuses %j', (source, message) => {
    expect(() => specialize(source, {})).toThrow(message);
  });
});
