/** What a variant of a matrix product's kernel is. */
import type { KernelSource } from '../../../gpu/device.ts';
import type { Variant } from './variant.ts';

/** Which of A and B are turned: ../matmul.ts. */
export type Form = 'nt' | 'nn' | 'tn';

/** What a choice between variants depends on. */
export interface ProductShape {
  form: Form;
  /** Most rows a batch can have. */
  capacity: number;
  /** Whether A and B are halves: ../f16-matmul.ts. */
  halves: boolean;
}

/** A kernel to be made. */
export interface ProductWork {
  form: Form;
  halves: boolean;
  epilogue: boolean;
  columns: number;
  /** Length of the sum; for tn the rows of C. */
  inner: number;
  /** tn: most pieces of the sum over rows, and most rows of a piece (../sum-pieces.ts). */
  mostPieces: number;
  longestPiece: number;
}

export interface ProductGrid {
  form: Form;
  /** Of C. */
  rows: number;
  columns: number;
  /** Pieces of a weight gradient's sum. */
  pieces: number;
  epilogue: boolean;
}

export interface MatmulVariant extends Variant<ProductShape, ProductWork, ProductGrid> {
  /**
   * Whether the kernel keeps unfinished sums in C, so that what an epilogue stores needs a place of its own. For tn it
   * adds each piece to C where it ends, so that C is the gradient and not one result per piece.
   */
  readonly carriesSums: boolean;
  /** tn: whether unfinished pieces need scratch of the size of C. */
  needsScratch(longestPiece: number): boolean;
  /** The variant to use in its place if the product has an epilogue. */
  withEpilogue(): MatmulVariant;
  /** What follows the shared text and constants of products (../matmul-kernel.ts). */
  kernel(work: ProductWork): Omit<KernelSource, 'label'>;
}

/** Batches of up to so many rows, as in decoding one or a few sequences, have variants of their own. */
export const FEW_ROWS = 8;

export const hasFewRows = ({ capacity }: Pick<ProductShape, 'capacity'>): boolean => capacity <= FEW_ROWS;

/** Products of more than a few rows with f32 operands. */
export const isLarge = (shape: ProductShape): boolean => !hasFewRows(shape) && !shape.halves;
