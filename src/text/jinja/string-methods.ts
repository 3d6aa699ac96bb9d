/** The methods of Python's str. */
import { charge, chargeText } from './budget.ts';
import { iterate } from './operations.ts';
import * as text from './python-text.ts';
import { repr } from './printing.ts';
import { integerArgument, textArgument, type Signature } from './signature.ts';
import { PyList, PyTuple, TemplateError, typeName, type Value } from './values.ts';

type Bound = (Value | undefined)[];
type Method = [Signature, (self: string, args: Bound, name: string) => Value];

/** Methods that Python has, and that no template of text needs. */
export const UNSUPPORTED_STRING_METHODS = [
  'encode',
  'format_map',
  'isidentifier',
  'maketrans',
  'translate',
  'casefold',
];

const SLICE: Signature = ['sub', 'start?', 'end?', '/'];
const CHARS: Signature = ['chars?', '/'];

export const STRING_METHODS: Record<string, Method> = {
  capitalize: [[], (self) => text.capitalize(self)],
  center: [['width', 'fillchar?', '/'], (self, args, name) => pad(self, args, 'center', name)],
  count: [SLICE, (self, args, name) => BigInt(text.occurrences(...within(self, args, name)))],
  endswith: [SLICE, (self, args, name) => affix(self, args, name, (part, one) => part.endsWith(one))],
  expandtabs: [['tabsize?'], (self, [size], name) => expandTabs(self, Number(integerArgument(size, 8n, name)))],
  find: [SLICE, (self, args, name) => find(self, args, name, 'first')],
  index: [SLICE, (self, args, name) => found(find(self, args, name, 'first'))],
  isalnum: [[], (self) => /^[\p{L}\p{N}]+$/u.test(self)],
  isalpha: [[], (self) => /^\p{L}+$/u.test(self)],
  isascii: [[], (self) => /^[\0-\x7f]*$/.test(self)],
  isdecimal: [[], (self) => /^\p{Nd}+$/u.test(self)],
  isdigit: [[], (self) => asciiOnly(self, 'isdigit') && /^\d+$/.test(self)],
  islower: [[], (self) => text.isLower(self)],
  isnumeric: [[], (self) => asciiOnly(self, 'isnumeric') && /^\d+$/.test(self)],
  isprintable: [[], (self) => !/[\p{C}\p{Z}]/u.test(self.replaceAll(' ', ''))],
  isspace: [[], (self) => self !== '' && Array.from(self).every(text.isSpace)],
  istitle: [[], (self) => text.isTitle(self)],
  isupper: [[], (self) => text.isUpper(self)],
  join: [['iterable', '/'], (self, [items = null]) => join(self, items)],
  ljust: [['width', 'fillchar?', '/'], (self, args, name) => pad(self, args, 'left', name)],
  lower: [[], (self) => self.toLowerCase()],
  lstrip: [CHARS, (self, [chars], name) => text.strip(self, optionalText(chars, name), 'left')],
  partition: [['sep', '/'], (self, [separator], name) => partition(self, textArgument(separator, name), false)],
  removeprefix: [
    ['prefix', '/'],
    (self, [prefix], name) => {
      const start = textArgument(prefix, name);
      return self.startsWith(start) ? self.slice(start.length) : self;
    },
  ],
  removesuffix: [
    ['suffix', '/'],
    (self, [suffix], name) => {
      const end = textArgument(suffix, name);
      return end !== '' && self.endsWith(end) ? self.slice(0, -end.length) : self;
    },
  ],
  replace: [
    ['old', 'new', 'count?', '/'],
    (self, [old, by, count], name) =>
      text.replace(self, textArgument(old, name), textArgument(by, name), Number(integerArgument(count, -1n, name))),
  ],
  rfind: [SLICE, (self, args, name) => find(self, args, name, 'last')],
  rindex: [SLICE, (self, args, name) => found(find(self, args, name, 'last'))],
  rjust: [['width', 'fillchar?', '/'], (self, args, name) => pad(self, args, 'right', name)],
  rpartition: [['sep', '/'], (self, [separator], name) => partition(self, textArgument(separator, name), true)],
  rsplit: [['sep?', 'maxsplit?'], (self, args, name) => splitWith(text.splitRight, self, args, name)],
  rstrip: [CHARS, (self, [chars], name) => text.strip(self, optionalText(chars, name), 'right')],
  split: [['sep?', 'maxsplit?'], (self, args, name) => splitWith(text.split, self, args, name)],
  splitlines: [
    ['keepends?'],
    (self, [keep], name) => new PyList(text.splitLines(self, integerArgument(keep, 0n, name) !== 0n)),
  ],
  startswith: [SLICE, (self, args, name) => affix(self, args, name, (part, one) => part.startsWith(one))],
  strip: [CHARS, (self, [chars], name) => text.strip(self, optionalText(chars, name))],
  swapcase: [[], (self) => text.swapCase(self)],
  title: [[], (self) => text.title(self)],
  upper: [[], (self) => self.toUpperCase()],
  zfill: [
    ['width', '/'],
    (self, [width], name) => {
      const size = Number(integerArgument(width, 0n, name));
      chargeText(Math.max(size, 0));
      const sign = /^[+-]/.exec(self)?.[0] ?? '';
      const missing = Math.max(0, size - text.codePointLength(self));
      return sign + '0'.repeat(missing) + self.slice(sign.length);
    },
  ],
};

