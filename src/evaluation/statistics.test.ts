/** The statistics of an evaluation against closed forms, published values and enumeration of all subsets. */
import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { clusteredInterval, meanInterval, wilsonInterval } from './intervals.ts';
import { EXACT_UP_TO, majorityAtK, type Vote } from './majority.ts';
import { passAtK, reportedK } from './pass-at-k.ts';

/** All subsets of k of the items. */
function* subsets<T>(items: readonly T[], k: number, first = 0): Generator<T[]> {
  if (k === 0) {
    yield [];
    return;
  }
  for (let i = first; i <= items.length - k; i++)
    for (const others of subsets(items, k - 1, i + 1)) yield [items[i] as T, ...others];
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const NEVER = stream(0, 'never drawn');

describe('pass@k', () => {
  it('is the share of subsets with a correct response, for all counts up to 8', () => {
    for (let n = 1; n <= 8; n++)
      for (let c = 0; c <= n; c++)
        for (let k = 1; k <= n; k++) {
          const all = [
            ...subsets(
              Array.from({ length: n }, (_, i) => i < c),
              k,
            ),
          ];
          expect(passAtK(n, c, k)).toBeCloseTo(mean(all.map((subset) => (subset.includes(true) ? 1 : 0))), 12);
        }
  });
  it('is the share of correct responses for k = 1, and 1 or 0 for k = n', () => {
    expect(passAtK(7, 3, 1)).toBeCloseTo(3 / 7, 15);
    expect([passAtK(7, 0, 7), passAtK(7, 1, 7), passAtK(1, 1, 1)]).toEqual([0, 1, 1]);
  });
  it('is exact where binomials overflow a double', () => {
    // 1 - C(n - 1, k) / C(n, k) = k / n, for one correct response of n.
    expect(passAtK(10_000, 1, 5000)).toBeCloseTo(0.5, 12);
    expect(passAtK(2000, 2, 1000)).toBeCloseTo(1 - (1000 * 999) / (2000 * 1999), 12);
  });
  it('refuses impossible counts', () => {
    for (const [n, c, k] of [
      [4, 5, 1],
      [4, -1, 1],
      [4, 1, 5],
      [4, 1, 0],
      [4, 1.5, 1],
    ] as const)
      expect(() => passAtK(n, c, k)).toThrow(RangeError);
  });
  it('is reported for powers of two and n', () => {
    expect(reportedK(1)).toEqual([1]);
    expect(reportedK(8)).toEqual([1, 2, 4, 8]);
    expect(reportedK(10)).toEqual([1, 2, 4, 8, 10]);
    expect(reportedK(0)).toEqual([]);
  });
});

/** The value of one vote, written in another way than majority.ts: by counting, then drawing among the tied. */
function voteOf(votes: readonly Vote[]): number {
  const counts = new Map<string, Vote[]>();
  for (const vote of votes)
    if (vote.answer !== undefined) counts.set(vote.answer, [...(counts.get(vote.answer) ?? []), vote]);
  const most = Math.max(0, ...[...counts.values()].map((group) => group.length));
  const winners = [...counts.values()].filter((group) => group.length === most);
  return winners.length === 0 ? 0 : mean(winners.map((group) => mean(group.map(({ correct }) => (correct ? 1 : 0)))));
}
/** `aab-` is two votes for a, one for b, one without an answer; upper case votes are correct. */
const votesOf = (text: string): Vote[] =>
  [...text].map((letter) => ({
    answer: letter === '-' ? undefined : letter.toLowerCase(),
    correct: letter !== letter.toLowerCase(),
  }));

describe('maj@k', () => {
  it('is the mean of the votes of all subsets', () => {
    const random = stream(3, 'votes');
    const given = ['AAbbc', 'AAAA', 'bbbb', '----', 'A---', 'AAbb--cd', 'AbcdefgH', 'AAAbbbbccccc', 'AaAbb', '-Abb'];
    for (let i = 0; i < 40; i++)
      given.push(Array.from({ length: 3 + random.integer(8) }, () => 'AAbccd-'[random.integer(7)]).join(''));
    for (const text of given) {
      const votes = votesOf(text);
      for (let k = 1; k <= votes.length; k++)
        expect(majorityAtK(votes, k, NEVER), `${text}, k = ${k}`).toBeCloseTo(
          mean([...subsets(votes, k)].map(voteOf)),
          12,
        );
    }
  });
  it('splits ties evenly, leaves out responses without an answer, and is lost without any', () => {
    expect(majorityAtK(votesOf('Abc'), 3, NEVER)).toBeCloseTo(1 / 3, 15);
    expect(majorityAtK(votesOf('AAbb'), 4, NEVER)).toBe(0.5);
    expect(majorityAtK(votesOf('A---'), 4, NEVER)).toBe(1);
    expect(majorityAtK(votesOf('---'), 3, NEVER)).toBe(0);
    // One response of four has an answer.
    expect(majorityAtK(votesOf('A---'), 2, NEVER)).toBeCloseTo(0.5, 15);
  });
  it('of one response is the share of correct ones; of two that of pairs', () => {
    expect(majorityAtK(votesOf('AAAbbc'), 1, NEVER)).toBeCloseTo(0.5, 15);
    // Two answers, c correct of n: k = 2 splits mixed pairs, so it is c / n again.
    expect(majorityAtK(votesOf('AAAAAbbb'), 2, NEVER)).toBeCloseTo(5 / 8, 14);
  });
  it('equals the binomial closed form for two answers and many responses', () => {
    // 40 correct of 64, k = 3: P(2 or 3 correct) = (C(40,2) C(24,1) + C(40,3)) / C(64,3).
    const votes = votesOf('A'.repeat(40) + 'b'.repeat(24));
    expect(majorityAtK(votes, 3, NEVER)).toBeCloseTo((780 * 24 + 9880) / 41_664, 12);
  });
  it('is estimated from random subsets for more responses, with the same value', () => {
    const many = votesOf('A'.repeat(160) + 'b'.repeat(120) + '-'.repeat(20));
    expect(many.length).toBeGreaterThan(EXACT_UP_TO);
    const estimate = majorityAtK(many, 5, stream(1, 'subsets'));
    expect(estimate).toBe(majorityAtK(many, 5, stream(1, 'subsets')));
    // The same shares within the exact range; 2000 subsets have a standard error of 0.011.
    const fewer = majorityAtK(votesOf('A'.repeat(128) + 'b'.repeat(96) + '-'.repeat(16)), 5, NEVER);
    expect(Math.abs(estimate - fewer)).toBeLessThan(0.04);
  });
  it('takes under a second for 256 different answers', () => {
    const votes = Array.from({ length: EXACT_UP_TO }, (_, i) => ({ answer: `${i % 90}`, correct: i % 90 === 0 }));
    const started = performance.now();
    const value = majorityAtK(votes, 128, NEVER);
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(1);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('intervals', () => {
  it('of proportions are Wilson’s', () => {
    // Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for (const [successes, count, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const bounds = wilsonInterval(successes, count);
      expect(bounds[0]).toBeCloseTo(low, 4);
      expect(bounds[1]).toBeCloseTo(high, 4);
      const values = Array.from({ length: count }, (_, i) => (i < successes ? 1 : 0));
      expect(meanInterval(values)).toEqual(bounds);
    }
  });
  it('of means are the means that a t test with the effective number of problems does not reject', () => {
    // Mean 0.5, variance 0.025 over 5 problems: effective number 0.25 / 0.005 = 50, t(0.975, 4) = 2.776445.
    // At the ends of the interval (0.5 - p)^2 = t^2 p (1 - p) / 50.
    const bounds = meanInterval([0.3, 0.4, 0.5, 0.6, 0.7]) ?? [NaN, NaN];
    for (const p of bounds) expect((0.5 - p) ** 2).toBeCloseTo((2.776445 ** 2 * p * (1 - p)) / 50, 7);
    expect(bounds[1] - 0.5).toBeCloseTo(0.5 - bounds[0], 12);
    const [low, high] = meanInterval([0.9, 1, 0.8]) ?? [NaN, NaN];
    expect(low).toBeLessThan(0.9);
    expect(high).toBeGreaterThan(0.9);
    expect(high).toBeLessThan(1);
  });
  it('of equal values have a width, which shrinks with the number of problems', () => {
    expect(meanInterval([0.5, 0.5, 0.5])).toEqual(wilsonInterval(1.5, 3));
    expect(meanInterval([0.25])).toEqual(wilsonInterval(0.25, 1));
    expect(meanInterval(new Array<number>(300).fill(1))?.[0]).toBeCloseTo(1 - 3.8415 / 303.8415, 5);
    expect(meanInterval([])).toBeUndefined();
    // Every problem has the mean of all.
    expect(
      clusteredInterval([
        [0, 1],
        [1, 0],
        [0, 1],
      ]),
    ).toEqual(wilsonInterval(1.5, 3));
  });
  it('of responses count problems, not responses', () => {
    // Ten equal responses per problem say no more than one.
    const problems = [0, 1, 1, 0, 1, 0.5, 1, 1].map((value) => [value]);
    const [low, high] = clusteredInterval(problems) ?? [NaN, NaN];
    const repeated = clusteredInterval(problems.map(([value = 0]) => new Array<number>(10).fill(value))) ?? [NaN, NaN];
    expect(repeated[0]).toBeCloseTo(low, 12);
    expect(repeated[1]).toBeCloseTo(high, 12);
    expect(clusteredInterval([[], [1], []])).toEqual(wilsonInterval(1, 1));
    expect(clusteredInterval([[], []])).toBeUndefined();
  });
  it.each([
    // Solve rates u^power, whose mean is 1 / (power + 1).
    ['problems of all solve rates', 1],
    ['mostly unsolved problems', 15],
  ])('hold their level on simulated evaluations of %s', (_, power) => {
    // 40 problems, 4 responses each.
    const random = stream(7, 'coverage', power);
    const [truth, trials] = [1 / (power + 1), 2000];
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const values = Array.from({ length: 40 }, () => {
        const rate = random.float() ** power;
        return mean(Array.from({ length: 4 }, () => (random.float() < rate ? 1 : 0)));
      });
      const [low, high] = meanInterval(values) ?? [NaN, NaN];
      if (low <= truth && truth <= high) covered += 1;
    }
    // 0.95 with a standard error of 0.005.
    expect(covered / trials).toBeGreaterThan(0.93);
    expect(covered / trials).toBeLessThan(0.975);
  });
});
