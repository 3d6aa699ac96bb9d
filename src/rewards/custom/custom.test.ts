import { beforeAll, describe, expect, it } from 'vitest';
import type { GradedResponse, ResponseGrader } from '../grader.ts';
import { RewardConfig } from '../config.ts';
import { createGrader } from '../registry.ts';
import { StudioError } from '../../errors.ts';

const graderOf = (source: string, options: object = {}) =>
  createGrader([RewardConfig.parse({ name: 'custom', source, ...options })]);

const given = (response: string, row: Record<string, unknown> = {}): GradedResponse => ({
  row,
  answer: undefined,
  response,
  finished: true,
});

const ok = given('fine', {});
const bad = given('bad', {});

/** A reward that is 1, but for the response `bad`, for which it runs `code`. */
const failingFor = (code: string) => `function reward(response, row) {
  if (response !== 'bad') return 1;
  ${code}
}`;

describe('a custom reward', () => {
  it('gets the response, the row and the facts, and returns a number or an object', async () => {
    const grader = await graderOf(`
      function reward(response, row, { answer, finished, tokens }) {
        if (row.kind === 'judge') return { reward: 0.5, correct: response === answer };
        return response.length + row.list[1].x + (finished ? 100 : 0) + (tokens ?? 0);
      }`);
    const grades = grader.grade([
      { ...given('abc', { list: [0, { x: 10 }] }), tokens: 1000 },
      { ...given('abc', { list: [0, { x: 10 }] }), finished: false },
      { ...given('42', { kind: 'judge' }), answer: '42' },
      { ...given('43', { kind: 'judge' }), answer: '42' },
    ]);
    expect(grades.map(({ reward }) => reward)).toEqual([1113, 13, 0.5, 0.5]);
    expect(grades.map(({ correct }) => correct)).toEqual([true, true, true, false]);
    expect(grades[0]?.rewards).toEqual({ custom: 1113 });
  });

  it.each([
    ['const reward = (response) => response.length', 4],
    ['let reward = function (response) { return -response.length / 8 }', -0.5],
    ['var cache = { n: 3 }; function reward() { return cache.n }', 3],
    ['function reward(r, row) { return [...r].map((c) => c.codePointAt(0)).sort((a, b) => a - b).indexOf(110) }', 3],
    ['function reward(r) { return /^f(?<rest>.*)$/u.exec(r).groups.rest.length }', 3],
    ['class Grade { constructor() { this.reward = 0.25 } }\nfunction reward() { return new Grade() }', 0.25],
    ['function f(n) { return n === 0 ? 0 : 1 + f(n - 1) }\nfunction reward() { return f(150) }', 150],
    ['function reward() { console.log("seen"); return 2 }', 2],
    ['function reward(r, row) { row.x = 5; return row.x }', 5],
  ])('%s', async (source, expected) => {
    const grader = await graderOf(source);
    const [grade] = grader.grade([ok]);
    expect(grade?.error).toBeUndefined();
    expect(grade?.reward).toBe(expected);
  });

  it('does not depend on the order of responses: nothing is left of a call', async () => {
    const grader = await graderOf(`
      let calls = 0; globalThis.seen = [];
      function reward(response, row) {
        calls++; seen.push(response); row.mutated = (row.mutated ?? 0) + 1;
        Array.prototype.leaked = (Array.prototype.leaked ?? 0) + 1;
        return calls + seen.length + row.mutated + [].leaked;
      }`);
    const row = { mutated: 0 };
    const grades = grader.grade(Array.from({ length: 20 }, (_, i) => given(String(i), row)));
    expect(grades.map(({ reward }) => reward)).toEqual(Array.from({ length: 20 }, () => 4));
    expect(row.mutated).toBe(0);
  });

  it('gives 64-bit integers of a row as numbers', async () => {
    const grader = await graderOf('function reward(r, row) { return row.n + row.big.length }');
    expect(grader.grade([given('', { n: 5n, big: 2n ** 60n })])[0]?.reward).toBe(5 + String(2n ** 60n).length);
  });
});

