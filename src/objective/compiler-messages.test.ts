import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMPILE_ERRORS } from '../../tests/support/strategy-cases.ts';
import { compilerProblems, type CompilerMessage } from './compiler-messages.ts';

interface Recorded {
  name: string;
  before: number;
  messages: CompilerMessage[];
}

/** Of Firefox 153: RECORD=1 npm run test:firefox. */
const RECORDED = JSON.parse(readFileSync('tests/fixtures/compilers/naga.json', 'utf8')) as Recorded[];
const sourceOf = (name: string) => COMPILE_ERRORS.find((error) => error.name === name)?.source ?? '';

const problemOf = (name: string) => {
  const found = RECORDED.find((one) => one.name === name);
  return found && compilerProblems(found.messages, found.before, sourceOf(name))[0];
};

it.each([
  ['field', { line: 3, column: 28, message: 'invalid field accessor `advantagee`' }],
  ['types', { line: 3, column: 16, message: 'strategy: Abstract types may only appear in constant expressions' }],
  ['integer', { line: 3, column: 11, message: "strategy: Operation Multiply can't work with f32 and i32" }],
  ['semicolon', { line: 4, column: 1, message: 'expected `;`, found "}"' }],
  ['arguments', { line: 3, column: 10, message: 'strategy: Requires 3 arguments, but 2 are provided' }],
  [
    'let',
    {
      line: 3,
      column: 3,
      message: 'invalid left-hand side of assignment; consider declaring `r` with `var` instead of `let`',
    },
  ],
  ['empty return', { line: 3, column: 3, message: 'strategy: missing return of a value' }],
  ['redefinition', { line: 1, column: 4, message: 'redefinition of `outcome`' }],
])('shows naga’s message about %s in one line, at its place in the strategy', (name, expected) => {
  expect(problemOf(name)).toEqual(expected);
});

it('shows no drawing, line numbers of the module or numbers of naga’s structures', () => {
  for (const { name } of RECORDED) expect(problemOf(name)?.message, name).not.toMatch(/[│┌╭\n]|wgsl:|\[\d|naga::/);
});

it('shows the first paragraph of Tint’s message', () => {
  const message =
    "no matching overload for 'operator + (abstract-int, bool)'\n\n5 candidate operators:\n • 'operator +'";
  const source = sourceOf('types');
  expect(compilerProblems([{ type: 'error', lineNum: 142, linePos: 16, message }], 139, source)).toEqual([
    { line: 3, column: 16, message: "no matching overload for 'operator + (abstract-int, bool)'" },
  ]);
  // A place behind the strategy is its last line; warnings are left out.
  expect(
    compilerProblems(
      [
        { type: 'warning', lineNum: 140, linePos: 1, message: 'unused' },
        { type: 'error', lineNum: 300, linePos: 9, message: 'expected }' },
      ],
      139,
      source,
    ),
  ).toEqual([{ line: source.split('\n').length, column: 1, message: 'expected }' }]);
});
