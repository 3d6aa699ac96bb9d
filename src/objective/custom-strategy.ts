/**
 * Sandbox for a custom strategy: untrusted WGSL that must not be able to freeze the GPU, access buffers or break a run.
 *
 * Its contents are checked here (functions, structs, constants; no attributes, no module variables, no arrays), every
 * loop gets an iteration budget, and it is first compiled in a module that contains only the token (curves.ts).
 */
import { StudioError } from '../errors.ts';
import type { StrategyProblem } from '../views/strategy-views.ts';
import { MAX_SOURCE_LENGTH } from '../run/strategies/strategy-config.ts';
import { closing, functionsOf, place, wordsOf, type Functions, type Word } from './wgsl-words.ts';

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

/**
 * The word that opens the body of the loop at `i`; undefined when the text is malformed there (the compiler reports
 * it).
 */
function bodyOf(words: readonly Word[], i: number): Word | undefined {
  const from = words[i]?.text === 'for' ? closing(words, i + 1) : i;
  return words.slice(from + 1).find(({ text }) => text === '{' || text === ';' || text === '}');
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
  const open: Word[] = [];
  for (const [i, word] of words.entries()) {
    if (word.text === '{') open.push(word);
    else if (word.text === '}' && !open.pop()) say(word, 'This } closes nothing.');
    if (Object.hasOwn(FORBIDDEN, word.text)) say(word, `${word.text}: ${FORBIDDEN[word.text]}.`);
    else if (word.text === '@')
      say(word, 'Attributes (@…) are not available to a strategy: it is called by the studio’s kernel.');
    else if (word.text.startsWith('studio_'))
      say(word, `${word.text}: names that begin with studio_ are the studio's own.`);
    else if (word.text === 'var' && open.length === 0)
      say(word, 'A strategy has no variables outside functions: write `const`, or use a field of `parameters`.');
    else if (word.text === 'var' && words[i + 1]?.text === '<')
      say(word, 'A strategy has only plain `var` inside functions.');
  }
  if (problems.length === 0 && open.length > 0) say(open.at(-1), 'This { is not closed.');
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
  }
  return problems;
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
