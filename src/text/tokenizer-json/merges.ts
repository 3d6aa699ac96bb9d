/** Merging of byte-pair encoding: the adjacent pair of lowest rank first, from left to right. */

/** Slots of the table are at least this many, and a power of two. */
const LEAST_SLOTS = 16;

/**
 * Ranks by pair of ids: a hash table with open addressing in typed arrays. Large vocabularies have 600,000 pairs, for
 * which a Map takes several times as long to fill and as much memory.
 */
export class Merges {
  private lefts: Int32Array;
  private rights: Int32Array;
  /** Rank + 1; 0 is an empty slot. */
  private ranks: Int32Array;
  private filled = 0;
  /** The merged token's id, by rank. */
  private readonly merged: number[] = [];

  /** @param pairs about how many will be added */
  constructor(pairs = 0) {
    let slots = LEAST_SLOTS;
    while (slots < 2 * pairs) slots *= 2;
    this.lefts = new Int32Array(slots);
    this.rights = new Int32Array(slots);
    this.ranks = new Int32Array(slots);
  }

  /** Ranks are in the order of calls; a pair that is added again takes the later one. */
  add(left: number, right: number, merged: number): void {
    if (2 * this.filled >= this.ranks.length) this.grow();
    this.merged.push(merged);
    this.place(left, right, this.merged.length);
  }

  rank(left: number, right: number): number | undefined {
    const rank = this.ranks[this.slot(left, right)] ?? 0;
    return rank === 0 ? undefined : rank - 1;
  }

  id(rank: number): number {
    return this.merged[rank] ?? 0;
  }

  /** Where the pair is, or the empty slot for it. */
  private slot(left: number, right: number): number {
    const { lefts, rights, ranks } = this;
    const last = ranks.length - 1;
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    let at = (hash ^ (hash >>> 13)) & last;
    while (ranks[at] !== 0 && (lefts[at] !== left || rights[at] !== right)) at = (at + 1) & last;
    return at;
  }

  private place(left: number, right: number, rank: number): void {
    const at = this.slot(left, right);
    if (this.ranks[at] === 0) this.filled += 1;
    this.lefts[at] = left;
    this.rights[at] = right;
    this.ranks[at] = rank;
  }

  private grow(): void {
    const { lefts, rights, ranks } = this;
    const slots = 2 * ranks.length;
    this.lefts = new Int32Array(slots);
    this.rights = new Int32Array(slots);
    this.ranks = new Int32Array(slots);
    this.filled = 0;
    ranks.forEach((rank, at) => {
      if (rank !== 0) this.place(lefts[at] ?? 0, rights[at] ?? 0, rank);
    });
  }
}

/** Positions in a word are below this, so that rank and position are one exact number. */
const POSITIONS = 2 ** 26;
const NONE = -1;

/** @param symbols ids of a word's characters; changed @returns ids after all merges */
export function mergedSymbols(symbols: number[], merges: Merges): number[] {
  const { length } = symbols;
  if (length < 2) return symbols;
  const next = Int32Array.from({ length }, (_, i) => (i + 1 < length ? i + 1 : NONE));
  const previous = Int32Array.from({ length }, (_, i) => i - 1);
  const removed = new Uint8Array(length);
  const queue = new Queue();
  const offer = (left: number, right: number) => {
    const rank = merges.rank(symbols[left] ?? 0, symbols[right] ?? 0);
    if (rank !== undefined) queue.push(rank * POSITIONS + left);
  };
  for (let i = 0; i + 1 < length; i++) offer(i, i + 1);
  for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
    const [rank, left] = [Math.floor(top / POSITIONS), top % POSITIONS];
    const right = next[left] ?? NONE;
    if (removed[left] || right === NONE) continue;
    // The pair may have changed since it was queued.
    const current = merges.rank(symbols[left] ?? 0, symbols[right] ?? 0);
    if (current === undefined || merges.id(current) !== merges.id(rank)) continue;
    symbols[left] = merges.id(rank);
    removed[right] = 1;
    const after = next[right] ?? NONE;
    next[left] = after;
    if (after !== NONE) previous[after] = left;
    const before = previous[left] ?? NONE;
    if (before !== NONE) offer(before, left);
    if (after !== NONE) offer(left, after);
  }
  return symbols.filter((_, i) => !removed[i]);
}

/** A binary heap: the smallest number first. */
class Queue {
  private readonly heap: number[] = [];

  push(value: number): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(value);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] ?? 0;
      if (above <= value) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = value;
  }

  pop(): number | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child += 1;
      const below = heap[child] ?? 0;
      if (below >= last) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
