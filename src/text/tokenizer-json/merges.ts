/** Merging of byte-pair encoding: the adjacent pair of lowest rank first, from left to right. */

/** An id is below this, so that a pair of ids is one exact number. */
const IDS = 2 ** 24;

export class Merges {
  /** Rank by pair. */
  private readonly ranks = new Map<number, number>();
  /** The merged token's id, by rank. */
  private readonly merged: number[] = [];

  /** Ranks are in the order of calls. */
  add(left: number, right: number, merged: number): void {
    this.ranks.set(left * IDS + right, this.merged.length);
    this.merged.push(merged);
  }

  rank(left: number, right: number): number | undefined {
    return this.ranks.get(left * IDS + right);
  }

  id(rank: number): number {
    return this.merged[rank] ?? 0;
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
