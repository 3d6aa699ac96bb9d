/** Strategies on given log-probs, compared with the float64 records that exported recipes are checked with. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RecordedCase, Records } from '../../scripts/cluster/records.ts';
import { memoryFile } from '../../src/data/data-file.ts';
import { compareStrategies } from '../../src/dumps/compare-strategies.ts';
import { GivenTokens } from '../../src/dumps/given-tokens.ts';
import { partsOf, type Part } from '../../src/dumps/parts.ts';
import { readDump } from '../../src/dumps/read-dump.ts';
import type { StepTokens, TokenDump } from '../../src/dumps/token-dump.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { Objective } from '../../src/objective/objective.ts';
import { readRow } from '../../src/objective/statistics.ts';
import { aggregationFactors } from '../../src/objective/aggregation.ts';
import { stream } from '../../src/random.ts';
import { resolveStrategy, STRATEGY_NAMES, type StrategyConfig } from '../../src/run/strategies/strategy-config.ts';
import { testGpu } from '../support/gpu.ts';

const RECORDS = JSON.parse(readFileSync('src/cluster/python/recorded.json', 'utf8')) as Records;

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});

const dumpOf = async (rows: readonly object[]) =>
  (await readDump(memoryFile('dump.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')))).dump;

const stepOf = (dump: TokenDump, step = 1) => dump.steps.get(step) as StepTokens;

/** A recorded batch as a dump, whose mask leaves the padding out. */
const recorded = (index: number) => {
  const batch = RECORDS.batches[index] as Records['batches'][number];
  return dumpOf(
    batch.logprob.map((logprobs, i) => ({
      step: 1,
      logprobs,
      old_logprobs: batch.old_logprob[i],
      sampler_logprobs: batch.sampled_logprob[i],
      entropies: batch.entropy[i],
      old_entropies: batch.old_entropy[i],
      advantages: batch.advantage[i],
      // Paddings are zeros, and log-probs are not.
      mask: logprobs.map((value) => Number(value !== 0)),
    })),
  );
};

/** Loss, and dL/dlogp of every token in the order of the dump. */
async function lossOf(step: StepTokens, one: RecordedCase): Promise<{ loss: number; gradient: number[] }> {
  const strategy = resolveStrategy({ name: one.strategy, ...one.parameters } as StrategyConfig);
  const [part] = partsOf(step, one.aggregation);
  const lengths = Array.from(step.first.subarray(1), (end, i) => end - (step.first[i] ?? 0));
  const whole: Part = { ...(part as Part), lossWeights: aggregationFactors(one.aggregation, lengths, one.norm) };
  const inputs = new GivenTokens(gpu, whole.tokens);
  const settings = { strategy, klCoefficient: 0, klEstimator: 'k3', entropyCoefficient: 0, correction: null } as const;
  const objective = await Objective.create(inputs, settings, { tokens: whole.tokens, minibatches: 1 }, inputs.norm);
  try {
    inputs.load(step, whole, 1);
    inputs.loadOld(objective, step, whole);
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    objective.encodeEvaluate(pass);
    objective.statistics.encode(pass);
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
    const { rows, records } = await objective.statistics.read(1, whole.tokens);
    const gradient = Array.from({ length: whole.tokens }, (_, i) => {
      const of = (name: 'weight' | 'advantage' | 'push' | 'lossWeight') => records.number(i, name);
      return -of('lossWeight') * (of('weight') * of('advantage') + of('push'));
    });
    return { loss: -readRow(rows[0] as Float32Array<ArrayBuffer>).surrogate, gradient };
  } finally {
    objective.destroy();
    inputs.destroy();
  }
}

describe('strategies on given log-probs', () => {
  // Clip-Cov draws the tokens that it drops, and ratios are corrected by exported code alone.
  const cases = RECORDS.cases.filter(({ strategy, correction }) => strategy !== 'clip-cov' && !correction);
  const names = [...new Set(cases.map(({ strategy }) => strategy))];
  it('covers all strategies but the one that draws', () =>
    expect(names).toEqual(STRATEGY_NAMES.filter((name) => name !== 'clip-cov')));

  it.each(names)('%s has the recorded loss and gradient', async (name) => {
    for (const one of cases.filter(({ strategy }) => strategy === name)) {
      const batch = RECORDS.batches[one.batch] as Records['batches'][number];
      const { loss, gradient } = await lossOf(stepOf(await recorded(one.batch)), one);
      const expected = one.gradient.flatMap((row, i) => row.filter((_, t) => batch.logprob[i]?.[t] !== 0));
      const largest = Math.max(...expected.map(Math.abs), 1e-9);
      const what = `${name} ${JSON.stringify(one.parameters)} ${one.aggregation}, batch ${one.batch}`;
      expect(Math.abs(loss - one.loss), what).toBeLessThan(2e-5 * Math.max(one.scale, 1e-3));
      expect(gradient, what).toHaveLength(expected.length);
      for (const [i, value] of expected.entries())
        expect(Math.abs((gradient[i] ?? NaN) - value), `${what}, token ${i}`).toBeLessThan(5e-5 * largest);
    }
  });
});

