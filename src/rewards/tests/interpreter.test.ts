import { describe, expect, it } from 'vitest';
import { stream } from '../../random.ts';
import { evaluate } from '../../../tests/reference/stack-language.ts';
import {
  LARGEST_NUMBER,
  MOST_DEPTH,
  MOST_STEPS,
  MOST_SYMBOLS,
  parseProgram,
  resultOf,
  runProgram,
  SYMBOLS,
} from './interpreter.ts';

/** The number that a program leaves, or the kind of its error. */
function outcome(text: string, ...input: number[]): number | string {
  const { value: program, error } = parseProgram(text);
  if (error) return error.kind;
  const result = resultOf(program, input);
  return result.error?.kind ?? (result.value as number);
}

describe('symbols', () => {
  it.each<[text: string, input: number[], result: number | string]>([
    ['', [7], 7],
    ['', [-7], -7],
    ['', [], 'result-count'],
    ['', [1, 2], 'result-count'],
    ['7', [], 7],
    ['12', [], 'result-count'],
    ['12+', [], 3],
    ['05+', [], 5],
    ['007', [], 'result-count'],
    ['-', [3, 5], -2],
    ['*', [-3, 0], 0],
    ['/', [7, 2], 3],
    ['/', [-7, 2], -4],
    ['/', [7, -2], -4],
    ['/', [-7, -2], 3],
    ['%', [7, 2], 1],
    ['%', [-7, 2], 1],
    ['%', [7, -2], -1],
    ['%', [-7, -2], -1],
    ['%', [-4, 2], 0],
    ['/', [7, 0], 'division-by-zero'],
    ['%', [0, 0], 'division-by-zero'],
    ['<', [3, 5], 1],
    ['<', [5, 5], 0],
    ['>', [5, 3], 1],
    ['=', [5, 5], 1],
    ['=', [5, 3], 0],
    ['d*', [9], 81],
    ['s-', [3, 5], 2],
    ['p', [3, 5], 3],
    ['o+-', [3, 5], -5],
    ['r', [1, 2, 3], 'result-count'],
    ['rpp', [1, 2, 3], 2],
    ['rspp', [1, 2, 3], 2],
    ['d', [], 'stack-underflow'],
    ['+', [3], 'stack-underflow'],
    ['o', [3], 'stack-underflow'],
    ['r', [3, 5], 'stack-underflow'],
    ['(', [3], 'unmatched-bracket'],
    [')', [3], 'unmatched-bracket'],
    [')(', [3], 'unmatched-bracket'],
    ['(2*)', [3, 5], 96],
    ['()', [3, 5], 3],
    ['(2*)', [3, 0], 3],
    ['(2*)', [3, -1], 'negative-count'],
    ['(1)', [3], 'result-count'],
    ['()', [], 'stack-underflow'],
    ['3(2(1+))', [0], 6],
    ['0(2(1+))', [4], 4],
    ['9(p)', [1], 'stack-underflow'],
    // An error after a body that is not run does not happen.
    ['0(p)', [1], 1],
    ['9d*d*d*', [], 'number-too-large'],
    ['+', [LARGEST_NUMBER, 0], LARGEST_NUMBER],
    ['1+', [LARGEST_NUMBER], 'number-too-large'],
    ['1-', [-LARGEST_NUMBER], 'number-too-large'],
    [' +', [3, 5], 'unknown-symbol'],
    ['+ ', [3, 5], 'unknown-symbol'],
    ['D', [3], 'unknown-symbol'],
    ['\u2212', [3, 5], 'unknown-symbol'],
    ['\u0663', [], 'unknown-symbol'],
    ['\ud83d\ude00', [3], 'unknown-symbol'],
    ['\ud83d', [3], 'unknown-symbol'],
    ['+\u0301', [3, 5], 'unknown-symbol'],
    ['\0', [3], 'unknown-symbol'],
    // The leftmost fault of the text, before any fault of a run.
    ['+x', [], 'unknown-symbol'],
    [')x', [3], 'unmatched-bracket'],
  ])('%j on %j gives %j', (text, input, result) => {
    expect(outcome(text, ...input)).toBe(result);
    expect(Object.is(outcome(text, ...input), -0)).toBe(false);
    expect(evaluate(text, input)).toBe(result);
  });

  it('count from 1 in errors, and an emoji is one', () => {
    expect(parseProgram('+\ud83d\ude00').error?.reason).toBe(
      'symbol 2: "\ud83d\ude00" is not a symbol of the language',
    );
    expect(parseProgram('1(2').error?.reason).toBe('symbol 2: ( has no )');
    const { value: program } = parseProgram('d+*');
    expect(program && resultOf(program, [3]).error?.reason).toBe(
      'symbol 3, *: expected 2 numbers on the stack, found 1',
    );
    expect(program && resultOf(program, [1, 3, 5]).error?.reason).toBe(
      'expected 1 number on the stack at the end, found 2',
    );
  });

  it('are reported one by one with the stack', () => {
    const seen: string[] = [];
    const { value: program } = parseProgram('2(3+)');
    if (program) runProgram(program, [1], (symbol, stack) => seen.push(`${symbol} ${stack.join(' ')}`));
    expect(seen).toEqual(['2 1 2', '( 1', '3 1 3', '+ 4', ') 4', '3 4 3', '+ 7', ') 7']);
  });
});

