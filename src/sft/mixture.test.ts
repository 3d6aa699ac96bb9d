/** Mixtures: exact shares in every epoch, every row once where all are wanted, and draws that the seed decides. */
import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { epochCounts, largestRemainder, Mixture, type MixedSource } from './mixture.ts';

const random = stream(16, 'mixtures');
const between = (least: number, most: number) => least + random.integer(most - least + 1);
const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);

const listed = (rows: readonly number[], change: Partial<MixedSource>[] = []): MixedSource[] =>
  rows.map((count, i) => ({ rows: count, label: `source ${i}`, ...change[i] }));

function mixtureOf(sources: MixedSource[], seed = 1): Mixture {
  const counts = epochCounts(sources);
  if (!counts) throw new Error('expected counts');
  return new Mixture(sources, counts, seed);
}

/** How often each row of each source is drawn from one position up to another. */
function drawn(mixture: Mixture, rows: readonly number[], from: number, to: number): number[][] {
  const times = rows.map((count) => Array.from({ length: count }, () => 0));
  for (let i = from; i < to; i++) {
    const { source, row } = mixture.at(i);
    const list = times[source] as number[];
    list[row] = (list[row] as number) + 1;
  }
  return times;
}

describe('the largest remainder', () => {
  it('divides a total exactly: each share is its floor or one more, the larger fraction first', () => {
    expect(largestRemainder([1, 1, 1], 10)).toEqual([4, 3, 3]);
    expect(largestRemainder([0.5, 0.3, 0.2], 7)).toEqual([4, 2, 1]);
    expect(largestRemainder([1, 1000], 10)).toEqual([0, 10]);
    for (let trial = 0; trial < 500; trial++) {
      const weights = Array.from({ length: between(1, 12) }, () => between(1, 1000) / between(1, 100));
      const total = between(1, 100_000);
      const counts = largestRemainder(weights, total);
      expect(sum(counts)).toBe(total);
      for (const [i, count] of counts.entries()) {
        const exact = (total * (weights[i] as number)) / sum(weights);
        expect(Math.abs(count - exact)).toBeLessThan(1);
      }
    }
  });
});

describe('a mixture', () => {
  it('draws the stated shares exactly in every epoch, and rows equally often, for random mixtures', () => {
    for (let trial = 0; trial < 150; trial++) {
      const rows = Array.from({ length: between(1, 6) }, () => between(1, 60));
      const weights = rows.map(() => between(1, 50) / 7);
      const byAmount = trial % 2 === 0;
      const sources = listed(
        rows,
        rows.map((_, i) => (byAmount ? { amount: between(1, 90) } : { weight: weights[i] })),
      );
      const mixture = mixtureOf(sources, trial);
      const expected = byAmount ? sources.map(({ amount }) => amount) : largestRemainder(weights, sum(rows));
      expect(mixture.counts).toEqual(expected);
      const epochs = 5;
      for (let epoch = 0; epoch < epochs; epoch++) {
        const times = drawn(mixture, rows, epoch * mixture.size, (epoch + 1) * mixture.size);
        expect(times.map(sum)).toEqual(expected);
      }
      // Over epochs, no row is drawn more than once more often than another of its source.
      for (const times of drawn(mixture, rows, 0, epochs * mixture.size))
        expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
    }
  });

  it('visits every row once per epoch without weights, and with equal weights of equal sources', () => {
    for (let trial = 0; trial < 100; trial++) {
      const equal = trial % 2 === 0;
      const size = between(1, 40);
      const rows = Array.from({ length: between(1, 5) }, () => (equal ? size : between(1, 40)));
      const mixture = mixtureOf(listed(rows, equal ? rows.map(() => ({ weight: 0.3 })) : []), trial);
      expect(mixture.size).toBe(sum(rows));
      const batch = between(1, 2 * mixture.size);
      const seen: string[] = [];
      for (let step = 0; seen.length < 3 * mixture.size; step++)
        for (let i = step * batch; i < (step + 1) * batch; i++) {
          const { source, row } = mixture.at(i);
          seen.push(`${source}:${row}`);
        }
      for (let epoch = 0; epoch < 3; epoch++)
        expect(new Set(seen.slice(epoch * mixture.size, (epoch + 1) * mixture.size)).size).toBe(mixture.size);
    }
  });

  it('has another order in each epoch and for each seed, and the same one from any position', () => {
    const sources = listed([30, 20, 10]);
    const order = (seed: number, from: number) => {
      const mixture = mixtureOf(sources, seed);
      return Array.from({ length: 60 }, (_, i) => mixture.at(from + i));
    };
    expect(order(1, 0)).toEqual(order(1, 0));
    expect(order(1, 60)).not.toEqual(order(1, 0));
    expect(order(2, 0)).not.toEqual(order(1, 0));
    expect(order(1, 45).slice(15)).toEqual(order(1, 60).slice(0, 45));
    // A mixture that is asked backwards gives the same.
    const mixture = mixtureOf(sources);
    const backwards = Array.from({ length: 240 }, (_, i) => mixture.at(239 - i)).reverse();
    const forwards = mixtureOf(sources);
    expect(backwards).toEqual(Array.from({ length: 240 }, (_, i) => forwards.at(i)));
  });

  it('adds problems without end by weight or amount, and has no size without either', () => {
    const endless = (change: object): MixedSource => ({ rows: undefined, label: 'task', ...change });
    expect(epochCounts([...listed([30, 30], [{ weight: 1 }, { weight: 1 }]), endless({ weight: 2 })])).toEqual([
      30, 30, 60,
    ]);
    expect(epochCounts([...listed([30]), endless({ amount: 7 })])).toEqual([30, 7]);
    expect(epochCounts([...listed([30]), endless({})])).toBeUndefined();
    expect(epochCounts([endless({ weight: 1 })])).toBeUndefined();
    const mixture = mixtureOf([...listed([3]), endless({ amount: 2 })]);
    const numbers = Array.from({ length: 20 }, (_, i) => mixture.at(i)).filter(({ source }) => source === 1);
    expect(numbers.map(({ row }) => row).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
