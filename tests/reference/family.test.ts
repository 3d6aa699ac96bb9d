/** The float64 surrogates of the family against values recorded from the authors' published code. */
import { expect, it } from 'vitest';
import { m2poDropped, slope, surrogates, type FamilyBatch, type FamilyToken, type Frozen } from './family.ts';
import { loadPublishedStrategies } from './fixture.ts';

const { points, cases, minibatch } = loadPublishedStrategies();

const tokenAt = ({ advantage, old_logprob: oldLogprob, ratio }: (typeof points)[number]): FamilyToken => ({
  advantage,
  oldLogprob,
  logprob: oldLogprob + Math.log(ratio),
  sampledLogprob: oldLogprob,
  entropy: 0.5,
  oldEntropy: 0.5,
});

it.each(cases)('$strategy $parameters: value and slope by $source at $commit', ({ strategy, ...recorded }) => {
  expect(recorded.slopes).toHaveLength(points.length);
  for (const [i, point] of points.entries()) {
    const token = tokenAt(point);
    const frozen: Frozen = { batch: [[token]], parameters: recorded.parameters, tisCap: null };
    const expected = recorded.slopes[i] as number;
    const scale = Math.max(1, Math.abs(expected));
    expect(Math.abs(slope(strategy, frozen, 0, 0) - expected), JSON.stringify(point)).toBeLessThan(1e-6 * scale);
    if (recorded.values)
      expect(surrogates(strategy, frozen, 0, [token.logprob])[0], JSON.stringify(point)).toBeCloseTo(
        recorded.values[i] as number,
        6,
      );
  }
});

const batch: FamilyBatch = minibatch.responses.map((row) =>
  row.map(({ advantage, logprob, old_logprob, sampled_logprob }) => ({
    advantage,
    logprob,
    oldLogprob: old_logprob,
    sampledLogprob: sampled_logprob,
    entropy: 0.5,
    oldEntropy: 0.5,
  })),
);
const wide = { eps_low: 1e9, eps_high: 1e9, dual_clip: null };
const values = (name: string, parameters: Frozen['parameters'], i: number) =>
  surrogates(
    name,
    { batch, parameters: { ...wide, ...parameters }, tisCap: null },
    i,
    (batch[i] ?? []).map(({ logprob }) => logprob),
  );

it.each(minibatch.opsm.cases)('OPSM at $delta drops the responses that TRL drops', ({ delta, kept }) => {
  expect(batch.map((_, i) => Number(values('opsm', { delta }, i).every((value) => value !== 0)))).toEqual(kept);
});

it.each(minibatch.fipo.cases)('FIPO $parameters has the influence of ms-swift', ({ parameters, influence }) => {
  for (const [i, row] of batch.entries())
    for (const [t, token] of row.entries()) {
      const { dual_clip: c } = parameters;
      const r = Math.exp(token.logprob - token.oldLogprob);
      const base = (token.advantage < 0 && typeof c === 'number' ? Math.min(r, c) : r) * token.advantage;
      expect((values('fipo', parameters, i)[t] ?? NaN) / base, `${i}.${t}`).toBeCloseTo(influence[i]?.[t] ?? NaN, 7);
    }
});

it.each(minibatch.m2po.cases)('M2PO at $threshold drops the tokens that AReaL drops', ({ threshold, kept }) => {
  expect(m2poDropped(batch, threshold).map((row) => row.map((dropped) => Number(!dropped)))).toEqual(kept);
});