/** `separator.join(items)`. @throws TemplateError for an item that is no str */
export function join(separator: string, items: Value): string {
  const parts: string[] = [];
  for (const item of iterate(items)) {
    if (typeof item !== 'string')
      throw new TemplateError(`sequence item ${parts.length}: expected str instance, ${typeName(item)} found`);
    parts.push(item);
  }
  return joinText(separator, parts);
}

export function joinText(separator: string, parts: string[]): string {
  chargeText(parts.reduce((sum, part) => sum + part.length + separator.length, 0));
  return parts.join(separator);
}

function optionalText(value: Value | undefined, name: string): string | null {
  return value === undefined || value === null ? null : textArgument(value, name);
}

/** An end of a slice: a position in code points, or None. */
function position(value: Value | undefined, name: string): bigint | null {
  return value === undefined || value === null ? null : integerArgument(value, 0n, name);
}

/** The part of the text between `start` and `end`, and what is looked for in it. */
function within(self: string, [sub, start, end]: Bound, name: string): [string, string] {
  return [self.slice(...unitRange(self, start, end, name)), textArgument(sub, name)];
}

function unitRange(self: string, start: Value | undefined, end: Value | undefined, name: string): [number, number] {
  return text.unitsOf(self, position(start, name), position(end, name));
}

function affix(
  self: string,
  [sub, start, end]: Bound,
  name: string,
  has: (part: string, affix: string) => boolean,
): boolean {
  const [first, last] = unitRange(self, start, end, name);
  const options = sub instanceof PyTuple ? sub.items : [sub];
  // Beyond the end even the empty text is not found.
  const isBeyond = first > last || (typeof start === 'bigint' && start > BigInt(text.codePointLength(self)));
  return options.some((one) => {
    const part = textArgument(one, name);
    return !isBeyond && has(self.slice(first, last), part);
  });
}

function find(self: string, [sub, start, end]: Bound, name: string, which: 'first' | 'last'): bigint {
  const [first, last] = unitRange(self, start, end, name);
  const part = textArgument(sub, name);
  const isBeyond = first > last || (typeof start === 'bigint' && start > BigInt(text.codePointLength(self)));
  if (isBeyond) return -1n;
  const inside = self.slice(first, last);
  const at = which === 'first' ? inside.indexOf(part) : inside.lastIndexOf(part);
  return at < 0 ? -1n : BigInt(text.codePointLength(self.slice(0, first + at)));
}

function found(at: Value): Value {
  if (at === -1n) throw new TemplateError('substring not found');
  return at;
}

function partition(self: string, separator: string, isLast: boolean): Value {
  if (separator === '') throw new TemplateError('empty separator');
  const at = isLast ? self.lastIndexOf(separator) : self.indexOf(separator);
  if (at < 0) return new PyTuple(isLast ? ['', '', self] : [self, '', '']);
  return new PyTuple([self.slice(0, at), separator, self.slice(at + separator.length)]);
}

function splitWith(
  splitter: (self: string, separator: string | null, most: number) => string[],
  self: string,
  [separator, most]: Bound,
  name: string,
): Value {
  const parts = splitter(self, optionalText(separator, name), Number(integerArgument(most, -1n, name)));
  charge(parts.length);
  return new PyList(parts);
}

function pad(self: string, [width, fill]: Bound, side: 'left' | 'right' | 'center', name: string): string {
  const character = fill === undefined ? ' ' : textArgument(fill, name);
  if (text.codePointLength(character) !== 1)
    throw new TemplateError('The fill character must be exactly one character long');
  return padText(self, Number(integerArgument(width, 0n, name)), side, character);
}

/** `ljust`, `rjust` and `center`. */
export function padText(self: string, width: number, side: 'left' | 'right' | 'center', character = ' '): string {
  const missing = width - text.codePointLength(self);
  if (missing <= 0) return self;
  chargeText(width);
  if (side === 'left') return self + character.repeat(missing);
  if (side === 'right') return character.repeat(missing) + self;
  // Of an odd number of spaces the larger part is on the left if the width is odd.
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return character.repeat(left) + self + character.repeat(missing - left);
}

function expandTabs(self: string, size: number): string {
  let column = 0;
  let result = '';
  for (const one of self) {
    if (one === '\t') {
      const spaces = size > 0 ? size - (column % size) : 0;
      chargeText(result.length + spaces);
      result += ' '.repeat(spaces);
      column += spaces;
    } else {
      result += one;
      column = one === '\n' || one === '\r' ? 0 : column + 1;
    }
  }
  return result;
}

/** Which other characters are digits is not in JavaScript. */
function asciiOnly(self: string, name: string): boolean {
  const other = Array.from(self).find((one) => one > '\x7f' && /\p{N}/u.test(one));
  if (other !== undefined) throw new TemplateError(`${name} of ${repr(other)} is not supported`);
  return self !== '';
}
