/** Whole runs that train some of the weights: adapters on a frozen base, or all but frozen groups. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../../src/cli/files.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { initializeTensors } from '../../src/model/weights/initial-weights.ts';
import { Model } from '../../src/model/model.ts';
import { scoreSequences } from '../../src/model/training/scoring.ts';
import { stream } from '../../src/random.ts';
import type { RunConfig } from '../../src/run/config.ts';
import { RunSession } from '../../src/session/session.ts';
import { trainedAdapter, trainedCheckpoint } from '../../src/session/trained-checkpoint.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { recordsOf, withoutTime } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';
import { weightsOf } from '../support/weights.ts';

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
const FULL = { kl_coefficient: 0.05, entropy_coefficient: 0.01, positive_lm: 0.1 };
const LORA = { rank: 3, alpha: 6, targets: ['all-linear'] };
const run = (trained: Record<string, unknown>, rl: Record<string, unknown> = FULL, change = {}) =>
  tinyRun({ model: { architecture: ARCHITECTURE, ...trained }, ...change }, rl);
const open = (config: RunConfig, state?: Parameters<typeof RunSession.create>[1]) =>
  RunSession.create({ gpu, tuner, config, checkpoint: undefined }, state);

const baseOf = (session: RunSession) => initializeTensors(session.modelConfig, stream(session.config.seed, 'weights'));

describe('a run with LoRA', () => {
  it('trains only the adapters; the merged checkpoint scores as base plus adapters', async () => {
    const session = await open(run({ lora: LORA }));
    const base = baseOf(session);
    const before = await session.model.readLora();
    const records = await recordsOf(session);
    for (const { metrics } of records)
      for (const [name, value] of Object.entries(metrics)) expect(Number.isFinite(value), name).toBe(true);
    expect(records.filter(({ phase }) => phase === 'rl').at(-1)?.metrics['actor/kl_loss']).toBeGreaterThan(0);
    expect(await session.model.read()).toEqual(base);
    const after = await session.model.readLora();
    expect(after.size).toBe(3 * 7 * 2);
    for (const [name, values] of after) expect(values, name).not.toEqual(before.get(name));

    const merged = await trainedCheckpoint(session);
    for (const [name, values] of merged.tensors) {
      if (/_proj/.test(name)) expect(values, name).not.toEqual(base.get(name));
      else expect(values, name).toEqual(base.get(name));
    }
    const whole = await Model.create(gpu, merged.config, merged.tensors);
    const sequences = [
      [1, 2, 3, 4, 5, 6],
      [7, 3, 1],
      [2, 2, 2, 2],
    ];
    const [ours, theirs] = [
      await scoreSequences(session.model, tuner, sequences),
      await scoreSequences(whole, tuner, sequences),
    ];
    for (const [i, { logprobs }] of ours.entries())
      for (const [t, logprob] of logprobs.entries())
        expect(Math.abs(logprob - (theirs[i]?.logprobs[t] ?? NaN))).toBeLessThan(1e-5);
    whole.destroy();

    const adapter = await trainedAdapter(session);
    expect(adapter).toMatchObject({
      rank: 3,
      alpha: 6,
      targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
      fanInFanOut: false,
      base: '',
    });
    expect(adapter?.modules.map(({ name, a }) => [name, a])).toEqual(
      [...after]
        .filter(([name]) => name.endsWith('lora_A.weight'))
        .map(([name, a]) => [name.replace('.lora_A.weight', ''), a]),
    );
    session.destroy();
  });

  it('starts as its base, with equal adapters per seed, and learns', async () => {
    const first = [];
    for (const trained of [{}, { lora: LORA }]) {
      const session = await open(run(trained, FULL, { sft: undefined }));
      first.push(withoutTime(await recordsOf(session, 1)));
      session.destroy();
    }
    expect(first[1]).toEqual(first[0]);
    const matrices = [];
    for (const seed of [3, 3, 4]) {
      const session = await open(run({ lora: LORA }, FULL, { seed }));
      matrices.push(await session.model.readLora());
      session.destroy();
    }
    expect(matrices[1]).toEqual(matrices[0]);
    expect(matrices[2]).not.toEqual(matrices[0]);
    const session = await open(
      run({ lora: { ...LORA, rank: 8, alpha: 32 } }, FULL, {
        sft: { steps: 60, batch_size: 32, learning_rate: 2e-2 },
        rl: undefined,
        evaluation: undefined,
      }),
    );
    const losses = (await recordsOf(session)).map(({ metrics }) => metrics['train/loss'] ?? NaN);
    expect(losses.at(-1)).toBeLessThan(0.8 * (losses[0] ?? NaN));
    session.destroy();
  });

  it.each([2, 5])('stopped after %i calls and resumed gives the metrics of an uninterrupted one', async (calls) => {
    const whole = await open(run({ lora: LORA }));
    const expected = withoutTime(await recordsOf(whole));
    const adapter = await whole.model.readLora();
    whole.destroy();
    const stopped = await open(run({ lora: LORA }));
    const before = await recordsOf(stopped, calls);
    const state = await stopped.save();
    if (!state) throw new Error('the run is not complete');
    expect(state.parameters.length).toBe(stopped.model.layout.trained.count);
    stopped.destroy();
    const resumed = await open(run({ lora: LORA }), state);
    expect(withoutTime([...before, ...(await recordsOf(resumed))])).toEqual(expected);
    expect(await resumed.model.readLora()).toEqual(adapter);
    resumed.destroy();
    await expect(open(run({ lora: { ...LORA, rank: 9 } }), state)).rejects.toThrow(
      /has \d+ trained parameters, but this run has \d+/,
    );
  });

  it('has ratios of exactly 1 before the first update, splits gradients and compares strategies', async () => {
    // A model that gives correct and incorrect responses.
    const name = 'embedded:addition-0.1M';
    const checkpoint = await loadCheckpoint(name);
    const config = tinyRun(
      { model: { checkpoint: name, lora: LORA }, task: { name: 'addition', digits: 2 }, sft: undefined },
      { minibatches: 1, epochs: 1, steps: 2, split_every: 1 },
    );
    const session = await RunSession.create({ gpu, tuner, config, checkpoint });
    const records = [];
    for (let step = await session.next({ freeze: true }); step; step = await session.next({ freeze: true }))
      records.push(...step.records);
    for (const { metrics } of records.filter(({ phase }) => phase === 'rl')) {
      expect(metrics).toMatchObject({ 'actor/ppo_kl': 0, 'zone/inside/fraction': 1, 'zone/inside/weight_mean': 1 });
      expect(metrics['gradient_split/inside/norm']).toBeGreaterThan(0);
      // Neither the embedding nor the head is trained.
      expect(
        Object.keys(metrics)
          .filter((name) => name.startsWith('gradient_split/inside/layers/'))
          .map((name) => name.split('/')[3]),
      ).toEqual(expect.arrayContaining(['layer 0', 'layer 1']));
      expect(Object.keys(metrics).some((name) => /embedding|head/.test(name))).toBe(false);
    }
    expect(await session.model.read()).toEqual(await weightsOf(checkpoint));
    const adapter = await session.model.readLora();
    const { strategies } = await session.whatIf([{ name: 'ppo' }]);
    for (const { gradientNorm } of strategies) expect(gradientNorm).toBeGreaterThan(0);
    expect(await session.model.readLora()).toEqual(adapter);
    session.destroy();
  });

  it('allocates gradients and moments of the adapters alone, as planned', async () => {
    const wide = { ...ARCHITECTURE, hidden_size: 64, intermediate_size: 128, layers: 4 };
    const measure = async (trained: Record<string, unknown>) => {
      const before = gpu.counters.bytes;
      const session = await open(
        tinyRun({ model: { architecture: wide, ...trained }, sft: undefined, evaluation: undefined }, FULL),
      );
      const bytes = gpu.counters.bytes - before;
      const { layout } = session.model;
      const [phase] = session.memoryPlan.phases;
      session.destroy();
      if (!phase) throw new Error('a run has a phase');
      expect(Math.abs(phase.total - bytes)).toBeLessThan(0.05 * bytes);
      return { ...phase, layout };
    };
    const [full, lora] = [await measure({}), await measure({ lora: { ...LORA, rank: 4 } })];
    const stored = lora.layout.trained.count * 4;
    expect(lora.parts.gradients).toBe(stored);
    // The optimizer's, and copies of them from before the newest two steps (last-good.ts).
    expect(lora.parts.moments).toBe((1 + 2) * 2 * stored);
    // Base, adapters, for KL two copies of the adapters, and those from before the newest two steps.
    expect(lora.parts.weights).toBeLessThan(full.layout.trained.count * 4 + (3 + 2) * stored + 10_000);
    expect(lora.parts.gradients).toBeLessThan(full.parts.gradients / 4);
    expect(lora.parts.scratch).toBeLessThan(full.parts.scratch);
    expect(lora.total).toBeLessThan(full.total);
  });

  it('names a target module that the model lacks', async () => {
    await expect(open(run({ lora: { ...LORA, targets: ['q_proj', 'c_attn'] } }))).rejects.toThrow(
      /^model\.lora\.targets: "c_attn" is not a linear layer of Llama; expected q_proj, k_proj, .*, all-linear$/,
    );
  });
});

describe('a run with frozen groups', () => {
  it.each([
    [['embeddings'], /embed_tokens/],
    [['head', 'norms'], /embed_tokens|norm/],
    [['layers:0-1'], /layers\.[01]\./],
    [['layers:2', 'norms', 'embeddings'], /layers\.2\.|norm|embed_tokens/],
  ])('%j stay unchanged, the others change', async (freeze, frozen) => {
    const session = await open(run({ freeze }));
    await recordsOf(session);
    const base = baseOf(session);
    for (const [name, values] of await session.model.read()) {
      if (frozen.test(name)) expect(values, name).toEqual(base.get(name));
      else expect(values, name).not.toEqual(base.get(name));
    }
    session.destroy();
  });

  it.each([
    [['layers:1-3'], /^model\.freeze: "layers:1-3": the model has 3 layers, numbered from 0 to 2$/],
    [['layers:2-1'], /^model\.freeze: "layers:2-1": the first layer is behind the last$/],
    [['embeddings', 'norms', 'layers:0-2'], /^model\.freeze: nothing is left to train/],
  ])('%j is refused', async (freeze, message) => {
    await expect(open(run({ freeze }))).rejects.toThrow(message);
  });
});
