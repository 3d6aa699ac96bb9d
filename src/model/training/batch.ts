/**
 * A batch as the kernels see it: sequences laid end to end without padding ("packed"), with the targets listed apart.
 *
 * Row n holds token t of some sequence; a target is a row whose next token counts in a log-prob or a loss.
 */
import { Row, TargetToken, TokenGroup } from '../records.ts';

/** A sequence of token ids; its targets are tokens[firstTarget..], or those of them that `targetMask` names. */
export interface BatchSequence {
  tokens: ArrayLike<number>;
  /** Index of the first token whose log-prob is needed, at least 1 (for a response: the prompt's length). */
  firstTarget: number;
  /** 1 per token that is a target, 0 per token that is not, from `firstTarget` on; by default all are. */
  targetMask?: ArrayLike<number>;
  /** Index of the first target in the rollout-wide token arrays; its other targets follow. */
  index: number;
  /** Loss inputs of the sequence's tokens; all 0 when only log-probs are needed. */
  advantage: number;
  lossWeight: number;
  nllWeight: number;
  positive: boolean;
}

type Targeted = Pick<BatchSequence, 'tokens' | 'firstTarget' | 'targetMask'>;

/** Word offsets of fields, which `fill` writes directly because it visits every token of every batch. */
const [ROW, TARGET] = [Row.offset, TargetToken.offset];

/** Host-side arrays of a batch, allocated once for a capacity on first use and refilled for each batch. */
export class PackedBatch {
  rows = 0;
  targets = 0;
  sequences = 0;
  distinct = 0;
  private made: Arrays | undefined;

  constructor(
    readonly capacity: { rows: number; targets: number },
    readonly vocabulary: number,
  ) {}

  private get arrays(): Arrays {
    this.made ??= makeArrays(this.capacity, this.vocabulary);
    return this.made;
  }

  get rowWords(): Uint32Array<ArrayBuffer> {
    return this.arrays.rowWords;
  }

  get targetWords(): Uint32Array<ArrayBuffer> {
    return this.arrays.targetWords;
  }

  /** First target of each sequence, followed by the total number of targets. */
  get firstTargets(): Uint32Array<ArrayBuffer> {
    return this.arrays.firstTargets;
  }

  /** TokenGroup per distinct token, and rows by token: see embedding.wgsl. */
  get tokenGroups(): Uint32Array<ArrayBuffer> {
    return this.arrays.tokenGroups.u32;
  }

  get sortedRows(): Uint32Array<ArrayBuffer> {
    return this.arrays.sortedRows;
  }

  /**
   * Splits sequences, in order, into batches that each fit the capacity.
   *
   * @throws RangeError when one alone does not fit
   */
  cut<S extends BatchSequence>(sequences: readonly S[]): S[][] {
    const batches: S[][] = [];
    let [rows, targets] = [Infinity, Infinity];
    for (const sequence of sequences) {
      const [length, counted] = [PackedBatch.rowsOf(sequence), PackedBatch.targetsOf(sequence)];
      if (length > this.capacity.rows || counted > this.capacity.targets)
        throw new RangeError(`a sequence of ${length} rows is larger than the plan's capacity`);
      if (rows + length > this.capacity.rows || targets + counted > this.capacity.targets) {
        batches.push([]);
        [rows, targets] = [0, 0];
      }
      batches.at(-1)?.push(sequence);
      rows += length;
      targets += counted;
    }
    return batches;
  }

  /** Rows that a sequence takes: its last token is only ever a target. */
  static rowsOf(sequence: { tokens: ArrayLike<number> }): number {
    return sequence.tokens.length - 1;
  }

  static targetsOf({ tokens, firstTarget, targetMask }: Targeted): number {
    if (!targetMask) return tokens.length - firstTarget;
    let count = 0;
    for (let t = firstTarget; t < tokens.length; t++) count += targetMask[t] ?? 0;
    return count;
  }