describe('failures', () => {
  const memory = /needs more than 32 MB of memory/;
  const steps = /took more than 1000000 steps \(max_steps\); it may loop forever, near line \d+/;
  const cases: [string, RegExp][] = [
    ['for (;;) {}', steps],
    ['while (true) { try { for (;;) {} } catch {} }', steps],
    ['try { for (;;) {} } finally { for (;;) {} }', steps],
    ['return /^(a+)+$/.test("a".repeat(60) + "b") ? 1 : 0', /took more than 1000000 steps/],
    ['return { get reward() { for (;;) {} } }', /took more than 1000000 steps/],
    ['const a = []; for (;;) a.push(new Array(1000).fill(1))', memory],
    ['let s = "ab"; const all = []; for (;;) all.push(s += "x".repeat(10000))', memory],
    ['let o = null; for (;;) o = { o }', memory],
    ['return "a".repeat(2 ** 29)', memory],
    ['return new Uint8Array(1e9).length', memory],
    ['function f() { return 1 + f() } return f()', /line \d+: recursion is too deep/],
    ['return JSON.parse("[".repeat(1e6))', /recursion is too deep/],
    ['let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; return JSON.stringify(o).length', /recursion is too deep/],
    ['throw new TypeError("no such thing")', /line \d+: TypeError: no such thing/],
    ['\n\n  return response.missing.x', /line \d+: TypeError: cannot read property 'x' of undefined/],
    ['return undefinedName', /line \d+: ReferenceError: 'undefinedName' is not defined/],
    ['throw 5', /threw 5/],
    ['throw null', /or threw null/],
    ['throw { get message() { throw 1 } }', /threw an object that cannot be read/],
    ['return NaN', /returned NaN; expected a finite number/],
    ['return 1 / 0', /returned Infinity; expected a finite number/],
    ['return { reward: -Infinity }', /returned -Infinity; expected a finite number/],
    ['return "0.5"', /returned the text "0.5"; expected a number, or \{reward, correct\}/],
    ['return', /returned undefined; expected a number/],
    ['return null', /returned null; expected a number/],
    ['return true', /returned true; expected a number/],
    ['return [1]', /returned a list; expected a number/],
    ['return Symbol("x")', /returned a symbol; expected a number/],
    ['return () => 1', /returned a function; expected a number/],
    ['return Promise.resolve(1)', /returned a Promise; expected a number/],
    ['return (async () => 1)()', /returned a Promise; expected a number/],
    ['return {}', /returned an object without reward/],
    ['return { correct: true }', /returned an object without reward/],
    ['return { reward: "1" }', /returned an object whose reward is the text "1"/],
    ['return { reward: 1, correct: "yes" }', /returned an object whose correct is the text "yes"/],
    ['return Date.now()', /line \d+: Error: Date is not available: a reward depends on its arguments alone/],
    ['return new Date().getTime()', /Date is not available/],
    ['return Math.random()', /Math.random is not available/],
    ['return performance.now()', /performance is not available/],
    ['setTimeout(() => 1, 0)', /setTimeout is not available/],
    ['fetch("https://example.com")', /fetch is not available/],
    ['return eval("1")', /eval is not available/],
    ['return new Function("return 1")()', /Function is not available/],
    ['return (() => 1).constructor("return 1")()', /Function is not available/],
    ['return Number(BigInt(5))', /BigInt is not available/],
    ['return new Array(4294967295).indexOf(1)', /an array has more than 1000000 entries/],
    ['return Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)', /an array has more than 1000000 entries/],
  ];

  // One source with all of them: what one breaks must not reach the next.
  const source = `const cases = [
    ${cases.map(([code]) => `function (response) { ${code}\n},`).join('\n')}
  ];
  function reward(response, row) { return row.case === undefined ? 1 : cases[row.case](response) }`;
  let grader: ResponseGrader;
  beforeAll(async () => {
    grader = await graderOf(source, { max_steps: 1_000_000, max_errors: 1000 });
  });

  it.each(cases.map(([code, message], i) => ({ code, message, i })))('$code', ({ message, i }) => {
    const grades = grader.grade([ok, given('bad', { case: i }), ok]);
    expect(grades.map(({ reward }) => reward)).toEqual([1, 0, 1]);
    expect(grades[1]?.error).toMatch(/^custom: /);
    expect(grades[1]?.error).toMatch(message);
    expect(grades.map(({ correct }) => correct)).toEqual([true, false, true]);
    expect(grades[0]?.error).toBeUndefined();
    expect(grades[2]?.error).toBeUndefined();
  });

  it.each([
    ['throw new TypeError("no")', 'line 3: TypeError: no'],
    ['\n\n  return response.x.y', "line 5: TypeError: cannot read property 'y' of undefined"],
  ])('names the line: %j', async (code, message) => {
    const one = await graderOf(failingFor(code), { max_steps: 1000 });
    expect(one.grade([bad])[0]?.error).toBe(`custom: ${message}`);
  });

  it('ends a slow native call in a loop by the same limit', async () => {
    const grader = await graderOf(
      failingFor('const a = new Array(3e5).fill(1); let n = 0; for (;;) n += a.indexOf(2); return n'),
      { max_steps: 2000 },
    );
    expect(grader.grade([bad])[0]?.error).toMatch(/took more than 2000 steps/);
  });

  it('counts the same steps each time', async () => {
    const counted = async (max_steps: number) => {
      const grader = await graderOf('function reward() { for (let i = 0; i < 50000; i++); return 1 }', { max_steps });
      return grader.grade(Array.from({ length: 5 }, () => ok)).map(({ error }) => error === undefined);
    };
    expect(await counted(51_000)).toEqual([true, true, true, true, true]);
    expect(await counted(49_000)).toEqual([false, false, false, false, false]);
  });
});

