/** Patterns of Split and Replace: a text, or a regular expression in Oniguruma's syntax. */
import { SplitPreTokenizer } from '@huggingface/tokenizers';
import { inputError } from '../../errors.ts';
import { slowPart } from './backtracking.ts';
import { rewritten } from './oniguruma.ts';
import type { Part } from './part.ts';
import { cover, type Match } from './piece.ts';

/** @throws StudioError `input` for an expression that cannot be translated to JavaScript's */
export function readPattern(part: Part): RegExp {
  const pattern = part.part('pattern');
  if (pattern.has('String')) return new RegExp(escaped(pattern.string('String')), 'gu');
  if (!pattern.has('Regex')) throw part.error('pattern', '{"String": ..} or {"Regex": ..}');
  return translated(pattern.string('Regex'), `${pattern.path}.Regex`, pattern.file);
}

/** Matches of an expression with the flags `gu`, as Oniguruma finds them. */
export function matchesOf(expression: RegExp, text: string): Match[] {
  return cover(text.length, found(expression, text));
}

function* found(expression: RegExp, text: string): Generator<[number, number]> {
  if (text === '') return;
  let last = -1;
  for (const match of text.matchAll(expression)) {
    const [start, end] = [match.index, match.index + match[0].length];
    // Oniguruma's iterator skips an empty match that directly follows a match.
    if (start === end && (start === last || isInsideCharacter(text, start))) continue;
    yield [start, end];
    last = end;
  }
}

/** A negative lookahead of JavaScript's also matches between the two units of a character above U+FFFF. */
function isInsideCharacter(text: string, at: number): boolean {
  return at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function translated(source: string, path: string, file: string): RegExp {
  const refused = (reason: string) =>
    inputError(file, `${path}: this regular expression is not supported (${reason}): ${source.slice(0, 120)}`);
  const reason = unsupported(source);
  if (reason !== undefined) throw refused(reason);
  let expression: RegExp;
  try {
    expression = compiled(rewritten(source.startsWith('(?i)') ? `(?i:${source.slice(4)})` : source, compiled));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refused(error.message.slice(-60));
  }
  const slow = slowPart(expression.source);
  if (slow !== undefined) throw refused(`it could take exponential time: ${slow}`);
  return expression;
}

/** The translation of ^; Oniguruma's does not match behind a line break that ends the text. */
const LINE_START = String.raw`(?:(?<![\s\S])|(?<=\n))`;
const LINE_START_BEFORE_TEXT = String.raw`(?:(?<![\s\S])|(?<=\n)(?=[\s\S]))`;

/** By the translation of @huggingface/tokenizers, which its pre-tokenizer uses. @throws SyntaxError */
function compiled(Regex: string): RegExp {
  const { pattern } = new SplitPreTokenizer({ type: 'Split', pattern: { Regex }, behavior: 'Isolated' });
  if (!pattern) throw new SyntaxError('it has no translation');
  return new RegExp(
    pattern.source.replaceAll(LINE_START, () => LINE_START_BEFORE_TEXT),
    pattern.flags,
  );
}

/** What the translation would change silently, or JavaScript read differently. */
function unsupported(source: string): string | undefined {
  const bare = source.replace(/\\[^GpP]/gsu, '');
  if (bare.includes('\\G')) return '\\G';
  const options = /\(\?(?!i:)[a-z-]+[:)]/u.exec(bare.replace(/^\(\?i\)/u, ''))?.[0];
  if (options !== undefined) return `the options ${options}`;
  for (const { index } of bare.matchAll(/\(\?i[:)]/gu)) {
    const group = bare.slice(index + 4);
    const content = group.slice(0, closing(group));
    // The translation folds ASCII letters; Oniguruma also equates pairs of letters with a ligature.
    if (/[^\0-\x7f]|\\p\{\^?(?:L[ult]|Upper|Lower)|\[:\^?(?:upper|lower):\]|ss|st|f[fil]/iu.test(content))
      return 'the letters of a case-insensitive group';
  }
  return undefined;
}

/** Position of the parenthesis that closes the group in which the text begins; the text's length without one. */
function closing(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')' && depth-- === 0) return at;
  }
  return text.length;
}
