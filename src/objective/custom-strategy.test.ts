import { describe, expect, it } from 'vitest';
import { guardedSource, strategyProblems } from './custom-strategy.ts';

const strategy = (body: string) => `fn strategy(token: Token) -> Outcome {\n${body}\n}`;
const answer = 'return outcome(token.ratio * token.advantage, token.ratio, 0u);';

describe('a custom strategy', () => {
  it('of plain functions, constants and structs has no problems', () => {
    expect(
      strategyProblems(
        `const K = 2.0;\nstruct Pair { a: f32, b: f32 }\nfn twice(x: f32) -> f32 { return K * x; }\n` +
          `${strategy(`var w = twice(token.ratio);\n${answer}`)}`,
      ),
    ).toEqual([]);
  });

  it.each([
    ['@group(0) @binding(0) var<uniform> x: f32;', 1, /Attributes/],
    ['var<private> x: f32;', 1, /outside functions/],
    ['\n\nenable f16;', 3, /enable/],
    ['const a = array<f32, 4>();', 1, /arrays/],
    ['const studio_points = 1;', 1, /studio_/],
    ['fn other() {}\n', 1, /fn strategy/, ''],
    ['fn f(x: f32) -> f32 { return g(x); }\nfn g(x: f32) -> f32 { return f(x); }', 1, /itself/],
  ])('%j is refused on line %i', (source, line, message, rest = `\n${strategy(answer)}`) => {
    const [problem] = strategyProblems(source + rest);
    expect(problem?.line).toBe(line);
    expect(problem?.message).toMatch(message);
  });

  it('may name what is forbidden in comments, also nested ones', () => {
    expect(
      strategyProblems(`// @compute array\n/* var<storage> /* enable */ override */\n${strategy(answer)}`),
    ).toEqual([]);
  });

  it('whose calls grow without bound is refused before compiling', () => {
    const doubling = Array.from(
      { length: 40 },
      (_, i) => `fn f${i}(x: f32) -> f32 { return ${i === 39 ? 'x' : `f${i + 1}(x) + f${i + 1}(x)`}; }`,
    ).join('\n');
    const started = performance.now();
    expect(strategyProblems(`${doubling}\n${strategy(answer)}`)[0]?.message).toMatch(/grows to/);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('gets an iteration budget in every loop without shifting lines', () => {
    const source = strategy(`for (var i = 0; i < 3; i++) { // {\n}\nwhile (true) {\n}\nloop {\n  break;\n}\n${answer}`);
    const guarded = guardedSource(source).source;
    expect(guarded.match(/studio_loops_left -= 1u/g)).toHaveLength(3);
    expect(
      guarded
        .split('\n')
        .slice(0, source.split('\n').length)
        .map((line) => line.replace(/ if \(studio.*?1u;/g, '')),
    ).toEqual(source.split('\n'));
  });
});
