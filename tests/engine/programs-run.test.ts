/** Runs of the task `programs` with its traces and its other split: SFT learns them, and lengths are the task's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { resolveRun } from '../../src/session/resolved-run.ts';
import { RunSession } from '../../src/session/session.ts';
import { isHeldOut } from '../../src/tasks/task.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const POSITIONS = 48;
const SFT_STEPS = 40;

const runOf = (task: object) =>
  tinyRun(
    {
      model: {
        architecture: {
          hidden_size: 16,
          layers: 1,
          heads: 2,
          key_value_heads: 1,
          intermediate_size: 20,
          max_positions: POSITIONS,
          tied_head: true,
        },
      },
      task: { name: 'programs', ...task } as never,
      sft: { steps: SFT_STEPS, batch_size: 16, learning_rate: 1e-2, wrong_fraction: 0.2 },
      evaluation: { every: SFT_STEPS, problems: 12 },
    },
    { steps: 2 },
  );

describe.each([{ trace: true }, { split: 'functions' }, { trace: true, split: 'functions', inputs: 2 }])(
  'programs with %j',
  (fields) => {
    it('are learnt by SFT, and responses stay within the lengths of the task', async () => {
      const config = runOf(fields);
      const { task, tokenizer } = await resolveRun(config, undefined);
      const { prompt, response } = task.lengths;
      expect(prompt + response - 1).toBeLessThanOrEqual(POSITIONS);
      const session = await RunSession.create({ gpu, tuner, config, checkpoint: undefined });
      const losses: number[] = [];
      let [longest, graded] = [0, 0];
      for (let step = await session.next(); step; step = await session.next()) {
        for (const { phase, metrics } of step.records) if (phase === 'sft') losses.push(metrics['train/loss'] ?? NaN);
        for (const { problem, prompt: asked, tokens } of step.rl?.responses ?? []) {
          graded++;
          longest = Math.max(longest, tokens.length);
          expect(asked.length).toBeLessThanOrEqual(prompt);
          expect(tokenizer.decode(asked)).toBe(problem.prompt);
          expect(isHeldOut(problem.key)).toBe(false);
        }
      }
      session.destroy();
      expect(losses).toHaveLength(SFT_STEPS);
      expect(Math.max(...losses.slice(-5))).toBeLessThan(0.75 * (losses[0] ?? NaN));
      expect(graded).toBe(2 * 6 * 4);
      expect(longest).toBeGreaterThan(0);
      expect(longest).toBeLessThanOrEqual(response);
    });
  },
);

it('a trace makes responses longer than their programs alone', async () => {
  const lengths = async (trace: boolean) => (await resolveRun(runOf({ trace }), undefined)).task.lengths;
  const [plain, traced] = [await lengths(false), await lengths(true)];
  expect(traced.prompt).toBe(plain.prompt);
  // A program of up to three symbols and the end token; each symbol of a trace takes at least four characters more.
  expect(plain.response).toBe(4);
  expect(traced.response).toBeGreaterThanOrEqual(plain.response + 3 * 4);
});
