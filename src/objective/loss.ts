/** The interface of a loss for an optimizer update: the policy's loss (objective.ts) or cross-entropy. */
import type { DispatchEncoder } from '../gpu/cut-work.ts';
import type { TokenStatistics } from './token-statistics.ts';

export interface Loss {
  /** Reads the records that `encodeEvaluate` writes. */
  readonly statistics: TokenStatistics;
  /**
   * Writes (dL/dlogp, dL/dentropy) and the record of every target of the loaded batch, between the pass's forward and
   * backward.
   */
  encodeEvaluate(pass: DispatchEncoder): void;
  destroy(): void;
}
