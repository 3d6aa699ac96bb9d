import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../compare/run-summary.ts';
import { armsOf, countRuns, parseSweep } from '../compare/sweep.ts';
import { stream } from '../random.ts';
import { resultsFolder, sweepFile, type Comparison } from './claim.ts';
import { CLAIMS } from './index.ts';
import { unsteadiness, type ClaimRun } from './measures.ts';
import { claimVerdict, comparisonVerdict, outcomeOf, predictionInterval } from './outcome.ts';
import type { Trial } from './results.ts';
import { differenceText } from './text.ts';

const sweepOf = (claim: (typeof CLAIMS)[number]) =>
  parseSweep(JSON.parse(readFileSync(sweepFile(claim), 'utf8')), sweepFile(claim));

describe.each(CLAIMS.map((claim) => [claim.number, claim] as const))('claim %i', (_, claim) => {
  const sweep = sweepOf(claim);
  it('compares arms of its sweep, and at least one comparison decides', () => {
    const arms = armsOf(sweep).map(({ label }) => label);
    expect(claim.decides.length).toBeGreaterThan(0);
    for (const { arm, against } of [...claim.decides, ...claim.further]) {
      expect(arms).toContain(arm);
      expect(arms).toContain(against);
      expect(arm).not.toBe(against);
    }
  });
  it('confirms with at least 5 seeds that no trial used', () => {
    expect(sweep.seeds.length).toBeGreaterThanOrEqual(5);
    const file = `${resultsFolder(claim)}/trials.json`;
    const trials = JSON.parse(readFileSync(file, 'utf8')) as Trial[];
    expect(trials.flatMap(({ seeds }) => seeds).filter((seed) => sweep.seeds.includes(seed))).toEqual([]);
    expect(trials.every(({ runs }) => runs > 0)).toBe(true);
  });
  it('keeps results of the sweep that it declares', () => {
    const kept = `${resultsFolder(claim)}/sweep.json`;
    if (existsSync(kept)) expect(parseSweep(JSON.parse(readFileSync(kept, 'utf8')), kept)).toEqual(sweep);
    expect(countRuns(sweep)).toBe(armsOf(sweep).length * sweep.seeds.length);
  });
  it('has a figure in every column of the paper', () => {
    for (const { values } of claim.paper.rows) expect(values).toHaveLength(claim.paper.columns.length);
  });
});

it('claims are in the order of their numbers', () => {
  const numbers = CLAIMS.map(({ number }) => number);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});

describe('verdicts', () => {
  const up = { direction: 'higher', measure: 'sampled' } as const;
  const down = { direction: 'lower', measure: 'sampled' } as const;
  // The smallest effect of interest in accuracy is 0.02.
  it.each([
    [up, 0.001, 0.05, 'reproduced'],
    [up, 0.001, 0.01, 'reproduced'],
    [up, -0.05, -0.001, 'not reproduced'],
    [up, -0.019, 0.019, 'not reproduced'],
    [up, -0.019, 0.021, 'unclear at this scale'],
    [up, -0.021, 0.019, 'unclear at this scale'],
    [up, 0, 0.05, 'unclear at this scale'],
    [down, -0.05, -0.001, 'reproduced'],
    [down, 0.001, 0.05, 'not reproduced'],
    [down, -0.05, 0.01, 'unclear at this scale'],
    [up, 0.05, 0.05, 'unclear at this scale'],
    [up, NaN, NaN, 'unclear at this scale'],
  ] as const)('%o with the interval [%d, %d]: %s', (comparison, low, high, verdict) => {
    expect(comparisonVerdict(comparison, { low, high })).toBe(verdict);
  });
  it('a claim is reproduced if all comparisons are, and not reproduced if one is not', () => {
    expect(claimVerdict(['reproduced', 'reproduced'])).toBe('reproduced');
    expect(claimVerdict(['reproduced', 'unclear at this scale'])).toBe('unclear at this scale');
    expect(claimVerdict(['reproduced', 'not reproduced', 'unclear at this scale'])).toBe('not reproduced');
  });
});

