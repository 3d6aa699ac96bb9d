/**
 * JSON from outside. `JSON.parse` says what is wrong in words of the browser's own, and code that walks a value nested
 * a hundred thousand levels deep runs out of stack: both end here.
 */
import { inputError } from './errors.ts';

/** Levels of lists and objects; files of models and runs have fewer than 20. */
const MOST_LEVELS = 200;
/** Most characters of the text that a message repeats. */
const SHOWN = 20;

/**
 * @param where the text's name, for messages
 * @throws StudioError `input` with the line and column of the first character that is not JSON
 */
export function parseJsonText(text: string, where: string): unknown {
  const read = readJsonText(text);
  if ('fault' in read) throw inputError(where, read.fault);
  return read.value;
}

/** The value of a JSON text, or why it has none: it is not JSON, or nested too deeply. */
export function readJsonText(text: string): { value: unknown } | { fault: string } {
  if (levelsOf(text) > MOST_LEVELS)
    return { fault: `expected at most ${MOST_LEVELS} levels of lists and objects, found more` };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { fault: `not JSON: ${firstFault(text)}` };
  }
}

/** Levels of nesting of a JSON text; brackets in strings do not count. */
function levelsOf(text: string): number {
  // Most rows of data have fewer brackets than levels are allowed.
  if (countUpTo(text, '[', MOST_LEVELS) + countUpTo(text, '{', MOST_LEVELS) <= MOST_LEVELS) return 0;
  let [level, most] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_LIST || code === OPEN_OBJECT) most = Math.max(most, ++level);
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) level -= 1;
  }
  return most;
}

function countUpTo(text: string, sought: string, most: number): number {
  let count = 0;
  for (let at = text.indexOf(sought); at >= 0 && count <= most; at = text.indexOf(sought, at + 1)) count += 1;
  return count;
}

const [QUOTE, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5b, 0x5d, 0x7b, 0x7d];

/** Index of the quote that ends the string which begins at `start`; the text's end if none does. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}

/** Where a text that is not JSON stops being JSON, and what would have to be there. */
function firstFault(text: string): string {
  const scanner = new Scanner(text);
  const expected = scanner.value() ?? (scanner.atEnd() ? 'JSON' : 'the end of the text');
  const before = text.slice(0, scanner.at).split('\n');
  const rest = text.slice(scanner.at, scanner.at + SHOWN + 1).split('\n')[0] ?? '';
  const found = scanner.at >= text.length ? 'its end' : JSON.stringify(rest.slice(0, SHOWN));
  const line = text.trimEnd().includes('\n') ? `line ${before.length}, ` : '';
  return `${line}column ${(before.at(-1)?.length ?? 0) + 1}: expected ${expected}, found ${found}`;
}

/** Reads as far as the text is JSON; each method gives what it expected where it stopped, undefined if it went well. */
class Scanner {
  at = 0;

  constructor(private readonly text: string) {}

  atEnd(): boolean {
    this.take(/[ \t\r\n]*/y);
    return this.at >= this.text.length;
  }

  value(): string | undefined {
    this.take(/[ \t\r\n]*/y);
    switch (this.text[this.at]) {
      case '{':
        return this.list('}', () => this.field());
      case '[':
        return this.list(']', () => this.value());
      case '"':
        return this.string();
      default:
        return this.take(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y) ? undefined : 'a value';
    }
  }

  private field(): string | undefined {
    this.take(/[ \t\r\n]*/y);
    if (this.text[this.at] !== '"') return 'a field’s name in double quotes';
    const expected = this.string();
    if (expected !== undefined) return expected;
    this.take(/[ \t\r\n]*/y);
    return this.take(/:/y) ? this.value() : 'a colon';
  }

  private list(end: string, entry: () => string | undefined): string | undefined {
    this.at += 1;
    const ends = end === ']' ? /[ \t\r\n]*\]/y : /[ \t\r\n]*\}/y;
    if (this.take(ends)) return undefined;
    for (;;) {
      const expected = entry();
      if (expected !== undefined) return expected;
      if (this.take(ends)) return undefined;
      if (!this.take(/[ \t\r\n]*,/y)) return `a comma or ${end}`;
    }
  }

  private string(): string | undefined {
    this.at += 1;
    for (;;) {
      this.take(/[^"\\\u0000-\u001f]*/y);
      if (this.take(/"/y)) return undefined;
      if (this.text[this.at] !== '\\') return 'the end of a text';
      if (!this.take(/\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y)) return 'an escape of JSON';
    }
  }

  private take(expression: RegExp): boolean {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text);
    if (found) this.at = expression.lastIndex;
    return found !== null;
  }
}
