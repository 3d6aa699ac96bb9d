/** Programs of others: patterns and JavaScript of rewards, programs of the stack language, WGSL of strategies. */
import { createGrader } from '../../src/rewards/registry.ts';
import { parseProgram, resultOf } from '../../src/rewards/tests/interpreter.ts';
import { guardedSource } from '../../src/objective/custom-strategy.ts';
import { parseAs } from '../../src/run/schema-issues.ts';
import { RewardsConfig } from '../../src/rewards/config.ts';
import { STARTING_STRATEGY, strategyFile, strategyOfFile } from '../../src/store/strategies-store.ts';
import type { Random } from '../../src/random.ts';
import { choose, damagedJson, damagedText } from './damage.ts';
import type { Door } from './door.ts';

const RESPONSES = ['42', 'a'.repeat(5000), '{"a": [1, 2]}', '[['.repeat(3000), '\ud800', ''].map((response) => ({
  row: { answer: '42', question: 'q' },
  answer: '42',
  response,
  finished: true,
}));

async function grade(rewards: unknown): Promise<void> {
  const grader = await createGrader(parseAs(RewardsConfig, rewards, 'rewards'));
  try {
    grader.grade(RESPONSES);
  } finally {
    grader.destroy?.();
  }
}

const PATTERN_PARTS = [
  '(a+)+$',
  '(a|aa)*b',
  'a{1000}',
  '(a{1000}){1000}',
  '((((a{100}){100}){100}){100})',
  '\\d+',
  '[^a-z]',
  '(?P<n>x)',
  '(?=a)',
  '\\1',
  '.*',
  '^',
  '$',
  '(',
  ')',
  '[',
  ']',
  '{',
  '\\',
  '\\pL',
  '(?i)',
  '\\x{110000}',
  '\\Q',
  '\u{1f600}',
  '[[:alpha:]]',
  '(?:',
  '|',
  '*',
  '+',
  '?',
  '{2,1}',
  '\\b',
];

const CODE_PARTS = [
  'function reward(response, row) { ',
  'return response.length; }',
  'return 1; }',
  'while (true) {} ',
  'for (;;) ',
  'let a = []; for (;;) a.push(a); ',
  'throw new Error("x"); ',
  'return { reward: NaN, correct: "no" }; }',
  'return reward(response, row); }',
  'return "x".repeat(2 ** 28).length; }',
  'return /(a+)+$/.test(response + "b") ? 1 : 0; }',
  'fetch("https://example.com"); ',
  'globalThis.process.exit(1); ',
  'import("fs"); ',
  'Object.prototype.polluted = true; ',
  'row.__proto__.polluted = 1; ',
  'new Proxy({}, { get() { return 1 } }); ',
  'const x = eval("1"); ',
  'new Function("return this")(); ',
  'async ',
  'yield ',
  '`${',
  '/*',
  '(',
  '}',
  '\u2028',
  '\u0000',
];

const joined = (random: Random, parts: readonly string[], most: number): string =>
  Array.from({ length: 1 + random.integer(most) }, () => choose(random, parts)).join('');

const REWARDS = [
  { name: 'exact', weight: 1 },
  { name: 'number', tolerance: 0.01 },
  { name: 'contains', text: '42' },
  { name: 'regex', pattern: '^[0-9]+$' },
  {
    name: 'json',
    schema: { type: 'object', properties: { a: { type: 'array', items: { type: 'integer' } } }, required: ['a'] },
  },
  { name: 'format', parts: ['<think>', '</think>'] },
  { name: 'length', unit: 'characters', most: 10 },
  { name: 'custom', source: 'function reward(response) { return response.length }', max_steps: 10_000 },
];

const WGSL = `// a comment
const LIMIT = 0.5;
struct Range { low: f32, high: f32 }
fn rangeOf(a: f32) -> Range { return Range(1.0 - a, 1.0 + a); }
fn strategy(token: Token) -> Outcome {
  var sum = 0.0;
  for (var i = 0u; i < 4u; i++) { sum += token.ratio; }
  while (sum > 10.0) { sum -= 1.0; }
  loop { if (sum > 0.0) { break; } sum += 1.0; }
  let range = rangeOf(LIMIT);
  if (token.advantage > 0.0 && token.ratio > range.high) { return outcome(sum, 0.0, CLIPPED); }
  return outcome(token.ratio * token.advantage, token.ratio, 0u);
}
`;
const WGSL_PARTS = [
  '@group(0) @binding(0) ',
  'var<storage> x: array<f32>; ',
  'fn f() { f(); } ',
  'fn g() -> f32 { loop { } } ',
  'studio_loops_left = 9u; ',
  '/* /* ',
  '// ',
  'enable f16; ',
  'workgroupBarrier(); ',
  '} ',
  '{ ',
  ') ',
  'fn ',
  'loop ',
  '\u0000',
  'é',
];

export const PROGRAM_DOORS: Door[] = [
  {
    name: 'rewards',
    inputs: 150,
    names: /rewards/,
    // Errors of a person's own code are in its language.
    quotes: true,
    refused: 0.1,
    enter: (random) => grade([JSON.parse(JSON.stringify(choose(random, REWARDS)))].map((one) => reparsed(one, random))),
  },
  {
    name: 'pattern of a reward',
    inputs: 200,
    names: /rewards: .*pattern/,
    refused: 0.2,
    enter: (random) =>
      grade([{ name: 'regex', pattern: joined(random, PATTERN_PARTS, 5), ignore_case: random.integer(2) === 0 }]),
  },
  {
    name: 'JavaScript of a reward',
    // Each opens two interpreters.
    inputs: 60,
    names: /rewards/,
    // Errors of a person's own code are in its language.
    quotes: true,
    refused: 0.3,
    enter: (random) => grade([{ name: 'custom', source: joined(random, CODE_PARTS, 4), max_steps: 50_000 }]),
  },
  {
    name: 'program of the stack language',
    inputs: 100,
    enter: (random) => {
      const text =
        random.integer(2) === 0
          ? damagedText('x 1 + dup * [ x 2 - ] repeat', random)
          : joined(random, ['x', 'dup', '+', '*', '9999', '[', ']', ' '], 200);
      const { value } = parseProgram(text);
      return value && resultOf(value, [1, 2, 3]);
    },
  },
  {
    name: 'WGSL of a strategy',
    inputs: 250,
    names: /custom strategy is not valid: line \d/,
    refused: 0.1,
    enter: (random) => {
      const at = random.integer(WGSL.length);
      const source =
        random.integer(2) === 0
          ? damagedText(WGSL, random)
          : WGSL.slice(0, at) + joined(random, WGSL_PARTS, 4) + WGSL.slice(at);
      return guardedSource(source);
    },
  },
  {
    name: 'file of a strategy',
    inputs: 60,
    enter: (random) => strategyOfFile(damagedJson(JSON.parse(strategyFile(STARTING_STRATEGY)), random)),
  },
];

/** A reward damaged as JSON; JSON that cannot be parsed is for other doors. */
function reparsed(reward: unknown, random: Random): unknown {
  try {
    return JSON.parse(damagedJson(reward, random));
  } catch {
    return null;
  }
}
