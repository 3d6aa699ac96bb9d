/**
 * Refuses WGSL that one browser's compiler takes and another's rejects, and names the form that both take: a strategy
 * is shared by links and files, and its author sees only the messages of one browser. Chrome and Edge compile with
 * Tint, Firefox with naga; the differences are measured (tests/support/strategy-cases.ts).
 */
import type { StrategyProblem } from '../views/strategy-views.ts';
import { closing, functionsOf, place, wordsOf, type Word } from './wgsl-words.ts';

/** Built-in functions whose value Firefox does not compute in a `const` declaration. */
const NOT_CONSTANT = new Set(
  (
    'bitcast determinant extractBits faceForward frexp insertBits ldexp mix modf quantizeToF16 reflect refract ' +
    'smoothstep transpose pack2x16float pack2x16snorm pack2x16unorm pack4x8snorm pack4x8unorm unpack2x16float ' +
    'unpack2x16snorm unpack2x16unorm unpack4x8snorm unpack4x8unorm'
  ).split(' '),
);
/** Those that it does not compute of literals anywhere. */
const NOT_OF_LITERALS = new Set(['mix', 'smoothstep']);
const KEYWORDS = new Set(
  'break case const continue default else for if let loop return struct switch var while'.split(' '),
);
const TEMPLATES = /^(vec[234]|mat[234]x[234]|bitcast)$/;
const SWIZZLE = /^([xyzw]{2,4}|[rgba]{2,4})$/;
const ASSIGNMENT = /^(=|<<=|>>=|[+\-*/%&|^]=)$/;

type Say = (word: Word | undefined, message: string) => void;

/** Problems by line; empty if all compilers take these forms. */
export function portabilityProblems(source: string): StrategyProblem[] {
  const words = withoutTemplates(wordsOf(source));
  const problems: StrategyProblem[] = [];
  const say: Say = (word, message) => void problems.push({ ...place(source, word?.at ?? 0), message });
  openEnds(words, say);
  mixedOperators(words, say);
  swizzles(words, say);
  signs(words, say);
  constants(words, say);
  return problems.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Without the arguments of types, whose brackets look like comparisons. */
function withoutTemplates(words: readonly Word[]): Word[] {
  const out: Word[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Word;
    out.push(word);
    if (!TEMPLATES.test(word.text) || words[i + 1]?.text !== '<') continue;
    let depth = 0;
    do {
      const { text } = words[++i] as Word;
      depth += text === '<' ? 1 : text === '>' ? -1 : text === '>>' ? -2 : 0;
    } while (depth > 0 && i + 1 < words.length);
  }
  return out;
}

/** Functions with a value that end in a loop, or in a switch that is left by `break`. */
function openEnds(words: readonly Word[], say: Say): void {
  for (const [name, { word, body, hasValue }] of functionsOf(words)) {
    const end = hasValue ? openEnd(body, 0, body.length - 1) : undefined;
    if (end)
      say(word, `${name} ends in a ${end}: write a return after it, because compilers disagree about whether it ends.`);
  }
}

/** What the block from the brace `open` to the brace `close` ends in, if not all compilers see that it ends. */
function openEnd(words: readonly Word[], open: number, close: number): string | undefined {
  if (words[close - 1]?.text !== '}' || close - 1 <= open) return undefined;
  const starts = blockStarts(words, open, close);
  const last = starts.at(-1);
  if (last === undefined) return undefined;
  const header = headerOf(words, open, last);
  const inner = openEnd(words, last, close - 1);
  if (header === 'loop' || header === 'while' || header === 'for')
    return `${header === 'loop' ? '' : `${header} `}loop`;
  if (header === 'switch') {
    const left = words.slice(last, close).some(({ text }, i, part) => text === 'break' && !inLoop(part, i));
    return left ? 'switch with a break' : inner;
  }
  if (header !== 'else') return inner;
  const before = starts.at(-2);
  return inner ?? (before === undefined ? undefined : openEnd(words, before, closing(words, before)));
}

/** Indices of the opening braces directly inside a block. */
function blockStarts(words: readonly Word[], open: number, close: number): number[] {
  const starts: number[] = [];
  for (let i = open + 1; i < close; i++)
    if (words[i]?.text === '{') {
      starts.push(i);
      i = closing(words, i);
    }
  return starts;
}

/** The keyword of the statement whose block begins at `brace`. */
function headerOf(words: readonly Word[], open: number, brace: number): string | undefined {
  let depth = 0;
  let first: string | undefined;
  for (let i = brace - 1; i > open; i--) {
    const text = words[i]?.text ?? '';
    if (text === ')') depth += 1;
    else if (text === '(') depth -= 1;
    else if (depth === 0 && (text === ';' || text === '{' || text === '}')) break;
    if (depth === 0) first = text;
  }
  return first;
}

/** Whether the word belongs to a loop that begins in the same part. */
function inLoop(part: readonly Word[], at: number): boolean {
  for (let i = 0; i < at; i++)
    if (part[i]?.text === 'for' || part[i]?.text === 'while' || part[i]?.text === 'loop') {
      const from = part[i]?.text === 'for' ? closing(part, i + 1) : i;
      const brace = part.findIndex(({ text }, j) => j > from && text === '{');
      if (brace >= 0 && at > brace && at < closing(part, brace)) return true;
    }
  return false;
}

const LOGICAL = new Set(['&&', '||']);
const COMPARING = new Set(['<', '>', '<=', '>=', '==', '!=']);
const SHIFTS = new Set(['<<', '>>']);
const BITS = new Set(['&', '|', '^']);
const ARITHMETIC = new Set(['+', '-', '*', '/', '%']);
const BINARY = new Set([...LOGICAL, ...COMPARING, ...SHIFTS, ...BITS, ...ARITHMETIC]);

/** Operators that WGSL's grammar does not mix without parentheses. Firefox takes them, Chrome does not. */
function mixedOperators(words: readonly Word[], say: Say): void {
  const outer: Word[][] = [];
  let run: Word[] = [];
  const end = () => {
    const [one, other] = mixed(run) ?? [];
    if (one && other) say(other, `Mixing ${one.text} and ${other.text} requires parentheses.`);
    run = [];
  };
  for (const [i, word] of words.entries()) {
    const { text } = word;
    if (text === '(' || text === '[') {
      outer.push(run);
      run = [];
    } else if (text === ')' || text === ']') {
      end();
      run = outer.pop() ?? [];
    } else if (/^[,;{}:]$/.test(text) || ASSIGNMENT.test(text) || KEYWORDS.has(text)) end();
    else if (BINARY.has(text) && isOperand(words[i - 1])) run.push(word);
  }
  end();
}

const isOperand = (word: Word | undefined): boolean =>
  word !== undefined && !KEYWORDS.has(word.text) && /^([A-Za-z_.\d].*|[)\]])$/.test(word.text);

