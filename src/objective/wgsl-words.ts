/** The words of a WGSL source with their positions: enough structure to check a custom strategy before compiling it. */
import type { StrategyProblem } from '../views/strategy-views.ts';

export interface Word {
  text: string;
  /** Index of its first character. */
  at: number;
}

const NUMBER = String.raw`0[xX][\da-fA-F.]+(?:[pP][+-]?\d+)?[iufh]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[iufh]?`;
const OPERATOR = String.raw`<<=|>>=|&&|\|\||<<|>>|--|\+\+|->|[<>=!+\-*/%&|^]=`;
const WORD = new RegExp(String.raw`[A-Za-z_]\w*|${NUMBER}|${OPERATOR}|[^\s\w]`, 'g');

/** Replaces comments by blanks of the same length, so that positions are unchanged. */
function withoutComments(source: string): string {
  const blank = (text: string) => text.replace(/[^\n]/g, ' ');
  let [out, at] = ['', 0];
  while (at < source.length) {
    if (source.startsWith('//', at)) {
      const end = source.indexOf('\n', at);
      const stop = end < 0 ? source.length : end;
      out += blank(source.slice(at, stop));
      at = stop;
    } else if (source.startsWith('/*', at)) {
      // WGSL block comments nest.
      let [depth, stop] = [1, at + 2];
      while (stop < source.length && depth > 0) {
        if (source.startsWith('/*', stop)) [depth, stop] = [depth + 1, stop + 2];
        else if (source.startsWith('*/', stop)) [depth, stop] = [depth - 1, stop + 2];
        else stop += 1;
      }
      out += blank(source.slice(at, stop));
      at = stop;
    } else {
      out += source[at] ?? '';
      at += 1;
    }
  }
  return out;
}

export function wordsOf(source: string): Word[] {
  return [...withoutComments(source).matchAll(WORD)].map(({ 0: text, index }) => ({ text, at: index }));
}

/** Index of the word that closes the bracket at `open`; the last word when none does. */
export function closing(words: readonly Word[], open: number): number {
  const pairs: Record<string, string> = { '(': ')', '{': '}', '[': ']' };
  const close = pairs[words[open]?.text ?? ''];
  let depth = 0;
  for (let i = open; i < words.length; i++) {
    if (words[i]?.text === words[open]?.text) depth += 1;
    if (words[i]?.text === close && --depth === 0) return i;
  }
  return words.length - 1;
}

export function place(source: string, at: number): Pick<StrategyProblem, 'line' | 'column'> {
  const before = source.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

export type Functions = Map<string, { word: Word; body: Word[]; hasValue: boolean }>;

/** Functions by name, with the words of their bodies, braces included. */
export function functionsOf(words: readonly Word[]): Functions {
  const functions: Functions = new Map();
  for (const [i, word] of words.entries()) {
    const name = words[i + 1];
    if (word.text !== 'fn' || !name) continue;
    const open = words.findIndex(({ text }, at) => at > i && text === '{');
    if (open < 0) continue;
    const hasValue = words.slice(i, open).some(({ text }) => text === '->');
    functions.set(name.text, { word: name, body: words.slice(open, closing(words, open) + 1), hasValue });
  }
  return functions;
}
