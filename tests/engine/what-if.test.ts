/**
 * Comparing strategies on a run's last minibatch: the comparison is of that very minibatch and leaves the run
 * unchanged.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { readFloats } from '../../src/gpu/readback.ts';
import type { StrategyConfig } from '../../src/run/strategies/strategy-config.ts';
import type { WhatIf } from '../../src/views/what-if.ts';
import { RunSession } from '../../src/session/session.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

/** A policy that is sometimes correct, and updates large enough to leave the clip range. */
const config = tinyRun(
  { sft: { steps: 120, batch_size: 32, learning_rate: 8e-3 }, evaluation: { every: 1000, problems: 4 } },
  { steps: 4, prompts: 16, responses: 8, minibatches: 4, epochs: 2, learning_rate: 3e-3 },
);
const OTHERS: StrategyConfig[] = [
  { name: 'ppo' },
  { name: 'gppo', eps_low: 1e9, eps_high: 1e9 },
  { name: 'importance' },
  { name: 'gspo' },
];

async function untilRl(steps: number): Promise<RunSession> {
  const session = await RunSession.create({ gpu, tuner, config, checkpoint: undefined });
  for (let rl = 0; rl < steps;) if ((await session.next({ freeze: true }))?.rl) rl += 1;
  return session;
}

const weightsOf = (session: RunSession) => readFloats(gpu, session.model.trained, session.model.layout.trained.count);

describe('comparing strategies on one minibatch', () => {
  let session: RunSession;
  let result: WhatIf;
  let before: Float32Array;
  beforeAll(async () => {
    session = await untilRl(2);
    before = await weightsOf(session);
    result = await session.whatIf(OTHERS);
  });
  afterAll(() => session.destroy());

  it('lists the run’s own strategy first and identifies the minibatch', () => {
    expect(result.strategies.map(({ config: { name } }) => name)).toEqual([
      'gppo',
      'ppo',
      'gppo',
      'importance',
      'gspo',
    ]);
    expect(result).toMatchObject({ step: 2, minibatch: 8 });
    expect(result.tokens).toBeGreaterThan(20);
  });

  it('gradient cosines are symmetric, 1 for equal gradients, below 1 where PPO clips', () => {
    for (const [i, row] of result.cosine.entries()) {
      expect(row[i]).toBeCloseTo(1, 5);
      for (const [j, value] of row.entries()) expect(value).toBe(result.cosine[j]![i]);
    }
    expect(result.cosine[2]![3]).toBeCloseTo(1, 6);
    expect(result.signAgreement[2]![3]).toBe(1);
    expect(result.cosine[0]![1]).toBeLessThan(1);
    expect(result.cosine[0]![1]).toBeGreaterThan(0);
  });

  it('refuses more strategies than fit in the budget before allocating, and names how many fit', async () => {
    const vector = session.model.layout.trained.count * 4;
    const { buffers, bytes } = gpu.counters;
    // Room for the run and two strategies: three vectors for the run's state, two per strategy.
    await expect(session.whatIf(OTHERS, { budget: bytes + 7 * vector })).rejects.toMatchObject({
      kind: 'memory',
      message: expect.stringContaining('Comparing 5 strategies') as string,
      advice: expect.stringContaining('at most 2 strategies') as string,
    });
    expect(gpu.counters).toMatchObject({ buffers, bytes });
  });

  it('lists the tokens whose weights differ most, widest first, with their text', () => {
    expect(result.disagreements.length).toBeGreaterThan(0);
    const spread = ({ weights, advantage }: WhatIf['disagreements'][number]) =>
      (Math.max(...weights) - Math.min(...weights)) * Math.abs(advantage);
    const spreads = result.disagreements.map(spread);
    expect(spreads).toEqual([...spreads].sort((a, b) => b - a));
    for (const { response, token, prompt } of result.disagreements)
      expect([prompt.length > 0, response[token]]).toEqual([true, expect.any(String)]);
  });

  it('predicts and measures the change in reward with standard errors, equal for equal updates', () => {
    for (const { predicted, measured } of result.strategies) {
      expect(predicted.error).toBeGreaterThan(0);
      // To first order; both are estimates.
      expect(Math.abs(predicted.mean - measured.mean)).toBeLessThan(
        5 * Math.hypot(predicted.error, measured.error) + 0.02,
      );
    }
    expect(result.strategies[2]?.measured).toEqual(result.strategies[3]?.measured);
    expect(result.measuredOn).toMatchObject({ problems: 48, samples: 8 });
  });

  it('leaves the weights and the rest of the run unchanged', async () => {
    expect(await weightsOf(session)).toEqual(before);
    const asked = await session.next();
    const quiet = await untilRl(2);
    const unasked = await quiet.next();
    quiet.destroy();
    expect(asked?.records[0]?.metrics).toEqual(unasked?.records[0]?.metrics);
  });

  it('reproduces the run’s own update exactly', async () => {
    const trainer = await untilRl(1);
    const live = await weightsOf(trainer);
    let own: Float32Array | undefined;
    await trainer.whatIf([], {
      onActivity: () => undefined,
      onUpdate: async (strategy) => void (own = strategy === 0 ? await weightsOf(trainer) : own),
    });
    trainer.destroy();
    expect(own).toEqual(live);
  });
});

it('copies the weights once per step for a later comparison, and never without one', async () => {
  const session = await untilRl(0);
  const copies = async (freeze: boolean) => {
    const before = gpu.counters.weightCopies;
    while (!(await session.next({ freeze }))?.rl);
    return gpu.counters.weightCopies - before;
  };
  expect([await copies(false), await copies(true), await copies(true)]).toEqual([0, 1, 1]);
  session.destroy();
});

it('refuses without an RL step and for an invalid custom strategy', async () => {
  const session = await RunSession.create({ gpu, tuner, config, checkpoint: undefined });
  await expect(session.whatIf([{ name: 'ppo' }])).rejects.toThrow(/RL step/);
  session.destroy();
  const running = await untilRl(1);
  await expect(
    running.whatIf([
      {
        name: 'custom',
        title: 'x',
        source: 'fn strategy(token: Token) -> Outcome { return nothing; }',
        parameters: {},
      },
    ]),
  ).rejects.toThrow(/line 1.*nothing/s);
  running.destroy();
});
