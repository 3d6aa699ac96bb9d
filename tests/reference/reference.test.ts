/** The reference against the exact answers: log-probs, entropies, losses, weights and gradients of the fixtures. */
import { describe, expect, it } from 'vitest';
import { FIXTURE_NAMES, loadFixture } from './fixture.ts';
import { referenceStep } from './gradient.ts';
import type { ReferenceStrategy } from './surrogate.ts';
import { at } from './tape.ts';
import { referenceForward, tensorShapes } from './transformer.ts';

const STRATEGIES: Record<string, ReferenceStrategy> = { sft: 'sft', ppo: 'ppo', gppo: 'gppo' };
const COVERED = ['sft', 'ppo', 'clip-higher', 'ppo-dual-clip', 'gppo', 'gppo-dual-clip', 'ce-gppo', 'gppo+lm'];

function expectClose(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(wanted.length);
  expect(Math.max(0, ...Array.from(wanted, (value, i) => Math.abs(at(actual, i) - value)))).toBeLessThan(tolerance);
}

describe.each(FIXTURE_NAMES)('%s: log-probs and entropies', (name) => {
  const { config, tensors, expected } = loadFixture(name);
  const output = referenceForward(
    config,
    tensors,
    expected.sequences.map((sequence) => sequence.tokens),
  );

  it.each(expected.sequences.map((sequence, i) => [i, sequence] as const))('of sequence %i', (i, sequence) => {
    expectClose(output.logprobs[i] ?? [], sequence.logprobs, 1e-9);
    expectClose(output.entropies[i] ?? [], sequence.entropies, 1e-9);
  });
});

describe.each(FIXTURE_NAMES)('%s: objectives', (name) => {
  const { config, tensors, shapes, expected } = loadFixture(name);
  it('has every tensor in the checkpoint, in its shape', () => {
    expect(new Map([...tensorShapes(config)].sort())).toEqual(new Map([...shapes].sort()));
  });

  it('are the cases that the reference covers', () => {
    const titles = expected.cases.map((each) => each.title);
    expect(COVERED.filter((title) => !titles.includes(title))).toEqual([]);
  });

  it.each(COVERED)('%s', (title) => {
    const wanted = expected.cases.find((each) => each.title === title)!;
    const strategy = STRATEGIES[wanted.strategy]!;
    const { result, gradients } = referenceStep(config, tensors, expected.sequences, {
      strategy,
      aggregation: wanted.aggregation,
      params: wanted.params,
    });

    expect(Math.abs(result.loss - wanted.loss)).toBeLessThan(1e-9);
    result.weights.forEach((row, i) => {
      const padded = wanted.weights[i] ?? [];
      expectClose([...row, ...new Array<number>(padded.length - row.length).fill(0)], padded, 1e-9);
    });
    expect(wanted.gradients.length).toBeGreaterThan(0);
    for (const { tensor, index, value } of wanted.gradients) {
      const shape = shapes.get(tensor) ?? [];
      const flat = index.reduce((offset, position, axis) => offset * at(shape, axis) + position, 0);
      const error = Math.abs(at(gradients.get(tensor) ?? [], flat) - value);
      expect(error, `${tensor}[${index.join(', ')}] = ${value}`).toBeLessThanOrEqual(1e-8 * Math.abs(value) + 1e-13);
    }
  });

  it('give ce-gppo and clip-higher the weights of gppo and ppo with the same parameters', () => {
    const params = { eps_low: 0.2, eps_high: 0.28, beta1: 0.75, beta2: 1 };
    const weights = (strategy: ReferenceStrategy) =>
      referenceStep(config, tensors, expected.sequences, { strategy, aggregation: 'token-mean', params }).result
        .weights;
    expect(weights('ce-gppo')).toEqual(weights('gppo'));
    expect(weights('clip-higher')).toEqual(weights('ppo'));
  });
});
