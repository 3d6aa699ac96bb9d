/** A region: weights that kernels use together, as one matrix in the trained or the frozen store. */
import type { Part } from '../spec/tensors.ts';

export interface Region {
  /** The store it is in: that of trained weights, or of frozen ones. */
  trained: boolean;
  /** First element in its store, a multiple of REGION_ALIGNMENT. */
  offset: number;
  /** Padded rows and columns (1 row for gains and biases). */
  rows: number;
  columns: number;
}

/** A part of a tensor in its region: from the row (of a vector: the element) `first` on, and the column. */
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

/** Linear layers of a transformer's layer, by the weights that each holds. */
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
  /** Rows of b, from `first` to before `end`, that have the s-th R columns; all others of those columns are 0. */
  slots: { first: number; end: number }[];
  /** alpha / rank. */
  scale: number;
}

export type LayerLora = Partial<Record<LinearName, LoraRegions>>;
