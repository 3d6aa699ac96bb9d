/** The layout of each record is declared once, in its table; neither shaders nor host repeat it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Struct } from '../src/gpu/struct.ts';
import * as readings from '../src/model/generation/token-readings.ts';
import * as model from '../src/model/records.ts';
import * as objective from '../src/objective/records.ts';

const filesOf = (folder: string, ending: string): [file: string, text: string][] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending) && !file.endsWith('.test.ts'))
    .map((file) => [join(folder, file), readFileSync(join(folder, file), 'utf8')]);

const tables = [model, objective, readings].flatMap((module) =>
  Object.values(module).filter((value): value is Struct<Record<string, 'f32'>> => value instanceof Struct),
);
const shaders = filesOf('shaders', '.wgsl').map(([file, text]) => [file, text.replace(/\/\/.*$/gm, '')] as const);

it('tables generate the structs that kernels share with the host, each under a unique name', () => {
  const names = tables.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['Dims', 'TargetToken', 'TokenRecord', 'Sums', 'Slot']));
  expect(new Set(names).size).toBe(names.length);
});

it.each(tables)('no shader declares $name by hand', ({ name }) => {
  const declaration = new RegExp(`\\bstruct\\s+${name}\\b`);
  expect(shaders.filter(([, text]) => declaration.test(text)).map(([file]) => file)).toEqual([]);
});

it('no host code has a numeric size or word of a record', () => {
  // `const ROW_WORDS = 4`, `words[at + 3]`, `records[index * RECORD_WORDS]`.
  const byHand = /\bconst [A-Z]+_WORDS = \d|\b(?:\w*[wW]ords|\w*[rR]ecords|dims)\[[^\]\n]*(?:\+ \d|_WORDS)[^\]\n]*\]/;
  expect(byHand.test('const ROW_WORDS = 4;')).toBe(true);
  expect(byHand.test('targetWords[at + 7] = 1;')).toBe(true);
  expect(byHand.test('records[index * RECORD_WORDS] ?? 0')).toBe(true);
  // They read words of a source text.
  const WORDS_OF_TEXT = /(custom-strategy|portable-wgsl|wgsl-words)\.ts$/;
  const folders = ['model', 'objective', 'rl', 'sft', 'analysis', 'worker'];
  const found = folders
    .flatMap((folder) => filesOf(join('src', folder), '.ts'))
    .flatMap(([file, text]) => (byHand.test(text) && !WORDS_OF_TEXT.test(file) ? [file] : []));
  expect(found).toEqual([]);
});

it('a config is parsed without a shader: nothing under src/run imports WGSL', () => {
  const importing = filesOf('src/run', '.ts').filter(([, text]) => /\bfrom '[^']*\.wgsl/.test(text));
  expect(importing.map(([file]) => file)).toEqual([]);
});

it('SFT does not import RL', () => {
  const importing = filesOf('src/sft', '.ts').filter(([, text]) => /\bfrom '[^']*\/rl\//.test(text));
  expect(importing.map(([file]) => file)).toEqual([]);
});
