/** RL raises the reward: GPPO on the embedded addition model, a few short steps. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadCheckpoint } from '../../src/cli/files.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { parseRunConfig } from '../../src/run/config.ts';
import { RunSession } from '../../src/session/session.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

const CHECKPOINT = 'embedded:addition-0.1M';
const STEPS = 10;
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

it('raises the mean reward of rollouts', async () => {
  const config = parseRunConfig(
    {
      name: 'learning',
      seed: 1,
      model: { checkpoint: CHECKPOINT },
      task: { name: 'addition', digits: 2 },
      rl: {
        steps: STEPS,
        prompts: 32,
        responses: 8,
        strategy: { name: 'gppo' },
        minibatches: 2,
        epochs: 1,
        learning_rate: 1e-3,
      },
    },
    'learning',
  );
  const session = await RunSession.create({
    gpu,
    tuner: testTuner(gpu),
    config,
    checkpoint: await loadCheckpoint(CHECKPOINT),
  });
  const rewards: number[] = [];
  for (let step = await session.next(); step; step = await session.next())
    for (const { metrics } of step.records) rewards.push(metrics['critic/score/mean'] ?? NaN);
  session.destroy();
  console.log(rewards.join(' '));
  expect(rewards).toHaveLength(STEPS);
  expect(mean(rewards.slice(-3))).toBeGreaterThan(mean(rewards.slice(0, 2)) + 0.1);
});
