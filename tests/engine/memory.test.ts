/**
 * The memory plan against the allocated bytes, updates in several passes against whole ones, and refusals before
 * anything is allocated.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import type { RunConfig } from '../../src/run/config.ts';
import { LastGood } from '../../src/objective/last-good.ts';
import { MEMORY_PARTS, memoryLines, type PhaseMemory } from '../../src/views/memory.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { RunSession } from '../../src/session/session.ts';
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

const ARCHITECTURE = {
  hidden_size: 16,
  layers: 3,
  heads: 2,
  key_value_heads: 1,
  intermediate_size: 20,
  max_positions: 24,
  tied_head: true,
};
const config = (memory: RunConfig['memory'], rl: Record<string, unknown> = {}) =>
  tinyRun({ model: { architecture: ARCHITECTURE }, memory }, rl);
const open = (run: RunConfig) => RunSession.create({ gpu, tuner, config: run, checkpoint: undefined });

async function run(
  of: RunConfig,
): Promise<{ session: RunSession; records: Pick<StepRecord, 'step' | 'phase' | 'metrics'>[] }> {
  const session = await open(of);
  const records = withoutTime(await recordsOf(session));
  session.destroy();
  return { session, records };
}

const phaseOf = (session: RunSession, phase: PhaseMemory['phase']) =>
  session.memoryPlan.phases.find((one) => one.phase === phase) as PhaseMemory;

describe('the memory plan', () => {
  it.each([
    ['a plain run', {}, undefined],
    [
      'KL, splits, a strategy with context',
      { kl_coefficient: 0.1, split_every: 2, strategy: { name: 'gspo' } },
      undefined,
    ],
    ['several passes, recomputed activations', {}, { micro_batch: 5, recompute: true }],
  ])('is within 5 % of the bytes of all buffers: %s', async (_, rl, memory) => {
    const before = gpu.counters.bytes;
    const session = await open(config(memory as RunConfig['memory'], rl));
    const measured = new Map<string, number>();
    for (;;) {
      const { phase } = session;
      if (!phase) break;
      measured.set(phase, gpu.counters.bytes - before);
      await session.next();
    }
    session.destroy();
    expect([...measured.keys()]).toEqual(['sft', 'rl']);
    for (const [phase, bytes] of measured) {
      const planned = phaseOf(session, phase as 'sft' | 'rl');
      expect(Math.abs(planned.total - bytes)).toBeLessThan(0.05 * bytes);
      expect(MEMORY_PARTS.reduce((sum, part) => sum + planned.parts[part], 0)).toBe(planned.total);
      for (const part of ['weights', 'gradients', 'moments', 'activations', 'scratch'] as const)
        expect(planned.parts[part], part).toBeGreaterThan(0);
    }
    expect(session.memoryPlan.unshared).toBeGreaterThan(1.5 * session.memoryPlan.shared);
    expect(memoryLines(session.memoryPlan)[0]).toMatch(/^weights of the model: [\d.]+ MB trained in f32$/);
    expect(memoryLines(session.memoryPlan)[1]).toMatch(/^memory of sft: [\d.]+ MB of a budget of \d+ MB$/);
  });

  it('refuses a run over budget before allocating anything, and names the bytes and the fields to lower', async () => {
    const { bytes, buffers } = gpu.counters;
    const refused = await open(config({ budget_mb: 0.2, recompute: false })).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      kind: 'memory',
      message: expect.stringMatching(
        /stage needs [\d.]+ MB on the adapter \(.*\), over the budget of 0\.20 MB/,
      ) as string,
      advice: expect.stringContaining('raise memory.budget_mb') as string,
    });
    const enormous = await open(config(undefined, { prompts: 65_536, responses: 4_096 })).catch(
      (error: unknown) => error,
    );
    expect(enormous).toMatchObject({ kind: 'memory' });
    expect(gpu.counters).toMatchObject({ bytes, buffers });
  });
});

describe('an update in several passes', () => {
  const FULL = { kl_coefficient: 0.05, entropy_coefficient: 0.01, positive_lm: 0.1 };

  it.each(['token-mean', 'seq-mean-token-sum', 'seq-mean-token-mean', 'seq-mean-token-sum-norm'])(
    'adds up to the update of the whole minibatch (%s)',
    async (aggregation) => {
      const whole = await run(config(undefined, { ...FULL, aggregation }));
      const cut = await run(config({ micro_batch: 5, recompute: false }, { ...FULL, aggregation }));
      expect(phaseOf(whole.session, 'rl').passes).toBe(1);
      expect(phaseOf(cut.session, 'rl')).toMatchObject({ sequences: 5, passes: 3 });
      expect(cut.records.map(({ step, phase }) => [step, phase])).toEqual(
        whole.records.map(({ step, phase }) => [step, phase]),
      );
      // Another order of sums rounds differently; in the first steps of each stage the difference is still small.
      for (const phase of ['sft', 'rl'] as const) {
        const [a, b] = [whole, cut].map(
          ({ records }) => records.find((record) => record.phase === phase)?.metrics ?? {},
        ) as [Record<string, number>, Record<string, number>];
        expect(Object.keys(b)).toEqual(Object.keys(a));
        for (const [name, value] of Object.entries(a))
          expect(Math.abs((b[name] ?? NaN) - value), `${phase} ${name}`).toBeLessThan(
            2e-3 * Math.max(1, Math.abs(value)),
          );
      }
    },
  );

  it('splits a minibatch that does not fit', async () => {
    const whole = await open(config(undefined));
    whole.destroy();
    // Copies for a step that fails give way first.
    const copies = LastGood.bytes(whole.model);
    const larger = Math.max(...whole.memoryPlan.phases.map(({ total }) => total - copies));
    const { session, records } = await run(config({ budget_mb: (0.8 * larger) / 1e6, recompute: false }));
    expect(Math.max(...session.memoryPlan.phases.map(({ passes }) => passes))).toBeGreaterThan(1);
    for (const { total } of session.memoryPlan.phases) expect(total).toBeLessThanOrEqual(0.8 * larger);
    expect(records.filter(({ phase }) => phase === 'rl')).toHaveLength(4);
  });

  it('refuses to split where the strategy or the exact split needs the whole minibatch', async () => {
    await expect(
      open(config({ micro_batch: 5, recompute: false }, { strategy: { name: 'clip-cov' } })),
    ).rejects.toThrow(/whole minibatch/);
    await expect(open(config({ micro_batch: 5, recompute: false }, { split_every: 2 }))).rejects.toThrow(/split_every/);
  });

  it('has r exactly 1 before the first update', async () => {
    const { records } = await run(config({ micro_batch: 5, recompute: true }, { minibatches: 1, epochs: 1, steps: 2 }));
    for (const { metrics } of records.filter(({ phase }) => phase === 'rl'))
      expect(metrics).toMatchObject({ 'actor/ppo_kl': 0, 'zone/inside/fraction': 1, 'zone/inside/weight_mean': 1 });
  });
});

it('recomputed activations change no metric of a run', async () => {
  const kept = await run(config(undefined));
  const again = await run(config({ recompute: true }));
  expect(again.records).toEqual(kept.records);
  expect(again.session.memoryPlan.shared).toBeLessThan(kept.session.memoryPlan.shared);
});