/** Two operators of one expression that need parentheses between them. */
function mixed(run: readonly Word[]): [Word, Word] | undefined {
  const [first] = run;
  if (!first || run.length < 2) return undefined;
  const bit = run.find(({ text }) => BITS.has(text));
  if (bit)
    return pair(
      bit,
      run.find(({ text }) => text !== bit.text),
    );
  const logical = run.filter(({ text }) => LOGICAL.has(text));
  const [one] = logical;
  const other = logical.find(({ text }) => text !== one?.text);
  if (one && other) return [one, other];
  for (const side of split(run, LOGICAL)) {
    const [compared, again] = side.filter(({ text }) => COMPARING.has(text));
    if (compared && again) return [compared, again];
    for (const part of split(side, COMPARING)) {
      const shift = part.find(({ text }) => SHIFTS.has(text));
      const beside =
        shift &&
        pair(
          shift,
          part.find((word) => word !== shift),
        );
      if (beside) return beside;
    }
  }
  return undefined;
}

const pair = (one: Word, other: Word | undefined): [Word, Word] | undefined =>
  other && (one.at < other.at ? [one, other] : [other, one]);

function split(run: readonly Word[], at: ReadonlySet<string>): Word[][] {
  const parts: Word[][] = [[]];
  for (const word of run)
    if (at.has(word.text)) parts.push([]);
    else parts.at(-1)?.push(word);
  return parts;
}

/** Assignments to several components at once, which Chrome takes. */
function swizzles(words: readonly Word[], say: Say): void {
  const fields = new Set(words.filter((_, i) => words[i + 1]?.text === ':').map(({ text }) => text));
  for (const [i, word] of words.entries())
    if (
      words[i - 1]?.text === '.' &&
      SWIZZLE.test(word.text) &&
      !fields.has(word.text) &&
      ASSIGNMENT.test(words[i + 1]?.text ?? '')
    )
      say(word, `Firefox does not assign to several components at once (.${word.text}): assign one by one.`);
}

/** `--` before an operand, which Chrome reads as two signs. */
function signs(words: readonly Word[], say: Say): void {
  for (const [i, word] of words.entries())
    if (word.text === '--' && /^[\w.(]/.test(words[i + 1]?.text ?? ''))
      say(word, 'Write - - with a space between: Firefox reads -- as a decrement.');
}

/** Values of constants that Firefox does not compute. */
function constants(words: readonly Word[], say: Say): void {
  const declared = words.flatMap(({ text }, i) => (text === 'const' ? [i] : []));
  const untyped = new Set(declared.filter((i) => words[i + 2]?.text !== ':').map((i) => words[i + 1]?.text));
  for (const [i, word] of words.entries()) {
    if (words[i + 1]?.text !== '(' || !NOT_CONSTANT.has(word.text) || words[i - 1]?.text === 'fn') continue;
    const start = words.slice(0, i).findLastIndex(({ text }) => text === ';' || text === '{' || text === '}');
    if (words[start + 1]?.text === 'const')
      say(word, `Firefox does not compute ${word.text} in a const: write its value, or compute it in a function.`);
    else if (NOT_OF_LITERALS.has(word.text) && literal(words.slice(i + 2, closing(words, i + 1)), untyped))
      say(word, `Firefox does not compute ${word.text} of numbers alone: write its value, or one of them as f32(…).`);
  }
}

/** Whether all words are numbers without a type, constants without a type, and operators between them. */
const literal = (words: readonly Word[], untyped: ReadonlySet<string | undefined>): boolean =>
  words.every(({ text }) =>
    /^[.\d]/.test(text) ? !/[fh]$/.test(text) : !/^[A-Za-z_]/.test(text) || untyped.has(text),
  );
