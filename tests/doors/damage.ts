/**
 * Damages intact inputs: bytes, texts, JSON values. Everything follows from the given stream, so that an input can be
 * reproduced from its seed.
 */
import type { Random } from '../../src/random.ts';

export const choose = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)] as T;

export const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
export const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** Text that JSON has in place of a value, as it is: what no value can be written as. */
class Verbatim {
  constructor(readonly text: string) {}
}

const DEEP = 20_000;
const LONG = 100_000;

/** Names that objects inherit, and that careless code looks up. */
const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'length'];

/** Texts that are hard to show, to compare or to split. */
const ODD_TEXTS = [
  '',
  ' ',
  '\u0000',
  '\ufeff',
  '\ud800',
  '\udc00\ud800',
  '\u202e',
  '\u2028',
  'e\u0301'.repeat(50),
  '\u{1f9d1}\u200d\u{1f680}',
  '../../etc/passwd',
  'C:\\windows\\x',
  '%2e%2e%2f',
  '<script>alert(1)</script>',
  'NaN',
  '1e999',
  'x'.repeat(LONG),
  '{{'.repeat(500),
  ...PROTOTYPE_NAMES,
];

/** Values of another type, of another size, or that no such field can have. */
const ABSURD: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 0,
  () => 0.5,
  () => 1e15,
  () => 1e308,
  () => -1e308,
  () => 5e-324,
  () => Number.MAX_SAFE_INTEGER,
  () => 4_294_967_296,
  () => [],
  () => ({}),
  () => [[]],
  () => [null],
  () => ({ a: 1 }),
  () => [1e9, 1e9, 1e9],
  () => Array.from({ length: 5000 }, (_, i) => i),
  () => Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, i])),
  () => new Verbatim('NaN'),
  () => new Verbatim('Infinity'),
  () => new Verbatim('1e999'),
  () => new Verbatim('-0'),
  () => new Verbatim('123456789012345678901234567890'),
  () => new Verbatim('['.repeat(DEEP) + ']'.repeat(DEEP)),
  () => new Verbatim('{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP)),
  () => new Verbatim('{"__proto__":{"polluted":true}}'),
  () => new Verbatim('{"constructor":{"prototype":{"polluted":true}}}'),
  () => new Verbatim('{"$ref":"#"}'),
  () => new Verbatim('undefined'),
  () => new Verbatim('"\\ud800"'),
];

const absurd = (random: Random): unknown =>
  random.integer(3) === 0 ? choose(random, ODD_TEXTS) : choose(random, ABSURD)();

/** Replaces, removes, adds or repeats one value somewhere in a JSON value. */
function damagedValue(value: unknown, random: Random, depth = 0): unknown {
  if (
    typeof value !== 'object' ||
    value === null ||
    value instanceof Verbatim ||
    (depth > 0 && random.integer(4) === 0)
  )
    return absurd(random);
  if (Array.isArray(value)) {
    const copy: unknown[] = [...(value as unknown[])];
    const at = random.integer(copy.length + 1);
    const kind = random.integer(6);
    if (kind === 0) copy.splice(at, 1);
    else if (kind === 1) copy.splice(at, 0, absurd(random));
    else if (kind === 2) copy.splice(at, 0, copy[random.integer(copy.length)]);
    else copy[at] = damagedValue(copy[at], random, depth + 1);
    return copy;
  }
  const entries = Object.entries(value);
  const at = random.integer(entries.length);
  const [key = '', one] = entries[at] ?? [];
  switch (random.integer(8)) {
    case 0:
      return Object.fromEntries(entries.filter((_, i) => i !== at));
    case 1:
      return written([...entries, [choose(random, PROTOTYPE_NAMES), absurd(random)]]);
    case 2:
      // A key that occurs twice: the second one counts.
      return written([...entries, [key, absurd(random)]]);
    case 3:
      return Object.fromEntries(entries.map(([name, inner], i) => [i === at ? `${name}x` : name, inner]));
    default:
      return written(
        entries.map(([name, inner], i) => [name, i === at ? damagedValue(one, random, depth + 1) : inner]),
      );
  }
}

/** An object as text, so that keys can occur twice or be `__proto__`. */
const written = (entries: readonly (readonly [string, unknown])[]): Verbatim =>
  new Verbatim(`{${entries.map(([key, value]) => `${JSON.stringify(key)}:${textOf(value)}`).join(',')}}`);

/** JSON of a value with verbatim parts. */
function textOf(value: unknown): string {
  if (value instanceof Verbatim) return value.text;
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, inner]) => `${JSON.stringify(key)}:${textOf(inner)}`)
      .join(',')}}`;
  return JSON.stringify(value) ?? 'null';
}

/** A JSON document with one to three damages: in its values mostly, else in its text. */
export function damagedJson(value: unknown, random: Random): string {
  if (random.integer(5) === 0) return damagedText(JSON.stringify(value), random);
  let damaged: unknown = value;
  for (let count = 1 + (random.integer(4) === 0 ? 2 : 0); count > 0; count--)
    damaged = damaged instanceof Verbatim ? damaged : damagedValue(damaged, random);
  return textOf(damaged);
}

/** A text that is cut, has characters changed, or parts repeated, removed or inserted. */
export function damagedText(text: string, random: Random): string {
  const at = random.integer(text.length + 1);
  switch (random.integer(7)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(at);
    case 2:
      return text.slice(0, at) + choose(random, ODD_TEXTS) + text.slice(at);
    case 3: {
      const part = text.slice(at, at + 1 + random.integer(20));
      return text.slice(0, at) + part.repeat(1 + random.integer(50)) + text.slice(at);
    }
    case 4:
      return text.slice(0, at) + text.slice(at + 1 + random.integer(10));
    case 5: {
      const brackets = choose(random, ['(', '[', '{', '{{', '{%', '((', '"', "'", '\\', '<']);
      return text.slice(0, at) + brackets.repeat(1 + random.integer(300)) + text.slice(at);
    }
    default: {
      const characters = [...text];
      for (let count = 1 + random.integer(6); count > 0; count--)
        characters[random.integer(characters.length)] = String.fromCodePoint(32 + random.integer(95));
      return characters.join('');
    }
  }
}

/** Bytes that are cut, flipped, repeated, zeroed, or with integers of an absurd size. */
export function damagedBytes(bytes: Uint8Array, random: Random, within = bytes.length): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  const at = random.integer(Math.min(within, copy.length) + 1);
  switch (random.integer(7)) {
    case 0:
      return copy.slice(0, at);
    case 1:
      return copy.slice(at);
    case 2: {
      const both = new Uint8Array(copy.length * 2);
      both.set(copy);
      both.set(copy, copy.length);
      return both;
    }
    case 3: {
      // A length or an offset somewhere.
      const value = choose(random, [0, 1, 0x7fffffff, 0xffffffff, 0x80000000, 0xffff]);
      if (copy.length >= 4) new DataView(copy.buffer).setUint32(Math.min(at, copy.length - 4), value, true);
      return copy;
    }
    case 4:
      return copy.fill(random.integer(2) * 255, at, at + 1 + random.integer(64));
    default:
      for (let count = 1 + random.integer(8); count > 0; count--) {
        const place = random.integer(Math.min(within, copy.length));
        copy[place] = (copy[place] ?? 0) ^ (1 << random.integer(8));
      }
      return copy;
  }
}
