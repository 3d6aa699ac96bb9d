/** A distribution of lengths, exact and in little memory: how often each length occurs. */
export interface LengthBin {
  /** Shortest length of the bin. */
  from: number;
  /** Longest length of the bin. */
  to: number;
  count: number;
}

export class Lengths {
  count = 0;
  max = 0;
  private total = 0;
  private readonly counts = new Map<number, number>();

  add(length: number): void {
    this.count += 1;
    this.total += length;
    this.max = Math.max(this.max, length);
    this.counts.set(length, (this.counts.get(length) ?? 0) + 1);
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.total / this.count;
  }

  /** Of an even number of lengths the mean of the two in the middle. */
  get median(): number {
    if (this.count === 0) return 0;
    return (this.ranked(Math.floor((this.count - 1) / 2)) + this.ranked(Math.floor(this.count / 2))) / 2;
  }

  /** How many are at most `limit`. */
  fit(limit: number): number {
    let sum = 0;
    for (const [length, count] of this.counts) if (length <= limit) sum += count;
    return sum;
  }

  /** At most `bins` bins of equal width, a whole number, from the shortest to the longest length. */
  histogram(bins = 40): LengthBin[] {
    if (this.count === 0) return [];
    const min = Math.min(...this.sorted().slice(0, 1));
    const width = Math.max(1, Math.ceil((this.max - min + 1) / bins));
    const result: LengthBin[] = [];
    for (let from = min; from <= this.max; from += width) result.push({ from, to: from + width - 1, count: 0 });
    for (const [length, count] of this.counts) {
      const bin = result[Math.floor((length - min) / width)];
      if (bin) bin.count += count;
    }
    return result;
  }

  private sorted(): number[] {
    return [...this.counts.keys()].sort((a, b) => a - b);
  }

  private ranked(rank: number): number {
    let seen = 0;
    for (const length of this.sorted()) {
      seen += this.counts.get(length) ?? 0;
      if (seen > rank) return length;
    }
    return this.max;
  }
}

/** What a page or a table shows of a distribution. */
export interface LengthSummary {
  count: number;
  median: number;
  mean: number;
  max: number;
  histogram: LengthBin[];
}

export const lengthSummary = (lengths: Lengths): LengthSummary => ({
  count: lengths.count,
  median: lengths.median,
  mean: lengths.mean,
  max: lengths.max,
  histogram: lengths.histogram(),
});
