/** What a door is, and what has to hold for each malformed input that comes through it. */
import { StudioError, type StudioErrorKind } from '../../src/errors.ts';
import type { Random } from '../../src/random.ts';

/** A way in which something from outside reaches the studio. */
export interface Door {
  name: string;
  /** Number of inputs of the 5,000. */
  inputs: number;
  /** What an error has to name: the file, the link, the section; the check is skipped for doors that never throw. */
  names?: RegExp;
  /** Kinds of errors that are sensible here; by default `input` alone. */
  kinds?: readonly StudioErrorKind[];
  /** Errors quote those of a program in its own language: Python's of a template, JavaScript's of a reward. */
  quotes?: boolean;
  /** The smallest share of inputs that must be refused, so that the damage is real. */
  refused?: number;
  /** Makes an input and lets it in, as the program does. @returns once everything that reads it has */
  enter: (random: Random) => unknown;
}

/** Text of libraries and of the language, which tells a person nothing. */
const RAW_TEXT =
  /Invalid input|Cannot read properties|\[object |Maximum call stack|Invalid array length|Invalid typed array|ERR_/;
const OF_LANGUAGES =
  /is not a function|is not iterable|undefined is not|is not defined|Unexpected token|JSON at position|out of bounds/;

/** @returns what is wrong with an error; undefined for one that a person can use */
export function flawOf(error: unknown, { names, quotes = false, kinds = ['input'] }: Door): string | undefined {
  if (!(error instanceof StudioError)) {
    const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    return `${name}: ${message.slice(0, 200)} ${/at (?!.*node:).*src.*$/m.exec(stack)?.[0] ?? stack.slice(0, 300)}`;
  }
  const { kind, message, line } = error;
  const shown = `${kind}: ${line.slice(0, 300)}`;
  if (!kinds.includes(kind)) return `kind: ${shown}`;
  if (message.length < 10 || line.length > 1500) return `length ${line.length}: ${shown}`;
  if (RAW_TEXT.test(line) || (!quotes && OF_LANGUAGES.test(line))) return `raw text: ${shown}`;
  if (/[\u0000-\u0008\u000b-\u001f]/.test(line)) return `control characters: ${JSON.stringify(shown)}`;
  if (names && !names.test(line)) return `place not named: ${shown}`;
  return undefined;
}

/** Names that code has added to what all objects inherit. */
export const pollution = (): string[] => [
  ...Object.keys(Object.prototype),
  ...Object.keys(Array.prototype),
  ...Object.keys(Function.prototype),
];
