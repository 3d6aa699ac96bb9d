import { describe, expect, it } from 'vitest';
import { faultOf, firstBadToken, numericalFault, type FaultCircumstances } from './numerical-fault.ts';
import { STATISTICS, Sums, TokenRecord } from './records.ts';
import { readRow, type StatisticsRow } from './statistics.ts';

const SOUND = { tokens: 12, gradientNorm: 0.3, lmLoss: 2.5, surrogate: -0.01, kl: 0.1 };

/** A row of the table as the GPU writes it: float32. */
function row(values: Partial<typeof SOUND> & { notFinite?: number; strategyNotFinite?: number }): StatisticsRow {
  const floats = new Float32Array(STATISTICS);
  for (const [name, value] of Object.entries({ ...SOUND, ...values }))
    floats[Sums.offset[name as keyof typeof Sums.offset]] = value;
  return readRow(floats);
}

describe('faultOf', () => {
  it('finds nothing in sound updates, however small or large their gradients', () => {
    for (const gradientNorm of [0, 1e-30, 1e18])
      expect(faultOf([[row({ gradientNorm })], [row({ lmLoss: 9999 }), row({ surrogate: -9e8 })]])).toBeUndefined();
  });

  it.each([
    [{ notFinite: 2 }, 'tokens', 'the log-prob or entropy of 2 of 12 tokens is not finite'],
    [{ strategyNotFinite: 1 }, 'strategy', "the strategy's value or gradient weight of 1 of 12 tokens is not finite"],
    [{ lmLoss: 2e4 }, 'loss', 'the negative log-likelihood is 2.0e+4, beyond 1e+4'],
    [{ lmLoss: NaN }, 'loss', 'the negative log-likelihood is not finite'],
    [{ surrogate: -3e9 }, 'loss', 'the surrogate is -3.0e+9, beyond 1e+9'],
    [{ kl: Infinity }, 'loss', 'the KL to the reference is not finite'],
    [{ gradientNorm: Infinity }, 'gradient', 'the gradient norm is not finite, although the loss is'],
    [{ gradientNorm: NaN }, 'gradient', 'the gradient norm is not finite, although the loss is'],
  ])('says what was wrong: %j', (values, kind, what) => {
    // In the second pass of the third update.
    expect(faultOf([[row({})], [row({})], [row({}), row(values)], [row({ gradientNorm: NaN })]])).toEqual({
      kind,
      update: 2,
      what,
    });
  });
});

describe('firstBadToken', () => {
  it('names the sequence and the token, and only tokens of these sequences', () => {
    const records = TokenRecord.array(10);
    records.setNumber(1, 'logprob', NaN);
    records.setNumber(7, 'entropy', -Infinity);
    expect(
      firstBadToken(records, [
        { index: 2, length: 3 },
        { index: 5, length: 4 },
      ]),
    ).toEqual({ sequence: 1, token: 2 });
    expect(firstBadToken(records, [{ index: 2, length: 5 }])).toBeUndefined();
  });
});

describe('the error of a run', () => {
  const about: FaultCircumstances = {
    phase: 'rl',
    step: 23,
    fault: { kind: 'gradient', update: 4, what: 'the gradient norm is not finite, although the loss is' },
    updates: 16,
    made: 356,
    learningRate: 3e-4,
    warmupSteps: 0,
    gradientClip: 1,
    f16: false,
    drift: 0.1,
    restored: 22,
  };

  it('names step, update, number, kept weights, and what to change', () => {
    expect(numericalFault(about)).toMatchObject({
      kind: 'numerical',
      message: 'rl step 23, update 5 of 16: the gradient norm is not finite, although the loss is.',
      advice:
        'Training stopped before this update. The weights are those after rl step 22, the last good step. ' +
        'Likely cause: a learning rate that is too high here. Lower learning_rate (now 3e-4).',
      field: 'rl.learning_rate',
      restored: 22,
    });
  });

  it.each<[string, Partial<FaultCircumstances>, RegExp, string]>([
    ['the strategy', { fault: { ...about.fault, kind: 'strategy' } }, /a division by a number near 0/, 'rl.strategy'],
    ['16-bit products', { f16: true }, /beyond 65504/, 'compute.matmul_precision'],
    [
      'the starting weights',
      { made: 0, restored: 0, fault: { ...about.fault, update: 0, kind: 'tokens' } },
      /before the rl stage. Likely cause: the weights that the stage starts from/,
      'rl.learning_rate',
    ],
    ['a high learning rate', { learningRate: 0.5 }, /a learning rate of 5e-1/, 'rl.learning_rate'],
    [
      'a policy that moved far',
      { drift: 3.21 },
      /mean \|log ratio\| 3.2\).*bounds its gradient weight/,
      'rl.learning_rate',
    ],
    ['no gradient clipping', { gradientClip: 1e30 }, /gradient_clip 1e\+30, which scales/, 'rl.gradient_clip'],
    ['no warm-up', { made: 3 }, /without warm-up\. Set warmup_steps/, 'rl.warmup_steps'],
  ])('knows the likely cause: %s', (_, change, advice, field) => {
    const error = numericalFault({ ...about, ...change });
    expect(error.advice).toMatch(advice);
    expect(error.field).toBe(field);
  });

  it('says when the weights are those of no whole step', () => {
    expect(numericalFault({ ...about, restored: undefined }).advice).toContain(
      'The weights are those before this update; the last good step is rl step 22.',
    );
  });
});
