/**
 * Sandbox for a custom strategy: untrusted WGSL that must not be able to freeze the GPU, access buffers or break a run.
 *
 * Its contents are checked here (functions, structs, constants; no attributes, no module variables, no arrays), every
 * loop gets an iteration budget, and it is first compiled in a module that contains only the token (curves.ts).
 */
import { StudioError } from '../errors.ts';
import type { StrategyProblem } from '../views/strategy-views.ts';
import { MAX_SOURCE_LENGTH } from '../run/strategies/strategy-config.ts';

/** Total loop iterations that a strategy may run per token. */
export const LOOP_BUDGET = 4096;
/**
 * Maximum tokens of the source after inlining every call: compilers inline, and nested calls can grow exponentially.
 */
const MOST_WORDS = 40_000;

const FORBIDDEN: Record<string, string> = {
  array: 'arrays are not available to a strategy',
  ptr: 'pointers are not available to a strategy',
  atomic: 'atomics are not available to a strategy',
  override: 'write `const`; its parameters are the fields of `parameters`',
  enable: 'a strategy cannot enable language features',
  requires: 'a strategy cannot require language features',
  diagnostic: 'a strategy cannot change diagnostics',
  workgroupBarrier: 'barriers are not available to a strategy',
  storageBarrier: 'barriers are not available to a strategy',
  discard: 'discard belongs to fragment shaders',
};

interface Word {
  text: string;
  at: number;
}

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

function wordsOf(source: string): Word[] {
  return [...withoutComments(source).matchAll(/[A-Za-z_]\w*|\d[\w.]*|[^\s\w]/g)].map(({ 0: text, index }) => ({
    text,
    at: index,
  }));
}

/** Index of the word that closes the bracket at `open`; the last word when none does. */
function closing(words: readonly Word[], open: number): number {
  const pairs: Record<string, string> = { '(': ')', '{': '}', '[': ']' };
  const close = pairs[words[open]?.text ?? ''];
  let depth = 0;
  for (let i = open; i < words.length; i++) {
    if (words[i]?.text === words[open]?.text) depth += 1;
    if (words[i]?.text === close && --depth === 0) return i;
  }
  return words.length - 1;
}

/**
 * The word that opens the body of the loop at `i`; undefined when the text is malformed there (the compiler reports
 * it).
 */
function bodyOf(words: readonly Word[], i: number): Word | undefined {
  const from = words[i]?.text === 'for' ? closing(words, i + 1) : i;
  return words.slice(from + 1).find(({ text }) => text === '{' || text === ';' || text === '}');
}