describe('a run with failures', () => {
  let grader: ResponseGrader;
  beforeAll(async () => {
    grader = await graderOf(failingFor('return response.nothing.here'), { max_errors: 3 });
  });

  it('stops at the limit, over several batches, and names line and response', () => {
    expect(grader.grade([bad, ok]).map(({ reward }) => reward)).toEqual([0, 1]);
    expect(grader.grade([bad])[0]?.error).toMatch(/line 3/);
    expect(() => grader.grade([ok, bad])).toThrow(StudioError);
    try {
      grader.grade([given('bad', {})]);
      expect.unreachable();
    } catch (error) {
      expect((error as StudioError).kind).toBe('input');
      expect((error as StudioError).line).toMatch(
        /^rewards: reward custom: line 3: TypeError: .* on the response "bad"\. The run stops after 3 failed responses/,
      );
    }
  });
});

describe('a source that cannot run', () => {
  it.each([
    ['function reward( {\n return 1 }', /reward custom: source: line \d: SyntaxError/],
    ['let a = 1;\nlet b = ;', /line 2: SyntaxError: unexpected token/],
    ['const x = 1;', /expected a function reward\(response, row\)/],
    ['const reward = 1;', /expected a function reward\(response, row\)/],
    ['\nthrow new Error("at once");\nfunction reward() { return 1 }', /line 2: Error: at once/],
    ['for (;;) {}', /took more than 10000000 steps/],
    ['const a = []; for (;;) a.push({}); function reward() {}', /needs more than 32 MB/],
    ['function reward() { return Number(\n 10n) }', /line 2: BigInt literals are not available, found 10n/],
    ['const seed = Math.random(); function reward() { return seed }', /line 1: Error: Math.random is not available/],
    [`function reward() { return ${'('.repeat(20_000)}1${')'.repeat(20_000)} }`, /recursion is too deep|nested deeply/],
  ])('%.60s', async (source, message) => {
    await expect(graderOf(source)).rejects.toThrow(message);
    await expect(graderOf(source)).rejects.toBeInstanceOf(StudioError);
  });
});
