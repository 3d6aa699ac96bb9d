/**
 * Kept rollouts at the size of a long run: 200 steps x 512 responses. Prints bytes, the time to keep a step, and the
 * time of searches, which should take less than 200 ms. Processor time is what a machine without other work needs.
 * Needs no GPU:
 *
 *     npx tsx bench/rollouts.ts [tokens per response, 24 by default]
 */
import { randomStep, ROLLOUT_TOKENIZER } from '../tests/support/rollout-steps.ts';
import { rolloutLine } from '../src/rollouts/jsonl.ts';
import { bytesOf, keptStep, type KeptStep } from '../src/rollouts/kept-step.ts';
import { rowsOf } from '../src/rollouts/rows.ts';
import { findRollouts } from '../src/rollouts/search.ts';
import { indexOf } from '../src/rollouts/step-index.ts';
import { Thinning } from '../src/rollouts/thinning.ts';
import { EVERY_ROLLOUT, type RolloutQuery } from '../src/views/rollouts.ts';
import { median } from './median.ts';

const STEPS = 200;
const PROMPTS = 64;
const RESPONSES = 8;
const BOUND = 32e6;
const REPEATS = 7;

const tokens = Number(process.argv[2] ?? 24);
const keeping: number[] = [];
const steps: KeptStep[] = [];
const thinning = new Thinning(BOUND);
for (let step = 1; step <= STEPS; step++) {
  const result = randomStep(step, PROMPTS, RESPONSES, tokens);
  const before = performance.now();
  const kept = keptStep(result, ROLLOUT_TOKENIZER, { reference: false });
  keeping.push(performance.now() - before);
  steps.push(kept);
  if (thinning.wants(step)) thinning.add(step, bytesOf(kept));
}
const bytes = steps.reduce((sum, step) => sum + bytesOf(step), 0);
const number = (value: number, digits = 1) => value.toFixed(digits);
console.log(`${STEPS} steps x ${PROMPTS * RESPONSES} responses of ${tokens} tokens on average`);
console.log(`all: ${number(bytes / 1e6)} MB, ${number(bytes / STEPS / PROMPTS / RESPONSES, 0)} bytes per response`);
console.log(
  `within ${BOUND / 1e6} MB: every ${thinning.every}. step, ${thinning.steps.length} steps, ` +
    `${number(thinning.bytes / 1e6)} MB`,
);
console.log(`keeping a step: ${number(median(keeping))} ms (median)`);

const opening = performance.now();
for (const step of steps) indexOf(step);
console.log(`index of all steps, made when a run is opened: ${number(performance.now() - opening)} ms`);

const QUERIES: [string, Partial<RolloutQuery>][] = [
  ['everything, by group', {}],
  ['text', { text: 'abc' }],
  ['text that nothing has', { text: 'never there' }],
  ['zone', { zone: 'negative-low' }],
  ['zone and text, by KL', { zone: 'positive-high', text: 'ab', order: 'kl', descending: true }],
  ['all incorrect groups', { group: 'all-incorrect' }],
  ['everything, by reward', { order: 'reward', descending: true }],
  ['everything, by KL', { order: 'kl', descending: true }],
  ['one step, by length', { step: 100, order: 'length' }],
];
const byStep = new Map(steps.map((step) => [step.step, step]));
console.log(`searches of all ${STEPS} steps with the rows of a screen, ms: median, processor time, found`);
for (const [name, change] of QUERIES) {
  const query = { ...EVERY_ROLLOUT, ...change };
  let found = 0;
  const processor: number[] = [];
  const times = Array.from({ length: REPEATS }, () => {
    const [before, used] = [performance.now(), process.cpuUsage()];
    const result = findRollouts(steps, query);
    rowsOf(byStep, result.items.subarray(0, 100), query.text);
    found = result.responses;
    const { user, system } = process.cpuUsage(used);
    processor.push((user + system) / 1000);
    return performance.now() - before;
  });
  const columns = [median(times), median(processor)].map((value) => number(value).padStart(7));
  console.log(`  ${name.padEnd(24)} ${columns.join(' ')}  ${found}`);
}
const before = performance.now();
let written = 0;
for (const step of steps) for (let i = 0; i < step.texts.length; i++) written += rolloutLine(step, i, 'bench').length;
console.log(`export of everything: ${number((performance.now() - before) / 1000)} s, ${number(written / 1e6)} MB`);