function place(source: string, at: number): Pick<StrategyProblem, 'line' | 'column'> {
  const before = source.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Problems found before the source is compiled; empty if there are none. */
export function strategyProblems(source: string): StrategyProblem[] {
  if (source.length > MAX_SOURCE_LENGTH)
    return [
      { line: 1, column: 1, message: `The strategy has ${source.length} characters; at most ${MAX_SOURCE_LENGTH}.` },
    ];
  const words = wordsOf(source);
  const problems: StrategyProblem[] = [];
  const say = (word: Word | undefined, message: string) => problems.push({ ...place(source, word?.at ?? 0), message });
  let depth = 0;
  for (const [i, word] of words.entries()) {
    if (word.text === '{') depth += 1;
    if (word.text === '}') depth -= 1;
    if (Object.hasOwn(FORBIDDEN, word.text)) say(word, `${word.text}: ${FORBIDDEN[word.text]}.`);
    else if (word.text === '@')
      say(word, 'Attributes (@…) are not available to a strategy: it is called by the studio’s kernel.');
    else if (word.text.startsWith('studio_'))
      say(word, `${word.text}: names that begin with studio_ are the studio's own.`);
    else if (word.text === 'var' && depth === 0)
      say(word, 'A strategy has no variables outside functions: write `const`, or use a field of `parameters`.');
    else if (word.text === 'var' && words[i + 1]?.text === '<')
      say(word, 'A strategy has only plain `var` inside functions.');
  }
  if (problems.length > 0) return problems;
  const functions = functionsOf(words);
  if (!functions.has('strategy'))
    return [{ line: 1, column: 1, message: 'Expected a function `fn strategy(token: Token) -> Outcome`.' }];
  for (const [name, { word }] of functions) {
    const size = expandedSize(functions, name, []);
    if (size === 'recursive') say(word, `${name} calls itself; WGSL has no recursion.`);
    else if (size > MOST_WORDS)
      say(word, `${name} grows to ${size} words once its calls are written out; at most ${MOST_WORDS}.`);
    if (problems.length > 0) break;
    if (functions.get(name)?.gives && endsInLoop(functions.get(name)?.body ?? []))
      say(word, `${name} ends in a loop, which some browsers refuse: write \`return ...;\` after the loop.`);
  }
  return problems;
}

type Functions = Map<string, { word: Word; body: Word[]; /** Whether it returns a value. */ gives: boolean }>;

/** Whether the last statement of a body, from its opening to its closing brace, is a loop. */
function endsInLoop(body: readonly Word[]): boolean {
  let [depth, head] = [0, ''];
  let begins = false;
  for (const { text } of body.slice(0, -1)) {
    if (depth === 1 && begins) {
      head = text;
      begins = false;
    }
    if ('({['.includes(text)) depth += 1;
    if (')}]'.includes(text)) depth -= 1;
    if (depth === 1 && (text === ';' || text === '}' || text === '{')) begins = true;
  }
  return ['loop', 'for', 'while'].includes(head);
}

function functionsOf(words: readonly Word[]): Functions {
  const functions: Functions = new Map();
  for (const [i, word] of words.entries()) {
    const name = words[i + 1];
    if (word.text !== 'fn' || !name) continue;
    const open = words.findIndex(({ text }, at) => at > i && text === '{');
    if (open < 0) continue;
    const gives = words.slice(i, open).some(({ text }, at, head) => text === '-' && head[at + 1]?.text === '>');
    functions.set(name.text, { word: name, body: words.slice(open, closing(words, open) + 1), gives });
  }
  return functions;
}

function expandedSize(functions: Functions, name: string, callers: readonly string[]): number | 'recursive' {
  if (callers.includes(name)) return 'recursive';
  const body = functions.get(name)?.body ?? [];
  let size = body.length;
  for (const [i, { text }] of body.entries()) {
    if (!functions.has(text) || body[i + 1]?.text !== '(') continue;
    const called = expandedSize(functions, text, [...callers, name]);
    if (called === 'recursive') return called;
    size += called;
    if (size > MOST_WORDS) return size;
  }
  return size;
}

/**
 * The strategy with a budget in every loop. No lines are inserted, so that the compiler's line numbers are the user's.
 *
 * @throws StudioError `input` naming line and problem
 */
export function guardedSource(source: string): { source: string } {
  const [problem] = strategyProblems(source);
  if (problem) throw strategyError([problem]);
  const words = wordsOf(source);
  const places = words
    .flatMap((word, i) =>
      word.text === 'for' || word.text === 'while' || word.text === 'loop' ? [bodyOf(words, i)] : [],
    )
    .flatMap((body) => (body?.text === '{' ? [body.at + 1] : []))
    .sort((a, b) => a - b);
  let [out, at] = ['', 0];
  for (const end of places) {
    out += `${source.slice(at, end)} if (studio_loops_left == 0u) { break; } studio_loops_left -= 1u;`;
    at = end;
  }
  out += source.slice(at);
  return { source: `${out}\nconst STUDIO_LOOPS = ${LOOP_BUDGET}u;\nvar<private> studio_loops_left: u32;\n` };
}

/** The error for a strategy that cannot be used, with its first problem. */
export function strategyError(problems: readonly StrategyProblem[]): StudioError {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new StudioError(
    'input',
    `The custom strategy is not valid: line ${first?.line ?? 1}: ${first?.message ?? 'unknown'}${more}`,
    'Correct it on the Objective page.',
    'rl.strategy',
  );
}
