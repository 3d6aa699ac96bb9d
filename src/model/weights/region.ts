/** A region: weights that kernels use together, as one matrix in the trained or the frozen store. */
import type { Part } from '../spec/tensors.ts';

export interface Region {
  /** Its store: that of trained weights, or of frozen ones. */
  trained: boolean;
  /** First element in its store, a multiple of REGION_ALIGNMENT. */
  offset: number;
  /** Padded rows and columns (1 row for gains and biases). */
  rows: number;
  columns: number;
}

/** A part of a tensor in its region: first row (for a vector: first element) and column. */
export interface Placed {
  part: Part;
  region: Region;
  first: number;
  column: number;
}

export interface Mapping {
  shape: number[];
  /** The store of the whole tensor. */
  trained: boolean;
  /** Which elements of the tensor go where. */
  placed: Placed[];
}

/** Linear layers of a transformer layer, by the weights of each. */
export const LINEARS = {
  qkv: ['query', 'key', 'value'],
  output: ['output'],
  gateUp: ['gate', 'up'],
  down: ['down'],
} as const;

export type LinearName = keyof typeof LINEARS;
export interface LoraRegions {
  a: Region;
  b: Region;
  /** Rows of b, `first` to `end` (exclusive), that use the s-th R columns; all other rows of those columns are 0. */
  slots: { first: number; end: number }[];
  /** alpha / rank. */
  scale: number;
}

export type LayerLora = Partial<Record<LinearName, LoraRegions>>;