describe('outcomes', () => {
  const run = (label: string, seed: number, sampled: number): ClaimRun => ({
    label,
    accuracies: [],
    summary: { seed, sampled, startSampled: 0, clippedLow: 0, clippedHigh: 0, preservedShare: 0 } as RunSummary,
  });
  const higher: Comparison = { arm: 'a', against: 'b', measure: 'sampled', direction: 'higher' };
  const lower: Comparison = { ...higher, arm: 'c', direction: 'lower' };
  const claim = { decides: [higher, lower], further: [] };
  const runs = [1, 2, 3, 4, 5].flatMap((seed) => [
    run('a', seed, 0.5 + 0.01 * seed),
    run('b', seed, 0.4 + 0.012 * seed),
    run('c', seed, 0.41 + (seed % 2 === 0 ? 0.02 : -0.01) * seed),
  ]);
  it('none with fewer than 5 seeds that all arms have', () => {
    expect(outcomeOf(claim, runs.slice(1), ['a', 'b', 'c'])).toBeUndefined();
  });
  it('an interval excludes 0 exactly where Holm’s correction rejects; pairs are by seed', () => {
    const outcome = outcomeOf(claim, [...runs].reverse(), ['a', 'b', 'c']);
    expect(outcome?.seeds).toEqual([1, 2, 3, 4, 5]);
    const [first, second] = outcome?.decides ?? [];
    expect(first?.differences.map((one) => Number(one.toFixed(6)))).toEqual([0.098, 0.096, 0.094, 0.092, 0.09]);
    for (const one of outcome?.decides ?? []) {
      const excludes = one.interval.low > 0 || one.interval.high < 0;
      expect(excludes).toBe(one.p !== null && one.p <= 0.05);
    }
    expect(first?.verdict).toBe('reproduced');
    expect(second?.verdict).toBe('unclear at this scale');
    expect(outcome?.verdict).toBe('unclear at this scale');
    expect(second?.detectable).toBeGreaterThan(0.02);
    expect(first && differenceText(first)).toMatch(/^\+9\.4 \[\+8\.\d, \+\d+\.\d\] points$/);
  });
});

function normals(count: number, label: string): number[] {
  const random = stream(1, label);
  return Array.from({ length: count }, () => random.normal());
}

describe('prediction intervals', () => {
  it('follow t(n - 1) s sqrt(1 / n + 1 / 2)', () => {
    // scipy 1.17: t.ppf(0.975, 4) = 2.7764451051977987; the values have s = sqrt(2.5).
    const half = 2.7764451051977987 * Math.sqrt(2.5) * Math.sqrt(1 / 5 + 1 / 2);
    const { low, high } = predictionInterval([1, 2, 3, 4, 5]);
    expect([low, high]).toEqual([expect.closeTo(3 - half, 6), expect.closeTo(3 + half, 6)]);
  });
  it('hold the mean of two fresh values in 95 % of 10,000 experiments', () => {
    const values = normals(80_000, 'prediction');
    let inside = 0;
    for (let i = 0; i < values.length; i += 8) {
      const { low, high } = predictionInterval(values.slice(i, i + 6));
      const fresh = ((values[i + 6] ?? 0) + (values[i + 7] ?? 0)) / 2;
      if (low <= fresh && fresh <= high) inside++;
    }
    // Four standard errors of a share of 10,000.
    expect(Math.abs(inside / 10_000 - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / 10_000));
  });
});

describe('unsteadiness', () => {
  it('is 0 on a straight line, and the standard deviation of noise around it', () => {
    expect(unsteadiness([0.1, 0.3, 0.5, 0.7])).toBeCloseTo(0, 12);
    const noise = normals(20_000, 'noise').map((value, i) => 0.02 * value + 1e-5 * i);
    expect(unsteadiness(noise)).toBeCloseTo(0.02, 3);
  });
  it('needs three evaluations', () => {
    expect(unsteadiness([0.1, 0.3])).toBeNaN();
  });
});