  /** @throws RangeError when the sequences do not fit: a defect of the caller, who plans capacities */
  fill(sequences: readonly BatchSequence[]): void {
    const { rowWords, targetWords, targetFloats, firstTargets, countOf } = this.arrays;
    let row = 0;
    let target = 0;
    countOf.fill(0);
    for (let number = 0; number < sequences.length; number++) {
      const sequence = sequences[number] as BatchSequence;
      const { tokens, firstTarget, targetMask, index, advantage, lossWeight, nllWeight, positive } = sequence;
      const length = PackedBatch.rowsOf(sequence);
      if (row + length > this.capacity.rows || target + PackedBatch.targetsOf(sequence) > this.capacity.targets) {
        throw new RangeError(`batch of ${sequences.length} sequences is larger than the plan's capacity`);
      }
      const [start, first] = [row, target];
      firstTargets[number] = first;
      for (let t = 0; t < length; t++, row++) {
        const token = tokens[t] ?? 0;
        const r = row * Row.words;
        rowWords[r + ROW.token] = token;
        rowWords[r + ROW.position] = t;
        rowWords[r + ROW.start] = start;
        rowWords[r + ROW.end] = start + length;
        countOf[token] = (countOf[token] ?? 0) + 1;
        const next = t + 1;
        if (next < firstTarget || (targetMask && !targetMask[next])) continue;
        const at = target * TargetToken.words;
        targetWords[at + TARGET.row] = row;
        targetWords[at + TARGET.token] = tokens[next] ?? 0;
        targetWords[at + TARGET.index] = index + target - first;
        targetWords[at + TARGET.sequence] = number;
        targetFloats[at + TARGET.advantage] = advantage;
        targetFloats[at + TARGET.lossWeight] = lossWeight;
        targetFloats[at + TARGET.nllWeight] = nllWeight;
        targetWords[at + TARGET.positive] = positive ? 1 : 0;
        target += 1;
      }
    }
    this.rows = row;
    this.targets = target;
    this.sequences = sequences.length;
    firstTargets[sequences.length] = target;
    this.groupByToken();
  }

  /** Counting sort of the rows by token, ascending within a token. */
  private groupByToken(): void {
    const { rowWords, tokenGroups, sortedRows, countOf } = this.arrays;
    let at = 0;
    this.distinct = 0;
    for (let token = 0; token < this.vocabulary; token++) {
      const count = countOf[token] ?? 0;
      if (count === 0) continue;
      tokenGroups.set(this.distinct, { token, first: at, last: at + count, spare: 0 });
      // From here, the position of the token's next row.
      countOf[token] = at;
      this.distinct += 1;
      at += count;
    }
    for (let row = 0; row < this.rows; row++) {
      const token = rowWords[row * Row.words + ROW.token] ?? 0;
      const place = countOf[token] ?? 0;
      sortedRows[place] = row;
      countOf[token] = place + 1;
    }
  }
}

interface Arrays {
  rowWords: Uint32Array<ArrayBuffer>;
  targetWords: Uint32Array<ArrayBuffer>;
  /** The same memory as `targetWords`. */
  targetFloats: Float32Array<ArrayBuffer>;
  firstTargets: Uint32Array<ArrayBuffer>;
  tokenGroups: ReturnType<typeof TokenGroup.array>;
  sortedRows: Uint32Array<ArrayBuffer>;
  /** By token, scratch of `fill`. */
  countOf: Uint32Array<ArrayBuffer>;
}

function makeArrays({ rows, targets }: { rows: number; targets: number }, vocabulary: number): Arrays {
  const targetWords = new Uint32Array(targets * TargetToken.words);
  return {
    rowWords: new Uint32Array(rows * Row.words),
    targetWords,
    targetFloats: new Float32Array(targetWords.buffer),
    // A sequence has at least one target.
    firstTargets: new Uint32Array(targets + 1),
    tokenGroups: TokenGroup.array(Math.min(vocabulary, rows)),
    sortedRows: new Uint32Array(rows),
    countOf: new Uint32Array(vocabulary),
  };
}
