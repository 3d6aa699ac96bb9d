/** Python's str: white space, cases, lengths and positions in code points. */
import { chargeText } from './budget.ts';
import { TemplateError } from './values.ts';

/** What Python's str.isspace accepts, and its regular expressions' \s; for a character class. */
export const WHITESPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const SPACE = new RegExp(`^[${WHITESPACE}]$`);
const LEADING = new RegExp(`^[${WHITESPACE}]+`);
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

/** Text of few surrogates is indexed as it is. */
const SURROGATE = /[\ud800-\udfff]/;

export function codePoints(text: string): string[] {
  return Array.from(text);
}

export function codePointLength(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** Order by code points, unlike JavaScript's by UTF-16 units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : 1;
  const [left, right] = [codePoints(a), codePoints(b)];
  for (let i = 0; ; i++) {
    const [x, y] = [left[i]?.codePointAt(0), right[i]?.codePointAt(0)];
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    if (x !== y) return x - y;
  }
}

/** Start and end of `text[start:end]` in UTF-16 units, from positions in code points that may be negative. */
export function unitsOf(text: string, start: bigint | null, end: bigint | null): [number, number] {
  const length = codePointLength(text);
  const clamp = (at: bigint | null, fallback: number) => {
    if (at === null) return fallback;
    const position = at < 0n ? at + BigInt(length) : at;
    return position < 0n ? 0 : position > BigInt(length) ? length : Number(position);
  };
  const [first, last] = [clamp(start, 0), clamp(end, length)];
  if (length === text.length) return [first, last];
  const points = codePoints(text);
  const units = (count: number) => points.slice(0, count).join('').length;
  return [units(first), units(last)];
}

/** @param chars set of characters to strip; white space by default */
export function strip(text: string, chars: string | null, sides: 'both' | 'left' | 'right' = 'both'): string {
  if (chars === null) {
    const left = sides === 'right' ? text : text.replace(LEADING, '');
    return sides === 'left' ? left : stripTrailing(left);
  }
  const set = new Set(codePoints(chars));
  const points = codePoints(text);
  let [start, end] = [0, points.length];
  if (sides !== 'right') while (start < end && set.has(points[start] ?? '')) start += 1;
  if (sides !== 'left') while (end > start && set.has(points[end - 1] ?? '')) end -= 1;
  return points.slice(start, end).join('');
}

/** A loop, because the pattern takes quadratic time on long runs of white space. */
function stripTrailing(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1])) end -= 1;
  return text.slice(0, end);
}

export function isSpace(character: string | undefined): boolean {
  return character !== undefined && SPACE.test(character);
}

/**
 * `str.split`.
 *
 * @param separator runs of white space if null
 * @param most number of splits, or -1
 */
export function split(text: string, separator: string | null, most: number): string[] {
  if (separator === '') throw new TemplateError('empty separator');
  if (separator !== null) {
    const parts = text.split(separator);
    if (most < 0 || parts.length <= most + 1) return parts;
    return [...parts.slice(0, most), parts.slice(most).join(separator)];
  }
  const parts: string[] = [];
  for (let at = 0; ;) {
    while (isSpace(text[at])) at += 1;
    if (at >= text.length) return parts;
    if (parts.length === most) return [...parts, text.slice(at)];
    const start = at;
    while (at < text.length && !isSpace(text[at])) at += 1;
    parts.push(text.slice(start, at));
  }
}

/** `str.rsplit`, which splits from the end. */
export function splitRight(text: string, separator: string | null, most: number): string[] {
  if (separator === '') throw new TemplateError('empty separator');
  if (most < 0) return split(text, separator, most);
  const parts: string[] = [];
  let end = text.length;
  if (separator !== null) {
    for (; parts.length < most;) {
      const at = end < separator.length ? -1 : text.lastIndexOf(separator, end - separator.length);
      if (at < 0) break;
      parts.unshift(text.slice(at + separator.length, end));
      end = at;
    }
    return [text.slice(0, end), ...parts];
  }
  for (;;) {
    while (isSpace(text[end - 1])) end -= 1;
    if (end <= 0) return parts;
    if (parts.length === most) return [text.slice(0, end), ...parts];
    const stop = end;
    while (end > 0 && !isSpace(text[end - 1])) end -= 1;
    parts.unshift(text.slice(end, stop));
  }
}

