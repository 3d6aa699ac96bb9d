/** The tape against central finite differences, on shapes that fit no tile. */
import { describe, expect, it } from 'vitest';
import { referenceStep } from './gradient.ts';
import { referenceForward, tensorShapes, type ReferenceTensors } from './transformer.ts';
import { evaluateObjective, type ReferenceObjective } from './objective.ts';
import { randomCase, RandomStream } from './random-model.ts';
import { at } from './tape.ts';

/** Heads times head dimension (18) differs from the hidden size. */
const ODD = {
  hiddenSize: 30,
  heads: 3,
  keyValueHeads: 1,
  headDimension: 6,
  intermediateSize: 17,
  vocabularySize: 13,
  layers: 2,
  tiedHead: false,
};
const STEP = 1e-5;

/** Tensors moved by `amount` along a direction of one of them. */
function moved(
  tensors: ReferenceTensors,
  name: string,
  direction: ArrayLike<number>,
  amount: number,
): ReferenceTensors {
  const values = Float64Array.from(tensors.get(name)!, (value, i) => value + amount * at(direction, i));
  return new Map(tensors).set(name, values);
}

/**
 * Compares the gradient of every tensor with differences of `loss`: along a random direction, which involves every
 * entry, and at a few entries.
 */
function expectGradients(
  tensors: ReferenceTensors,
  gradients: ReadonlyMap<string, Float64Array>,
  loss: (tensors: ReferenceTensors) => number,
): void {
  const random = new RandomStream(99);
  for (const name of tensors.keys()) {
    const gradient = gradients.get(name)!;
    expect(gradient.length).toBe(tensors.get(name)!.length);
    const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeGreaterThan(0);
    const directions = [Float64Array.from(gradient, () => random.normal())];
    for (let k = 0; k < 3; k++) {
      const chosen = random.integer(0, gradient.length - 1);
      directions.push(Float64Array.from(gradient, (_, i) => (i === chosen ? 1 : 0)));
    }
    for (const direction of directions) {
      const numerical =
        (loss(moved(tensors, name, direction, STEP)) - loss(moved(tensors, name, direction, -STEP))) / (2 * STEP);
      const exact = gradient.reduce((sum, value, i) => sum + value * at(direction, i), 0);
      expect(Math.abs(exact - numerical), name).toBeLessThanOrEqual(1e-6 * Math.max(Math.abs(exact), largest));
    }
  }
}

const OBJECTIVES: [string, ReferenceObjective, number][] = [
  ['sft', { strategy: 'sft', aggregation: 'token-mean', params: {} }, 1],
  ['importance', { strategy: 'importance', aggregation: 'seq-mean-token-sum', params: {} }, 1],
  ['ppo with dual clip', { strategy: 'ppo', aggregation: 'seq-mean-token-mean', params: { dual_clip: 3 } }, 1],
  [
    'every term at once, tempered',
    {
      strategy: 'clip-higher',
      aggregation: 'seq-mean-token-sum-norm',
      params: { norm: 20, positive_lm: 0.2, kl_coefficient: 0.3, kl_estimator: 'k3', entropy_coefficient: 0.05 },
    },
    0.8,
  ],
];

describe('gradients against finite differences', () => {
  it.each(OBJECTIVES)('%s', (_, objective, temperature) => {
    const { config, tensors, batch } = randomCase(7, ODD, { temperature });
    const loss = (moving: ReferenceTensors) => {
      const output = referenceForward(
        config,
        moving,
        batch.map((sequence) => sequence.tokens),
        temperature,
      );
      return evaluateObjective(batch, output, objective).loss;
    };
    const step = referenceStep(config, tensors, batch, objective, temperature);
    expect(step.result.loss).toBe(loss(tensors));
    expectGradients(tensors, step.gradients, loss);
  });

  it('gppo, whose value is stopped in the clipped zones: sum of -f w A log pi with f, w and A held', () => {
    const { config, tensors, batch } = randomCase(11, ODD, { sequences: 6, drift: 0.6 });
    const step = referenceStep(config, tensors, batch, {
      strategy: 'gppo',
      aggregation: 'token-mean',
      params: { beta1: 0.5 },
    });
    expect(new Set(step.result.zones.flat()).size).toBe(5);
    const tokens = batch.map((sequence) => sequence.tokens);
    const frozen = (moving: ReferenceTensors) => {
      const { logprobs } = referenceForward(config, moving, tokens);
      return logprobs.reduce(
        (sum, row, i) =>
          sum + row.reduce((rowSum, logprob, t) => rowSum + logprob * at(step.result.logprobSeeds[i]!, t), 0),
        0,
      );
    };
    expectGradients(tensors, step.gradients, frozen);
  });

  it('a tied head and several query heads per key-value head', () => {
    const { config, tensors, batch } = randomCase(13, { ...ODD, heads: 4, keyValueHeads: 2, tiedHead: true });
    expect(tensorShapes(config).has('lm_head.weight')).toBe(false);
    const objective: ReferenceObjective = {
      strategy: 'importance',
      aggregation: 'token-mean',
      params: { entropy_coefficient: 0.1 },
    };
    const tokens = batch.map((sequence) => sequence.tokens);
    const { gradients } = referenceStep(config, tensors, batch, objective);
    expectGradients(
      tensors,
      gradients,
      (moving) => evaluateObjective(batch, referenceForward(config, moving, tokens), objective).loss,
    );
  });

  const yarn = {
    type: 'yarn',
    factor: 4,
    betaFast: 1,
    betaSlow: 0.2,
    attentionFactor: 1.1,
    originalMaxPositions: 32,
  } as const;
  const families: [string, number, Parameters<typeof randomCase>[1]][] = [
    [
      'llama with biases',
      21,
      { architecture: 'llama', biases: { queryKeyValue: true, attentionOutput: true, mlp: true }, ropeScaling: yarn },
    ],
    ['qwen2', 22, { architecture: 'qwen2' }],
    ['qwen3', 23, { architecture: 'qwen3' }],
    ['gpt2', 24, { architecture: 'gpt2' }],
    ['gpt_neox', 25, { architecture: 'gpt_neox', parallelResidual: true }],
    ['gpt_neox, one branch behind the other', 26, { architecture: 'gpt_neox', parallelResidual: false }],
    ['gemma3_text', 27, { architecture: 'gemma3_text' }],
  ];
  it.each(families)('%s', (_, seed, change) => {
    const { config, tensors, batch } = randomCase(
      seed,
      { ...change, vocabularySize: 11, intermediateSize: 9, layers: 2 },
      { longest: 12 },
    );
    const objective: ReferenceObjective = {
      strategy: 'importance',
      aggregation: 'token-mean',
      params: { entropy_coefficient: 0.1 },
    };
    const tokens = batch.map((sequence) => sequence.tokens);
    const { gradients } = referenceStep(config, tensors, batch, objective);
    expectGradients(
      tensors,
      gradients,
      (moving) => evaluateObjective(batch, referenceForward(config, moving, tokens), objective).loss,
    );
  });
});
