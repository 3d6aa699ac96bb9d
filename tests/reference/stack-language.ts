/**
 * The stack language of docs/programs.md a second time, for comparison with src/rewards/tests/interpreter.ts: a parse
 * tree, evaluated recursively on immutable lists of BigInt.
 */

/** A symbol, or the body of a repetition. */
type Node = string | readonly Node[];
type Stack = { readonly top: bigint; readonly below: Stack; readonly depth: number } | null;

class Fault extends Error {
  constructor(readonly kind: string) {
    super(kind);
  }
}

const MOST = { symbols: 256, steps: 1000, depth: 32, number: 9999n };

/** The one number that a program leaves, or the kind of its error. */
export function evaluate(text: string, input: readonly number[]): number | string {
  try {
    const symbols = [...text];
    if (symbols.length > MOST.symbols) throw new Fault('program-too-long');
    // Faults of the text come before those of a run, the leftmost first.
    const [tree, rest] = parse(symbols, 0);
    if (rest < symbols.length) throw new Fault('unmatched-bracket');
    const start = input.reduce<Stack>((stack, number) => push(stack, BigInt(number)), null);
    const { stack } = runAll(tree, { stack: start, steps: 0 });
    if (stack?.depth !== 1) throw new Fault('result-count');
    return Number(stack.top);
  } catch (error) {
    if (error instanceof Fault) return error.kind;
    throw error;
  }
}

/** The nodes from an index up to a closing bracket or the end, and the index of that. */
function parse(symbols: readonly string[], from: number): [nodes: Node[], end: number] {
  const nodes: Node[] = [];
  for (let at = from; at < symbols.length; at++) {
    const symbol = symbols[at] ?? '';
    if (symbol === ')') return [nodes, at];
    if (symbol !== '(') {
      if (!/^[0-9+\-*/%<>=dpsor]$/.test(symbol)) throw new Fault('unknown-symbol');
      nodes.push(symbol);
      continue;
    }
    const [body, end] = parse(symbols, at + 1);
    if (end === symbols.length) throw new Fault('unmatched-bracket');
    nodes.push(body);
    at = end;
  }
  return [nodes, symbols.length];
}

/** Values in the middle of a run. */
interface Moment {
  stack: Stack;
  steps: number;
}

const runAll = (nodes: readonly Node[], moment: Moment): Moment => nodes.reduce((now, node) => run(node, now), moment);

function run(node: Node, moment: Moment): Moment {
  const steps = step(moment.steps);
  if (typeof node === 'string') return { stack: effect(node, moment.stack), steps };
  const [count, below] = pop(moment.stack);
  if (count < 0n) throw new Fault('negative-count');
  return repeat(node, count, { stack: below, steps });
}

/** Runs a body; its closing bracket takes a step as well. */
function repeat(body: readonly Node[], times: bigint, moment: Moment): Moment {
  let now = moment;
  for (let left = times; left > 0n; left--) {
    const { stack, steps } = runAll(body, now);
    now = { stack, steps: step(steps) };
  }
  return now;
}

function step(steps: number): number {
  if (steps === MOST.steps) throw new Fault('too-many-steps');
  return steps + 1;
}

function push(stack: Stack, value: bigint): Stack {
  if (value > MOST.number || value < -MOST.number) throw new Fault('number-too-large');
  const depth = (stack?.depth ?? 0) + 1;
  if (depth > MOST.depth) throw new Fault('stack-too-deep');
  return { top: value, below: stack, depth };
}

function pop(stack: Stack): [bigint, Stack] {
  if (!stack) throw new Fault('stack-underflow');
  return [stack.top, stack.below];
}

function effect(symbol: string, stack: Stack): Stack {
  if (/[0-9]/.test(symbol)) return push(stack, BigInt(symbol));
  const [top, below] = pop(stack);
  if (symbol === 'p') return below;
  if (symbol === 'd') return push(stack, top);
  const [second, rest] = pop(below);
  if (symbol === 's') return push(push(rest, top), second);
  if (symbol === 'o') return push(stack, second);
  if (symbol === 'r') {
    const [third, last] = pop(rest);
    return [second, top, third].reduce(push, last);
  }
  return push(rest, operation(symbol, second, top));
}

function operation(symbol: string, a: bigint, b: bigint): bigint {
  if ((symbol === '/' || symbol === '%') && b === 0n) throw new Fault('division-by-zero');
  // BigInt divides towards 0; the language rounds down.
  const remainder = b === 0n ? 0n : ((a % b) + b) % b;
  const results: Record<string, bigint> = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '%': remainder,
    '/': b === 0n ? 0n : (a - remainder) / b,
    '<': a < b ? 1n : 0n,
    '>': a > b ? 1n : 0n,
    '=': a === b ? 1n : 0n,
  };
  return results[symbol] ?? 0n;
}
