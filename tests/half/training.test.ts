/**
 * Training with f16 matmuls: gradients close to those with f32, scores that depend on the sequence alone, and whole
 * runs.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import type { ModelConfig } from '../../src/model/spec/model-config.ts';
import { initializeAdapter } from '../../src/model/weights/lora-tensors.ts';
import { Model, type ModelOptions } from '../../src/model/model.ts';
import { scoreSequences } from '../../src/model/training/scoring.ts';
import { stream } from '../../src/random.ts';
import { batchGradient, type GradientOptions } from '../../src/objective/gradient.ts';
import type { RunConfig } from '../../src/run/config.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { RunSession } from '../../src/session/session.ts';
import { randomCase, RandomStream } from '../reference/random-model.ts';
import type { ReferenceConfig } from '../reference/model-family.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { recordsOf, withoutTime } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const small = { vocabularySize: 45, layers: 2, headDimension: 6 };
const MODELS: (Partial<ReferenceConfig> & { architecture: ModelConfig['architecture'] })[] = [
  { architecture: 'llama', ...small, tiedHead: true },
  { architecture: 'gpt2', ...small, heads: 3, keyValueHeads: 3, hiddenSize: 18, tiedHead: false },
];
const LORA = { rank: 3, alpha: 6, targets: ['all-linear'] };

type Tensors = ReadonlyMap<string, Float32Array>;

/** Relative distance of two gradients as a whole, and the cosine between them. */
function compared(found: Tensors, wanted: Tensors): { distance: number; cosine: number } {
  let [dot, own, other, apart] = [0, 0, 0, 0];
  for (const [name, values] of wanted) {
    for (const [i, value] of values.entries()) {
      const x = found.get(name)?.[i] ?? NaN;
      dot += x * value;
      own += x * x;
      other += value * value;
      apart += (x - value) ** 2;
    }
  }
  return { distance: Math.sqrt(apart / other), cosine: dot / Math.sqrt(own * other) };
}

describe.each(MODELS)('$architecture with f16 matmul', (config) => {
  const one = randomCase(23, config, { sequences: 6, longest: 20 });
  const engineConfig: ModelConfig = { maxPositions: 64, ...one.config, architecture: config.architecture };
  const batch = GradientBatch.parse({
    sequences: one.batch,
    strategy: 'gppo',
    aggregation: 'token-mean',
    params: { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1, entropy_coefficient: 0.02 },
  });
  const random = new RandomStream(2);
  const adapter = new Map(
    [...initializeAdapter(engineConfig, LORA, stream(1, 'adapter'))].map(([name, values]) => [
      name,
      values.map(() => 0.2 * random.normal()),
    ]),
  );

  async function gradient(options: ModelOptions, how: GradientOptions = {}) {
    const model = await Model.create(
      gpu,
      engineConfig,
      new Map([...one.tensors, ...(options.lora ? adapter : [])]),
      options,
    );
    const found = await batchGradient(model, tuner, batch, how);
    model.destroy();
    return found;
  }

  it.each([
    ['all weights', {}],
    ['adapters over f32', { lora: LORA }],
    ['adapters over f16', { lora: LORA, frozen: 'f16' as const }],
  ])('the gradient of %s is within 0.5 % of that with f32 matmuls, but not equal to it', async (_, options) => {
    const [wanted, found] = [await gradient(options), await gradient({ ...options, matmulPrecision: 'f16' })];
    const { distance, cosine } = compared(found.gradients, wanted.gradients);
    expect(distance).toBeLessThan(5e-3);
    expect(cosine).toBeGreaterThan(0.9999);
    // Rounding to 11 bits is visible, so the gradient was computed in f16.
    expect(distance).toBeGreaterThan(1e-5);
    expect(Math.abs(found.loss - wanted.loss)).toBeLessThan(5e-3 * Math.abs(wanted.loss));
  });

  it('recomputed activations and sliced weights give bit-equal gradients', async () => {
    const whole = await gradient({ matmulPrecision: 'f16' });
    expect((await gradient({ matmulPrecision: 'f16' }, { recompute: true })).gradients).toEqual(whole.gradients);
    expect((await gradient({ matmulPrecision: 'f16', largestBinding: 600 })).gradients).toEqual(whole.gradients);
  });

  it("a sequence's scores do not depend on what else is in the batch", async () => {
    const model = await Model.create(gpu, engineConfig, one.tensors, { matmulPrecision: 'f16' });
    const sequences = one.batch.map(({ tokens }) => tokens);
    const together = await scoreSequences(model, tuner, sequences);
    for (const [i, tokens] of sequences.entries())
      expect(await scoreSequences(model, tuner, [tokens])).toEqual([together[i]]);
    model.destroy();
  });
});

describe('a run with f16 matmul', () => {
  const half = (change: Parameters<typeof tinyRun>[0] = {}, rl: Record<string, unknown> = {}) =>
    tinyRun({ compute: { matmul_precision: 'f16' }, ...change }, rl);

  async function recordsOfRun(config: RunConfig): Promise<StepRecord[]> {
    const session = await RunSession.create({ gpu, tuner, config, checkpoint: undefined });
    const records = await recordsOf(session);
    session.destroy();
    return records;
  }
  /** All options at once: KL, entropy bonus, positive LM, several epochs. */
  const FULL = { kl_coefficient: 0.05, entropy_coefficient: 0.01, positive_lm: 0.1 };

  it('gives equal metrics per seed, different from f32, and releases every buffer', async () => {
    const before = gpu.counters.bytes;
    const [first, second, f32] = [
      await recordsOfRun(half({}, FULL)),
      await recordsOfRun(half({}, FULL)),
      await recordsOfRun(tinyRun({}, FULL)),
    ];
    expect(gpu.counters.bytes).toBe(before);
    expect(withoutTime(second)).toEqual(withoutTime(first));
    expect(withoutTime(f32)).not.toEqual(withoutTime(first));
  });

  it.each([{}, { memory: { micro_batch: 5 } }])('has r exactly 1 before the first update: %o', async (change) => {
    const records = await recordsOfRun(
      half({ sft: undefined, evaluation: undefined, ...change }, { minibatches: 1, epochs: 1, steps: 2 }),
    );
    const updates = records.filter(({ phase }) => phase === 'rl');
    expect(updates).toHaveLength(2);
    for (const { metrics } of updates) {
      expect(metrics['actor/ppo_kl']).toBe(0);
      expect(metrics['actor/pg_clipfrac']).toBe(0);
      expect(metrics['zone/inside/fraction']).toBe(1);
      expect(metrics['zone/inside/weight_mean']).toBe(1);
      // The sampler computes in f32.
      expect(metrics['actor/rollout_mismatch']).toBeGreaterThan(0);
      expect(metrics['actor/rollout_mismatch']).toBeLessThan(5e-3);
    }
  });

  it('learns: rewards rise', async () => {
    const architecture = { hidden_size: 32, layers: 1, heads: 4, intermediate_size: 64, max_positions: 24 };
    const sft = { steps: 150, batch_size: 64, learning_rate: 1e-2, wrong_fraction: 0.3 };
    const records = await recordsOfRun(
      half(
        { model: { architecture }, sft, evaluation: undefined },
        { steps: 12, prompts: 24, responses: 8, minibatches: 2, epochs: 1, learning_rate: 3e-3, filter_groups: true },
      ),
    );
    const rewards = records
      .filter(({ phase }) => phase === 'rl')
      .map(({ metrics }) => metrics['critic/score/mean'] ?? NaN);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(rewards.slice(-4))).toBeGreaterThan((rewards[0] ?? NaN) + 0.1);
  });
});
