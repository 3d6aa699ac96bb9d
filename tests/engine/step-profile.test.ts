/**
 * A step's profile contains every part of the step, and a profiled run makes the same steps as one that is not
 * profiled.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { multiplyAddsOf } from '../../src/model/kernel-work.ts';
import type { StepProfile } from '../../src/views/step-profile.ts';
import { RunSession } from '../../src/session/session.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

const config = tinyRun(
  { sft: { steps: 30, batch_size: 32, learning_rate: 1e-2 }, evaluation: undefined },
  { steps: 2, kl_coefficient: 0.01 },
);

/** All records of the run; `look` is called between steps. */
async function metrics(look: (session: RunSession, step: number) => Promise<void>): Promise<unknown[]> {
  const session = await RunSession.create({ gpu, tuner: testTuner(gpu), config, checkpoint: undefined, freeze: true });
  const records: unknown[] = [];
  for (let step = await session.next({ freeze: true }); step; step = await session.next({ freeze: true })) {
    records.push(...step.records.map((record) => record.metrics));
    await look(session, records.length);
  }
  // What-if reads what the last step stored, for example the old log-probs.
  records.push((await session.whatIf([{ name: 'ppo' }])).disagreements);
  session.destroy();
  return records;
}

describe('the profile of a step', () => {
  it('covers all parts of SFT and RL steps and leaves the run unchanged', async () => {
    const profiles: StepProfile[] = [];
    const looked = await metrics(async (session, made) => {
      if (made === 2 || made > 30) profiles.push(await session.profile());
    });
    expect(looked).toEqual(await metrics(() => Promise.resolve()));
    const [sft, middle, last] = profiles;
    expect(sft?.phase).toBe('sft');
    expect(new Set(sft?.kernels.map(({ part }) => part))).toEqual(new Set(['updates']));
    for (const rl of [middle, last]) {
      expect(rl?.phase).toBe('rl');
      expect(new Set(rl?.kernels.map(({ part }) => part))).toEqual(new Set(['rollout', 'old log-probs', 'updates']));
      const calls = (part: string, name: string) =>
        rl?.kernels
          .filter((kernel) => kernel.part === part && kernel.label.startsWith(name))
          .reduce((sum, kernel) => sum + kernel.calls, 0);
      // One layer; two minibatches in each of two epochs.
      expect(calls('updates', 'adamw step')).toBe(4);
      expect(calls('updates', 'qkv nt')).toBe(4);
      expect(calls('old log-probs', 'keep log-probs')).toBe(2);
      expect(calls('rollout', 'sampling')).toBeGreaterThan(0);
      expect(rl?.kernels.find(({ label }) => label.startsWith('gate and up nt'))?.multiplyAdds).toBeGreaterThan(0);
      expect(rl?.kernels.map(({ milliseconds }) => milliseconds)).toEqual(
        rl?.kernels.map(({ milliseconds }) => milliseconds).sort((a, b) => b - a),
      );
      expect(rl?.choices['matmul nt many rows']).toBe('direct-4x4');
      expect(rl?.memory.phases.length).toBeGreaterThan(0);
    }
  });
});

describe('multiply-adds of kernels', () => {
  const sizes = {
    hiddenSize: 10,
    layers: 3,
    heads: 4,
    keyValueHeads: 2,
    headDimension: 5,
    intermediateSize: 7,
    vocabularySize: 100,
    gated: true,
  };
  const shape = { rows: 6, targets: 2, pairs: 11 };

  it.each<[string, number | undefined]>([
    ['qkv nt direct-4x4', 6 * 3 * 10 * (4 + 4) * 5],
    ['d qkv tn tiled', 6 * 3 * 10 * (4 + 4) * 5],
    ['d output input nn panel', 6 * 3 * 20 * 10],
    ['gate and up nt x', 6 * 3 * 10 * 14],
    ['down nt x', 6 * 3 * 7 * 10],
    ['logits nt x', 2 * 10 * 100],
    ['decode logits nt x', 2 * 10 * 100],
    ['d final normed nn x', 2 * 10 * 100],
    ['attention forward', 2 * 11 * 20 * 3],
    ['attention backward_kv', 4 * 11 * 20 * 3],
    ['output bias', undefined],
    ['d down sum', undefined],
    ['qkv lora A nt x', undefined],
    ['norm', undefined],
  ])('%s', (label, expected) => {
    expect(multiplyAddsOf(label, sizes, shape)).toBe(expected);
  });
});
