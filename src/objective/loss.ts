/** What an optimizer update needs of a loss, whichever one it is: the policy's (objective.ts) or cross-entropy. */
import type { TokenStatistics } from './token-statistics.ts';

export interface Loss {
  /** Reads the records that `encodeEvaluate` writes. */
  readonly statistics: TokenStatistics;
  /**
   * (dL/dlogp, dL/dentropy) and the record of every target of the loaded batch: between the pass's forward and its
   * backward.
   */
  encodeEvaluate(pass: GPUComputePassEncoder): void;
  destroy(): void;
}
