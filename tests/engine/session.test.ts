import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import type { RunConfig } from '../../src/run/config.ts';
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

const start = (config: RunConfig) => RunSession.create({ gpu, tuner, config, checkpoint: undefined });

/** All options at once: KL, entropy bonus, positive LM, several epochs. */
const FULL = { kl_coefficient: 0.05, entropy_coefficient: 0.01, positive_lm: 0.1 };

describe('a run', () => {
  it('gives SFT, RL and evaluation records with finite metrics', async () => {
    const session = await start(tinyRun({}, FULL));
    const records = await recordsOf(session);
    session.destroy();
    expect(records.filter(({ phase }) => phase === 'sft').map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(records.filter(({ phase }) => phase === 'rl').map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(records.filter(({ phase }) => phase === 'evaluation').map(({ step }) => step)).toEqual([0, 2, 3, 5, 7]);
    for (const { metrics } of records)
      for (const [name, value] of Object.entries(metrics)) expect(Number.isFinite(value), name).toBe(true);
    const last = records.findLast(({ phase }) => phase === 'rl');
    for (const name of [
      'actor/pg_loss',
      'actor/pg_clipfrac',
      'actor/pg_clipfrac_lower',
      'actor/ppo_kl',
      'actor/entropy',
      'actor/grad_norm',
      'actor/lr',
      'actor/kl_loss',
      'critic/score/mean',
      'critic/advantages/max',
      'response_length/clip_ratio',
      'clip_ratio/region_mean',
      'zone/inside/fraction',
      'gradient/preserved_share',
    ])
      expect(last?.metrics).toHaveProperty([name]);
  });

  it('same config and seed give equal metrics, another seed different ones', async () => {
    const runs = [];
    for (const seed of [3, 3, 4]) {
      const session = await start(tinyRun({ seed }, FULL));
      runs.push(withoutTime(await recordsOf(session)));
      session.destroy();
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).not.toEqual(runs[0]);
  });

  it.each([2, 5, 7])('stopped after %i calls and resumed gives the metrics of an uninterrupted one', async (calls) => {
    const whole = await start(tinyRun({}, FULL));
    const expected = withoutTime(await recordsOf(whole));
    whole.destroy();
    const stopped = await start(tinyRun({}, FULL));
    const before = await recordsOf(stopped, calls);
    const state = await stopped.save();
    stopped.destroy();
    if (!state) throw new Error('the run is not complete');
    const resumed = await RunSession.create({ gpu, tuner, config: tinyRun({}, FULL), checkpoint: undefined }, state);
    const after = await recordsOf(resumed);
    resumed.destroy();
    expect(withoutTime([...before, ...after])).toEqual(expected);
  });

  it('samples held-out responses at evaluation.temperature, by default at that of training', async () => {
    const records = async (temperature?: number) => {
      const evaluation = { every: 2, problems: 8, samples: 2, ...(temperature !== undefined && { temperature }) };
      const session = await start(tinyRun({ sft: undefined, evaluation }, { steps: 2, temperature: 0.5 }));
      const all = withoutTime(await recordsOf(session));
      session.destroy();
      return all;
    };
    const [usual, same, hot] = [await records(), await records(0.5), await records(5)];
    expect(same).toEqual(usual);
    const rl = (all: typeof usual) => all.filter(({ phase }) => phase === 'rl');
    const lengths = (all: typeof usual) =>
      all.filter(({ phase }) => phase === 'evaluation').map(({ metrics }) => metrics['response_length/mean']);
    expect(rl(hot)).toEqual(rl(usual));
    expect(lengths(hot)).not.toEqual(lengths(usual));
  });

  it('starts the next rollout early where no evaluation intervenes, with unchanged metrics', async () => {
    const updates = async (evaluation: RunConfig['evaluation']) => {
      const session = await start(tinyRun({ sft: undefined, evaluation }, FULL));
      const records = await recordsOf(session);
      session.destroy();
      return withoutTime(records.filter(({ phase }) => phase === 'rl'));
    };
    expect(await updates(undefined)).toEqual(await updates({ every: 1, problems: 8, samples: 1 }));
  });

  it('can be ended while an early rollout is running', async () => {
    const before = gpu.counters.bytes;
    const session = await start(tinyRun({ sft: undefined, evaluation: undefined }, { steps: 40 }));
    await session.next();
    session.destroy();
    await gpu.device.queue.onSubmittedWorkDone();
    expect(gpu.counters.bytes).toBe(before);
    const again = await start(tinyRun({ sft: undefined, evaluation: undefined }));
    expect(await recordsOf(again)).toHaveLength(4);
    again.destroy();
  });

  it('creates no buffer, pipeline or bind group in steady state', async () => {
    const session = await start(tinyRun({ sft: undefined }, { ...FULL, steps: 6 }));
    await recordsOf(session, 3);
    const { buffers, pipelines, bindGroups, dispatches } = gpu.counters;
    await recordsOf(session, 3);
    expect(gpu.counters).toMatchObject({ buffers, pipelines, bindGroups });
    expect(gpu.counters.dispatches).toBeGreaterThan(dispatches);
    session.destroy();
  });

  it('releases every buffer it created', async () => {
    const before = gpu.counters.bytes;
    const session = await start(tinyRun());
    await recordsOf(session);
    session.destroy();
    expect(gpu.counters.bytes).toBe(before);
  });

  it('a learning rate that destroys the model ends in a clear error, not in NaN weights', async () => {
    const session = await start(tinyRun({ sft: undefined }, { steps: 40, learning_rate: 1e30, gradient_clip: 1e30 }));
    await expect(recordsOf(session)).rejects.toThrow(/^rl step \d+, update \d of 4: .* not finite/);
    session.destroy();
  });

  it('has r exactly 1 before the first update', async () => {
    const session = await start(tinyRun({ sft: undefined }, { minibatches: 1, epochs: 1, steps: 2 }));
    const records = await recordsOf(session);
    session.destroy();
    for (const { metrics } of records.filter(({ phase }) => phase === 'rl')) {
      expect(metrics['actor/ppo_kl']).toBe(0);
      expect(metrics['actor/pg_clipfrac']).toBe(0);
      expect(metrics['zone/inside/fraction']).toBe(1);
      expect(metrics['zone/inside/weight_mean']).toBe(1);
      expect(metrics['actor/rollout_mismatch']).toBeLessThan(1e-4);
    }
  });
});
