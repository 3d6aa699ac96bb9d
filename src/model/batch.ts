/**
 * A batch as the kernels see it: sequences laid end to end without padding ("packed"), with the targets listed apart.
 *
 * Row n holds token t of some sequence; a target is a row whose next token counts in a log-prob or a loss.
 */

/** A sequence of token ids; its targets are tokens[firstTarget..]. */
export interface BatchSequence {
  tokens: ArrayLike<number>;
  /** Index of the first token whose log-prob is wanted, at least 1 (for a response: the prompt's length). */
  firstTarget: number;
  /** Place of the first target in the rollout-wide token arrays; its others follow. */
  index: number;
  /** What the loss makes of the sequence's tokens; all 0 when only log-probs are wanted. */
  advantage: number;
  factor: number;
  lmFactor: number;
  positive: boolean;
}

/** Fields of `Row` and `TargetToken` in shaders/common.wgsl, as 32-bit words. */
export const ROW_WORDS = 4;
export const TARGET_WORDS = 8;

/** Host-side arrays of a batch, made once for a capacity and filled anew for each batch. */
export class PackedBatch {
  rows = 0;
  targets = 0;
  sequences = 0;
  distinct = 0;
  readonly rowWords: Uint32Array<ArrayBuffer>;
  readonly targetWords: Uint32Array<ArrayBuffer>;
  private readonly targetFloats: Float32Array<ArrayBuffer>;
  /** First target of each sequence, and the number of targets behind the last. */
  readonly firstTargets: Uint32Array<ArrayBuffer>;
  /** (token, first, last, 0) per distinct token, and rows by token: see embedding.wgsl. */
  readonly tokenGroups: Uint32Array<ArrayBuffer>;
  readonly sortedRows: Uint32Array<ArrayBuffer>;
  private readonly countOf: Uint32Array;

  constructor(
    readonly capacity: { rows: number; targets: number },
    readonly vocabulary: number,
  ) {
    this.rowWords = new Uint32Array(capacity.rows * ROW_WORDS);
    this.targetWords = new Uint32Array(capacity.targets * TARGET_WORDS);
    this.targetFloats = new Float32Array(this.targetWords.buffer);
    // A sequence has a target at least.
    this.firstTargets = new Uint32Array(capacity.targets + 1);
    this.tokenGroups = new Uint32Array(Math.min(vocabulary, capacity.rows) * 4);
    this.sortedRows = new Uint32Array(capacity.rows);
    this.countOf = new Uint32Array(vocabulary);
  }

  /** Rows that a sequence takes: its last token is only ever a target. */
  static rowsOf(sequence: { tokens: ArrayLike<number> }): number {
    return sequence.tokens.length - 1;
  }

  /** @throws RangeError when the sequences do not fit: a defect of the caller, who plans capacities */
  fill(sequences: readonly BatchSequence[]): void {
    let row = 0;
    let target = 0;
    this.countOf.fill(0);
    for (const [number, sequence] of sequences.entries()) {
      const { tokens, firstTarget } = sequence;
      const length = PackedBatch.rowsOf(sequence);
      if (row + length > this.capacity.rows || target + tokens.length - firstTarget > this.capacity.targets) {
        throw new RangeError(`batch of ${sequences.length} sequences is larger than the plan's capacity`);
      }
      const start = row;
      this.firstTargets[number] = target;
      for (let t = 0; t < length; t++, row++) {
        const token = tokens[t] ?? 0;
        this.rowWords.set([token, t, start, start + length], row * ROW_WORDS);
        this.countOf[token] = (this.countOf[token] ?? 0) + 1;
        const next = t + 1;
        if (next < firstTarget) continue;
        const at = target * TARGET_WORDS;
        this.targetWords.set([row, tokens[next] ?? 0, sequence.index + next - firstTarget, number], at);
        this.targetFloats.set([sequence.advantage, sequence.factor, sequence.lmFactor], at + 4);
        this.targetWords[at + 7] = sequence.positive ? 1 : 0;
        target += 1;
      }
    }
    this.rows = row;
    this.targets = target;
    this.sequences = sequences.length;
    this.firstTargets[sequences.length] = target;
    this.groupByToken();
  }

  /** Counting sort of the rows by token, rising inside a token. */
  private groupByToken(): void {
    let at = 0;
    this.distinct = 0;
    const next = new Map<number, number>();
    for (let token = 0; token < this.vocabulary; token++) {
      const count = this.countOf[token] ?? 0;
      if (count === 0) continue;
      this.tokenGroups.set([token, at, at + count, 0], this.distinct * 4);
      next.set(token, at);
      this.distinct += 1;
      at += count;
    }
    for (let row = 0; row < this.rows; row++) {
      const token = this.rowWords[row * ROW_WORDS] ?? 0;
      const place = next.get(token) ?? 0;
      this.sortedRows[place] = row;
      next.set(token, place + 1);
    }
  }
}