/** Responses with ratios on both sides of the clip range. */
const rowsOf = (count: number, minibatch: (i: number) => number = () => 0) => {
  const random = stream(5, 'dump');
  return Array.from({ length: count }, (_, i) => {
    const old = Array.from({ length: 1 + random.integer(9) }, () => -0.05 - 2 * random.float());
    return {
      step: 1,
      prompt: `problem ${i}`,
      tokens: old.map((_, t) => ` t${t}`),
      old_logprobs: old,
      logprobs: old.map((value) => Math.min(-1e-3, value + 0.5 * random.normal())),
      advantages: i % 2 === 0 ? 1 : -1,
      minibatch: minibatch(i),
    };
  });
};
const FIVE: StrategyConfig[] = ['gppo', 'ppo', 'importance', 'gspo', 'erc'].map((name) => ({ name }) as StrategyConfig);

describe('a comparison on a dump', () => {
  it('shows what GPPO preserves and PPO drops, and which columns a strategy lacks', async () => {
    const dump = await dumpOf(rowsOf(80));
    const { comparison, effect } = await compareStrategies(gpu, dump, stepOf(dump), FIVE);
    const [gppo, ppo, importance, , erc] = comparison.strategies;
    expect(ppo?.silent).toBeCloseTo(ppo?.metrics['actor/pg_clipfrac'] ?? NaN, 6);
    expect(ppo?.silent).toBeGreaterThan(0.05);
    expect([gppo?.silent, importance?.silent, ppo?.metrics['gradient/preserved_share']]).toEqual([0, 0, 0]);
    expect(gppo?.metrics['gradient/preserved_share']).toBeGreaterThan(0.05);
    expect(importance?.massRatio).toBeCloseTo(1, 5);
    expect(erc?.failed).toMatch(/needs the columns entropies and old_entropies/);
    expect(comparison.cosine[0]?.[0]).toBeCloseTo(1, 6);
    expect(comparison.cosine[0]?.[1]).toBe(comparison.cosine[1]?.[0]);
    const counted = [...comparison.distributions.positive, ...comparison.distributions.negative];
    expect(counted.reduce((a, b) => a + b)).toBe(comparison.tokens);
    expect(comparison.disagreements[0]?.weights).toHaveLength(5);
    expect(comparison.disagreements[0]?.texts[comparison.disagreements[0].token]).toMatch(/^ t\d$/);
    expect(effect.zone.some((zone) => zone > 0)).toBe(true);
  });

  it('is the same in parts, for strategies that look at a response at most', async () => {
    const dump = await dumpOf(rowsOf(60));
    const whole = await compareStrategies(gpu, dump, stepOf(dump), FIVE);
    const parts = await compareStrategies(gpu, dump, stepOf(dump), FIVE, { partTokens: 50 });
    expect(parts.effect).toEqual(whole.effect);
    expect(parts.comparison.distributions).toEqual(whole.comparison.distributions);
    for (const [i, one] of whole.comparison.strategies.entries())
      for (const [name, value] of Object.entries(one.metrics))
        expect(parts.comparison.strategies[i]?.metrics[name], name).toBeCloseTo(value, 5);
  });

  it('weighs tokens by the update that they belong to', async () => {
    // An update with a fifth of the responses counts as much as the other.
    const dump = await dumpOf(rowsOf(50, (i) => Number(i % 5 === 0)));
    const { comparison } = await compareStrategies(gpu, dump, stepOf(dump), FIVE);
    const apart = await Promise.all(
      [0, 1].map(async (minibatch) => {
        const one = await dumpOf(rowsOf(50, (i) => Number(i % 5 === 0)).filter((row) => row.minibatch === minibatch));
        return (await compareStrategies(gpu, one, stepOf(one), FIVE)).comparison.strategies[1]?.metrics;
      }),
    );
    const mean = apart.reduce((sum, metrics) => sum + (metrics?.['actor/pg_clipfrac'] ?? NaN) / 2, 0);
    expect(comparison.strategies[1]?.metrics['actor/pg_clipfrac']).toBeCloseTo(mean, 6);
  });
});
