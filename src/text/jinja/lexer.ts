/**
 * Splits a template into tokens as jinja2's lexer does with trim_blocks and lstrip_blocks: the first line break after a
 * block is dropped, and so is whitespace before a block at the beginning of its line.
 */
import { WHITESPACE } from './python-text.ts';
import { TemplateError } from './values.ts';

export interface Token {
  type:
    'data' | 'printBegin' | 'printEnd' | 'blockBegin' | 'blockEnd' | 'name' | 'string' | 'number' | 'operator' | 'end';
  /** Decoded text; the digits of a number as they stand. */
  text: string;
  value?: bigint | number;
  line: number;
}

const W = `[${WHITESPACE}]`;
const START = new RegExp(String.raw`(\{%(-|\+|)${W}*raw${W}*(?:-%\}${W}*|%\}))|\{#(-|\+|)|\{%(-|\+|)|\{\{(-|\+|)`, 'g');
const BLOCK_END = new RegExp(String.raw`\+%\}|-%\}${W}*|%\}\n?`, 'y');
const PRINT_END = new RegExp(String.raw`-\}\}${W}*|\}\}`, 'y');
const COMMENT_END = new RegExp(String.raw`\+#\}|-#\}${W}*|#\}\n?`, 'g');
const RAW_END = new RegExp(String.raw`\{%(-|\+|)${W}*endraw${W}*(?:\+%\}|-%\}${W}*|%\}\n?)`, 'g');
const SPACE = new RegExp(`${W}+`, 'y');
const FLOAT = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const NAME = /[\p{ID_Continue}\p{L}\p{N}_]+/uy;
const IDENTIFIER = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;
const STRING = /'[^'\\]*(?:\\[^][^'\\]*)*'|"[^"\\]*(?:\\[^][^"\\]*)*"/y;
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y;
const CLOSING: Record<string, string> = { '{': '}', '(': ')', '[': ']' };
const ONLY_SPACE = new RegExp(`^${W}+$`);
const TRAILING_SPACE = new RegExp(`${W}+$`);

/** @throws TemplateError naming the line */
export function tokenize(text: string): Token[] {
  const source = text.replace(/\r\n|\r/g, '\n').replace(/\n$/, '');
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let counted = 0;
  /** Line of a position; positions are asked for in ascending order. */
  const lineAt = (position: number) => {
    for (; counted < position; counted++) if (source[counted] === '\n') line += 1;
    return line;
  };
  const fail = (message: string, position: number): never => {
    throw new TemplateError(`line ${lineAt(position)}: ${message}`);
  };
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  /** Text before a tag, stripped as the tag's sign says. */
  const data = (end: number, sign: string, isPrint: boolean) => {
    let part = source.slice(at, end);
    if (sign === '-') part = part.replace(TRAILING_SPACE, '');
    else if (sign !== '+' && !isPrint) {
      const start = part.lastIndexOf('\n') + 1;
      const lineStarts = at === 0 || source[at - 1] === '\n';
      if ((start > 0 || lineStarts) && ONLY_SPACE.test(part.slice(start))) part = part.slice(0, start);
    }
    if (part !== '') tokens.push({ type: 'data', text: part, line: lineAt(at) });
  };

  while (at < source.length) {
    const start = match(START);
    if (!start) {
      tokens.push({ type: 'data', text: source.slice(at), line: lineAt(at) });
      break;
    }
    const sign = start[2] ?? start[3] ?? start[4] ?? start[5] ?? '';
    const isPrint = start[5] !== undefined;
    data(start.index, sign, isPrint);
    at = start.index + start[0].length;
    if (start[1] !== undefined) {
      const end = match(RAW_END);
      if (!end) return fail('Missing end of raw directive', at);
      data(end.index, end[1] ?? '', false);
      at = end.index + end[0].length;
    } else if (start[3] !== undefined) {
      const end = match(COMMENT_END);
      if (!end) return fail('Missing end of comment tag', at);
      at = end.index + end[0].length;
    } else {
      tokens.push({ type: isPrint ? 'printBegin' : 'blockBegin', text: '', line: lineAt(start.index) });
      tag(isPrint ? PRINT_END : BLOCK_END, isPrint ? 'printEnd' : 'blockEnd');
    }
  }
  tokens.push({ type: 'end', text: '', line: lineAt(source.length) });
  return tokens;

  /** Tokens up to and including the tag's end, which brackets must not enclose. */
  function tag(endPattern: RegExp, endType: 'printEnd' | 'blockEnd'): void {
    const open: string[] = [];
    while (at < source.length) {
      const end = open.length === 0 ? match(endPattern) : null;
      if (end) {
        tokens.push({ type: endType, text: '', line: lineAt(at) });
        at += end[0].length;
        return;
      }
      const space = match(SPACE);
      if (space) {
        at += space[0].length;
        continue;
      }
      const token = next();
      if (token.type === 'operator') {
        const closing = CLOSING[token.text];
        if (closing !== undefined) open.push(closing);
        else if ('})]'.includes(token.text)) {
          const expected = open.pop();
          if (expected !== token.text)
            fail(`unexpected '${token.text}'${expected === undefined ? '' : `, expected '${expected}'`}`, at);
        }
      }
      tokens.push(token);
    }
  }

  function next(): Token {
    const line = lineAt(at);
    const take = (pattern: RegExp) => {
      const found = match(pattern)?.[0];
      if (found !== undefined) at += found.length;
      return found;
    };
    const float = take(FLOAT);
    if (float !== undefined) return { type: 'number', text: float, value: Number(float.replaceAll('_', '')), line };
    const integer = take(INTEGER);
    if (integer !== undefined) {
      const digits = integer.replaceAll('_', '');
      return { type: 'number', text: integer, value: BigInt(digits), line };
    }
    const name = take(NAME);
    if (name !== undefined)
      return IDENTIFIER.test(name)
        ? { type: 'name', text: name, line }
        : fail('Invalid character in identifier', at - name.length);
    const string = take(STRING);
    if (string !== undefined) return { type: 'string', text: unescape(string.slice(1, -1), line), line };
    const operator = take(OPERATOR);
    if (operator !== undefined) return { type: 'operator', text: operator, line };
    return fail(`unexpected char ${JSON.stringify(source[at])}`, at);
  }
}

const ESCAPES: Record<string, string> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([^]))/gu;

/** Python's unicode_escape codec, which leaves unknown escapes as they are. */
function unescape(text: string, line: number): string {
  return text.replace(ESCAPE, (whole, x?: string, u?: string, big?: string, octal?: string, one?: string) => {
    const hex = x ?? u ?? big;
    if (hex !== undefined) {
      const point = Number.parseInt(hex, 16);
      if (point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)) return String.fromCodePoint(point);
    }
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    if (one === undefined || 'xuUN'.includes(one))
      throw new TemplateError(`line ${line}: the escape ${whole} is not supported`);
    const known = ESCAPES[one];
    if (known !== undefined) return known;
    const point = one.codePointAt(0) ?? 0;
    // The codec reads a character beyond ASCII as its escape, whose own backslash this backslash escapes.
    return point < 0x80 ? whole : hexEscape(point);
  });
}

/** The shortest of `\xNN`, `\uNNNN` and `\UNNNNNNNN`. */
export function hexEscape(point: number): string {
  const [letter, digits] = point < 0x100 ? ['x', 2] : point < 0x10000 ? ['u', 4] : ['U', 8];
  return `\\${letter}${point.toString(16).padStart(Number(digits), '0')}`;
}
