/**
 * Mixtures of sources: how many examples of each an epoch has, and in which order. All of it follows from the seed and
 * the position in the stage, so that a resumed run needs no saved state.
 */
import { stream } from '../random.ts';

export interface MixedSource {
  /** Rows that can be trained on; undefined for problems without end, which are drawn anew. */
  rows: number | undefined;
  /** Relative share of an epoch. */
  weight?: number | undefined;
  /** Examples per epoch. */
  amount?: number | undefined;
  /** Names the stream of random numbers that orders the rows. */
  label: string;
}

/**
 * Whole numbers with a given sum in proportion to weights, by the largest remainder: each gets the floor of its exact
 * share, and the ones left over go to the largest fractions, of equal ones to the earlier source.
 *
 * @param weights above 0
 */
export function largestRemainder(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const counts = exact.map(Math.floor);
  const order = exact.map((_, i) => i).sort((a, b) => fractionOf(exact[b]) - fractionOf(exact[a]) || a - b);
  const left = total - counts.reduce((all, one) => all + one, 0);
  for (const i of order.slice(0, left)) counts[i] = (counts[i] ?? 0) + 1;
  return counts;
}

const fractionOf = (value = 0): number => value - Math.floor(value);

/**
 * Examples per epoch of each source. Without weights: `amount`, or every row once. With weights: the sources with rows
 * together have as many examples as rows, shared by weight; problems without end come on top, by their weight.
 *
 * @returns undefined where nothing says how many: problems without end that have no amount, and no rows beside them
 */
export function epochCounts(sources: readonly MixedSource[]): number[] | undefined {
  const weights = sources.map(({ weight }) => weight);
  if (!weights.every((weight) => weight !== undefined)) {
    const counts = sources.map(({ rows, amount }) => amount ?? rows);
    return counts.every((count) => count !== undefined) ? counts : undefined;
  }
  const listed = sources.filter(({ rows }) => rows !== undefined);
  if (listed.length === 0) return undefined;
  const sum = (values: readonly (number | undefined)[]) => values.reduce<number>((all, one) => all + (one ?? 0), 0);
  const rows = sum(listed.map((source) => source.rows));
  const share = sum(listed.map(({ weight }) => weight)) / sum(weights);
  return largestRemainder(weights, Math.round(rows / share));
}

/** Which example of which source. */
export interface Draw {
  source: number;
  /** Index of the row; of problems without end, the number of the draw. */
  row: number;
}

/** Orders kept: a batch reaches into a second epoch, and each source into a second pass over its rows. */
const KEPT = 2;

export class Mixture {
  private readonly epochs = new Map<number, Epoch>();
  private readonly passes: Map<number, Uint32Array>[];
  /** Examples per epoch. */
  readonly size: number;

  /** @param counts of `epochCounts`, with a sum above 0 */
  constructor(
    private readonly sources: readonly MixedSource[],
    readonly counts: readonly number[],
    private readonly seed: number,
  ) {
    this.size = counts.reduce((sum, count) => sum + count, 0);
    this.passes = sources.map(() => new Map());
  }

  /**
   * The example at a position of the stage, counted over its epochs. Within an epoch the sources' examples are shuffled
   * together; each source deals its rows in an order shuffled anew for each pass over them, and continues a pass
   * that the epoch before has begun.
   */
  at(index: number): Draw {
    const epoch = Math.floor(index / this.size);
    const place = index % this.size;
    const { source, rank } = this.epoch(epoch);
    const from = source[place] ?? 0;
    return { source: from, row: this.row(from, epoch * (this.counts[from] ?? 0) + (rank[place] ?? 0)) };
  }

  private epoch(number: number): Epoch {
    return kept(this.epochs, number, () => {
      const source = this.counts.flatMap((count, i) => Array.from({ length: count }, () => i));
      if (this.sources.length > 1) stream(this.seed, 'sft mixture', number).shuffle(source);
      const next = this.counts.map(() => 0);
      const rank = source.map((from) => {
        const mine = next[from] ?? 0;
        next[from] = mine + 1;
        return mine;
      });
      return { source: Uint32Array.from(source), rank: Uint32Array.from(rank) };
    });
  }

  private row(source: number, position: number): number {
    const { rows, label } = this.sources[source] as MixedSource;
    if (rows === undefined) return position;
    const pass = Math.floor(position / rows);
    const order = kept(this.passes[source] as Map<number, Uint32Array>, pass, () =>
      Uint32Array.from(stream(this.seed, label, pass).shuffle(Array.from({ length: rows }, (_, row) => row))),
    );
    return order[position % rows] ?? 0;
  }
}

interface Epoch {
  /** By place in the epoch. */
  source: Uint32Array;
  /** How many examples of the same source are before it. */
  rank: Uint32Array;
}

function kept<T>(made: Map<number, T>, key: number, make: () => T): T {
  let found = made.get(key);
  if (!found) {
    found = make();
    if (made.size >= KEPT) made.delete(Math.min(...made.keys()));
    made.set(key, found);
  }
  return found;
}
