/** The kernel of a matrix product in a variant, and its sizes uniform. */
import headEpilogue from '../../../shaders/head/head-epilogue.wgsl?raw';
import productSource from '../../../shaders/matmul/product.wgsl?raw';
import weightsSource from '../../../shaders/matmul/weights.wgsl?raw';
import type { Gpu, KernelSource } from '../../gpu/device.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import type { Constants } from '../../gpu/wgsl.ts';
import { common, ProductSizes } from '../records.ts';
import { weightConstants, type Precision } from '../weights/precision.ts';
import { longestPiece, mostPieces } from './sum-pieces.ts';
import type { Form, MatmulVariant } from './variants/matmul-variant.ts';

/** What the tuner's questions about products of halves end in. */
export const HALVES = ' f16';

/** Columns of a wider matrix: the matrix' width, and the first of them. Multiples of 4. */
export interface ColumnPart {
  width: number;
  first: number;
}

/** The end of a product's kernel (head-epilogue.wgsl): `finish` gets 16 columns of a row of C at a time. */
export interface Epilogue {
  constants: Constants;
  /** Column of the vocabulary that the first of C is. */
  firstColumn: number;
  /** Bindings from 5 on. */
  resources: GPUBuffer[];
  /**
   * What is stored instead of C: in C's place, or behind the other bindings where the kernel keeps unfinished sums in
   * C.
   */
  parts?: GPUBuffer;
}

/** What a product's kernel and sizes depend on. */
export interface KernelProduct {
  label: string;
  form: Form;
  /** Most rows a batch can have. */
  capacity: number;
  columns: number;
  /** Length of the sum; for tn the rows of C. */
  inner: number;
  fromTargets?: boolean;
  /** How B is stored; f32 when left out. */
  precision?: Precision;
  /**
   * A and B are halves, their rows times powers of two: what undoes them, [capacity] for A and, for tn, [capacity] for
   * B (f16-matmul.ts).
   */
  rowScale?: GPUBuffer;
  residual?: GPUBuffer;
  /** Where A, or C (nt and nn), is some columns of a wider matrix. */
  aPart?: ColumnPart;
  cPart?: ColumnPart;
  /** C += (nt and nn): the sum continues from C, in the order of one longer sum. */
  accumulate?: boolean;
  /** nt: what becomes of C instead of being stored. */
  epilogue?: Epilogue;
}

/** A buffer with the sizes of a product, for the plan to own. */
export function productSizes(
  gpu: Gpu,
  { form, columns, inner, fromTargets, aPart, cPart, epilogue }: Omit<KernelProduct, 'label' | 'capacity'>,
): GPUBuffer {
  const buffer = gpu.buffer('product sizes', ProductSizes.bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  // A row of A has `inner` elements in all forms: for tn those are the rows of C.
  const [a, c] = [aPart ?? { width: inner, first: 0 }, cPart ?? { width: columns, first: 0 }];
  if (form === 'tn' && cPart) throw new Error('tn: C is whole');
  gpu.device.queue.writeBuffer(
    buffer,
    0,
    ProductSizes.pack({
      columns,
      inner,
      fromTargets: fromTargets ? 1 : 0,
      firstColumn: epilogue?.firstColumn ?? 0,
      aStride: a.width / 4,
      aFirst: a.first / 4,
      cStride: c.width / 4,
      cFirst: c.first / 4,
    }),
  );
  return buffer;
}

/** @param variant that of the epilogue where there is one (`MatmulVariant.withEpilogue`) */
export function productKernel(gpu: Gpu, tuner: Tuner, product: KernelProduct, variant: MatmulVariant): KernelSource {
  const { form, columns, inner, capacity, precision = 'f32', epilogue } = product;
  const halves = product.rowScale !== undefined;
  if (halves && epilogue) throw new Error('a product of halves has no epilogue: the head computes in f32');
  const most = mostPieces(inner, columns, capacity);
  const { source, constants, ...rest } = variant.kernel({
    form,
    halves,
    epilogue: epilogue !== undefined,
    columns,
    inner,
    mostPieces: most,
    longestPiece: longestPiece(capacity, most),
  });
  return {
    ...rest,
    label: `${product.label} ${form} ${variant.name}${halves ? HALVES : ''}`,
    source: common + ProductSizes.wgsl + productSource + weightsSource + (epilogue ? headEpilogue : '') + source,
    constants: {
      NT: form === 'nt' ? 1 : 0,
      NN: form === 'nn' ? 1 : 0,
      TN: form === 'tn' ? 1 : 0,
      RESIDUAL: product.residual ? 1 : 0,
      ACCUMULATE: product.accumulate ? 1 : 0,
      EPILOGUE: epilogue ? 1 : 0,
      ...(epilogue && { ...epilogue.constants, CARRY: variant.carriesSums ? 1 : 0 }),
      ...weightConstants(gpu, tuner, precision),
      HALF: halves ? 1 : 0,
      ...(halves && { ROW_SCALE: product.residual ? 6 : 5, RIGHT: capacity }),
      ...constants,
    },
  };
}
