/** What a variant of attention's kernels is. */
import type { Variant } from './variant.ts';

export type AttentionPass = 'forward' | 'backward_q' | 'backward_kv';

/** Constants of attention.wgsl: H query heads, G key heads, E4 vec4s of a head. */
export interface AttentionConstants {
  H: number;
  G: number;
  E4: number;
  SCALE: number;
  /** Rows of a sliding window; 0: none. */
  WINDOW: number;
}

export interface AttentionWork {
  pass: AttentionPass;
  constants: AttentionConstants;
}

export interface AttentionGrid {
  rows: number;
  /** Threads, quads or workgroups that a row or tile of rows has. */
  heads: number;
}

export type AttentionVariant = Variant<AttentionConstants, AttentionWork, AttentionGrid>;

/** The constants that all variants have. */
export const passConstants = ({ pass, constants: { E4, ...rest } }: AttentionWork) => ({
  FORWARD: 0,
  BACKWARD_Q: 0,
  BACKWARD_KV: 0,
  [pass.toUpperCase()]: 1,
  E4,
  ...rest,
});