describe('limits', () => {
  it.each<[limit: string, within: string, beyond: string, input: number[], kind: string]>([
    ['symbols', '1+'.repeat(MOST_SYMBOLS / 2), `${'1+'.repeat(MOST_SYMBOLS / 2)}d`, [0], 'program-too-long'],
    [
      'depth',
      `${'d'.repeat(MOST_DEPTH - 1)}${'p'.repeat(MOST_DEPTH - 1)}`,
      'd'.repeat(MOST_DEPTH),
      [0],
      'stack-too-deep',
    ],
  ])('%s', (_, within, beyond, input, kind) => {
    expect(typeof outcome(within, ...input)).toBe('number');
    expect(outcome(beyond, ...input)).toBe(kind);
    expect([evaluate(within, input), evaluate(beyond, input)]).toEqual([outcome(within, ...input), kind]);
  });

  it('steps: one per symbol, and one per pass of a closing bracket', () => {
    // ( once, ) once per repetition.
    expect(outcome('()', 5, MOST_STEPS - 1)).toBe(5);
    expect(outcome('()', 5, MOST_STEPS)).toBe('too-many-steps');
    expect(evaluate('()', [5, MOST_STEPS - 1])).toBe(5);
    expect(evaluate('()', [5, MOST_STEPS])).toBe('too-many-steps');
  });

  it('nested repetition ends', () => {
    const nested = `${'9('.repeat(120)}1+${')'.repeat(14)}`.slice(0, MOST_SYMBOLS - 120);
    expect(outcome(nested, 0)).toBe('unmatched-bracket');
    const balanced = `${'9('.repeat(80)}${')'.repeat(80)}`;
    expect(outcome(balanced, 0)).toBe('too-many-steps');
    expect(evaluate(balanced, [0])).toBe('too-many-steps');
  });
});

describe('100,000 random programs', () => {
  const random = stream(16, 'random programs');
  const symbol = (alphabet: readonly string[]) => alphabet[random.integer(alphabet.length)] ?? '';
  const text = (alphabet: readonly string[], length: number) => Array.from({ length }, () => symbol(alphabet)).join('');
  /** More digits and bodies than chance gives, so that runs are long. */
  const structured = (depth: number): string =>
    Array.from({ length: 1 + random.integer(6) }, () => {
      const kind = random.integer(depth > 0 ? 10 : 7);
      if (kind < 3) return symbol([...'123456789']);
      if (kind < 7) return symbol([...'+-*/%<>=dpsor']);
      return `${symbol([...'123456789do'])}(${structured(depth - 1)})`;
    }).join('');
  const anyCharacter = () =>
    String.fromCodePoint(random.integer(8) > 0 ? random.integer(128) : random.integer(0x110000));
  const kinds: Record<string, () => string> = {
    'of random characters': () => Array.from({ length: random.integer(12) }, anyCharacter).join(''),
    'of random symbols': () => text(SYMBOLS, random.integer(40)),
    'with nested repetition': () => structured(5),
    'of symbols, longer than the limit allows': () => text(SYMBOLS, random.integer(2 * MOST_SYMBOLS)),
  };

  it.each(Object.keys(kinds))('%s end within the limits, as in a second implementation', (kind) => {
    const seen = new Map<string, number>();
    for (let i = 0; i < 25_000; i++) {
      const program = kinds[kind]?.() ?? '';
      const input = Array.from({ length: random.integer(5) }, () => random.integer(21) - 10);
      const result = outcome(program, ...input);
      if (result !== evaluate(program, input))
        expect.fail(`${program} on ${input}: ${result}, ${evaluate(program, input)}`);
      if (typeof result === 'number') expect(Math.abs(result)).toBeLessThanOrEqual(LARGEST_NUMBER);
      const key = typeof result === 'number' ? 'number' : result;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    // Each kind of programs reaches what it is for.
    expect(Object.fromEntries(seen)).toMatchObject(REACHED[kind] ?? {});
  });
  const some = expect.any(Number) as number;
  const REACHED: Record<string, Record<string, number>> = {
    'of random characters': { 'unknown-symbol': some, number: some },
    'of random symbols': { 'stack-underflow': some, 'unmatched-bracket': some, number: some },
    'with nested repetition': {
      number: some,
      'result-count': some,
      'stack-underflow': some,
      'stack-too-deep': some,
      'number-too-large': some,
      'division-by-zero': some,
      'negative-count': some,
      'too-many-steps': some,
    },
    'of symbols, longer than the limit allows': { 'program-too-long': some, 'unmatched-bracket': some },
  };
});