/** `str.splitlines`. */
export function splitLines(text: string, keepEnds: boolean): string[] {
  const lines: string[] = [];
  let at = 0;
  for (const { 0: end, index } of text.matchAll(LINE_END)) {
    lines.push(text.slice(at, keepEnds ? index + end.length : index));
    at = index + end.length;
  }
  if (at < text.length) lines.push(text.slice(at));
  return lines;
}

/** `str.replace`. @param most number of replacements, or -1 */
export function replace(text: string, old: string, by: string, most: number): string {
  const parts = old === '' ? ['', ...codePoints(text), ''] : text.split(old);
  const count = most < 0 ? parts.length - 1 : Math.min(most, parts.length - 1);
  chargeText(text.length + count * by.length);
  const [first = '', ...rest] = parts;
  return first + rest.map((part, i) => (i < count ? by : old) + part).join('');
}

/** `str.count`: occurrences that do not overlap. */
export function occurrences(text: string, part: string): number {
  return part === '' ? codePointLength(text) + 1 : text.split(part).length - 1;
}

/** @throws TemplateError if the result is too long */
export function repeat(text: string, count: bigint): string {
  if (count <= 0n || text === '') return '';
  chargeText(text.length * Number(count));
  return text.repeat(Number(count));
}

const CASED = /[\p{Lowercase}\p{Uppercase}\p{Lt}]/u;

/** Whether Python's str.title sees a letter that the next one continues. */
function isCased(character: string): boolean {
  return CASED.test(character);
}

const SIMPLE_TITLE = /^(?:\u01c4|\u01c7|\u01ca|\u01f1)$/u;

/** A character in title case: digraphs have one of their own, and Georgian letters have none. */
function titleCase(character: string): string {
  const upper = character.toUpperCase();
  if (SIMPLE_TITLE.test(upper)) return String.fromCodePoint((upper.codePointAt(0) ?? 0) + 1);
  const point = character.codePointAt(0) ?? 0;
  if (point >= 0x10d0 && point <= 0x10ff) return character;
  const decomposed = character.normalize('NFD');
  // Iota subscript stays a subscript of its letter.
  if (decomposed.includes('\u0345') && decomposed !== '\u0345') {
    const [letter = '', ...marks] = codePoints(decomposed.replace('\u0345', ''));
    return `${letter.toUpperCase()}\u0345${marks.join('')}`.normalize('NFC');
  }
  const [first = '', ...rest] = codePoints(upper);
  return character === '\u0149' ? upper : first + rest.join('').toLowerCase();
}

export function title(text: string): string {
  let cased = false;
  let run = '';
  let result = '';
  const flush = () => {
    // Lower case of a whole word: a final sigma has its own form.
    const [first = '', ...rest] = codePoints(run);
    result += titleCase(first) + lowerAfter(first, rest.join(''));
    run = '';
  };
  for (const character of text) {
    const next = isCased(character);
    if (next && !cased && run !== '') flush();
    run += character;
    cased = next;
  }
  if (run !== '') flush();
  return result;
}

export function capitalize(text: string): string {
  const [first = '', ...rest] = codePoints(text);
  return titleCase(first) + lowerAfter(first, rest.join(''));
}

function lowerAfter(first: string, rest: string): string {
  return (first + rest).toLowerCase().slice(first.toLowerCase().length);
}

export function swapCase(text: string): string {
  let before = '';
  return codePoints(text)
    .map((one) => {
      const swapped = /\p{Uppercase}/u.test(one)
        ? lowerAt(before, one, text.slice(before.length + one.length))
        : /\p{Lowercase}/u.test(one)
          ? one.toUpperCase()
          : one;
      before += one;
      return swapped;
    })
    .join('');
}

/** A sigma at the end of a word has its own form. */
function lowerAt(before: string, one: string, after: string): string {
  if (one !== 'Σ') return one.toLowerCase();
  const isFinal = /\p{Cased}\p{Case_Ignorable}*$/u.test(before) && !/^\p{Case_Ignorable}*\p{Cased}/u.test(after);
  return isFinal ? 'ς' : 'σ';
}

/** `islower`, `isupper` and `istitle` are true of texts with at least one letter that has cases. */
export function isLower(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text);
}

export function isUpper(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text);
}

export function isTitle(text: string): boolean {
  let [cased, found] = [false, false];
  for (const one of text) {
    if (/[\p{Uppercase}\p{Lt}]/u.test(one)) {
      if (cased) return false;
      cased = true;
      found = true;
    } else if (/\p{Lowercase}/u.test(one)) {
      if (!cased) return false;
      found = true;
    } else cased = false;
  }
  return found;
}
