/**
 * Matrix products of the transformer: the three forms, and which variant (matmul-variants.ts) a plan uses on this
 * adapter.
 *
 *   nt: C = A B^T   A [rows, K], B [columns, K]       forward, weights stored [out, in]
 *   nn: C = A B     A [rows, K], B [K, columns]       gradient of the input
 *   tn: C += A^T B  A [rows, outRows], B [rows, columns]   gradient of the weight
 */
import { common, Dims, ProductSizes } from '../records.ts';
import headEpilogue from '../../../shaders/head/head-epilogue.wgsl?raw';
import direct from '../../../shaders/matmul/matmul.wgsl?raw';
import operands from '../../../shaders/matmul/operands.wgsl?raw';
import panel from '../../../shaders/matmul/matmul-panel.wgsl?raw';
import tiled from '../../../shaders/matmul/matmul-tiled.wgsl?raw';
import productSource from '../../../shaders/matmul/product.wgsl?raw';
import quad from '../../../shaders/quad.wgsl?raw';
import reduce from '../../../shaders/reduce.wgsl?raw';
import weightsSource from '../../../shaders/matmul/weights.wgsl?raw';
import type { Gpu, KernelSource } from '../../gpu/device.ts';
import { linearGrid, type Plan, type PlannedDispatch } from '../../gpu/kernel.ts';
import type { Constants } from '../../gpu/wgsl.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import {
  candidatesOf,
  compileCost,
  FEW_ROWS,
  grid,
  GROUP,
  HALVES,
  panelConstants,
  tileOf,
  withEpilogue,
  type Form,
} from './matmul-variants.ts';
import { weightConstants, type Precision } from '../weights/precision.ts';

/** What a dispatch's size depends on. */
export interface BatchShape {
  rows: number;
  targets: number;
  sequences: number;
  /** Distinct tokens among the rows. */
  distinct: number;
}

/** Columns of a wider matrix: the matrix' width, and the first of them. Multiples of 4. */
export interface ColumnPart {
  width: number;
  first: number;
}

export interface Product {
  label: string;
  form: Form;
  /** Most rows a batch can have. */
  capacity: number;
  columns: number;
  /** Length of the sum; for tn the rows of C. */
  inner: number;
  fromTargets?: boolean;
  a: GPUBuffer | GPUBufferBinding;
  b: GPUBuffer | GPUBufferBinding;
  /** How B is stored; f32 when left out. */
  precision?: Precision;
  /**
   * A and B are halves, their rows times powers of two: what undoes them, [capacity] for A and, for tn, [capacity] for
   * B (f16-matmul.ts).
   */
  rowScale?: GPUBuffer;
  c: GPUBuffer | GPUBufferBinding;
  residual?: GPUBuffer;
  /** Where A, or C (nt and nn), is some columns of a wider matrix. */
  aPart?: ColumnPart;
  cPart?: ColumnPart;
  /** C += (nt and nn): its sum goes on, in the order of one longer sum. */
  accumulate?: boolean;
  /** nt: what becomes of C instead of being stored. */
  epilogue?: Epilogue;
  dims: GPUBufferBinding;
}

/** The end of a product's kernel (head-epilogue.wgsl): `finish` gets 16 columns of a row of C at a time. */
export interface Epilogue {
  constants: Constants;
  /** Column of the vocabulary that the first of C is. */
  firstColumn: number;
  /** Bindings from 5 on. */
  resources: GPUBuffer[];
  /**
   * What is stored instead of C: in C's place, or behind the other bindings where C carries sums from panel to panel.
   */
  parts?: GPUBuffer;
}

/** Rows that a piece of a split sum holds at least, and the most pieces, by the size of the result. */
export const PIECE_ROWS = 128;
const MOST_PIECES = 16;
/** Threads that a product should at least have before its sum is no longer split. */
const WANTED_THREADS = 16384;

export function mostPieces(outRows: number, columns: number, capacity: number): number {
  const threads = Math.ceil((outRows * columns) / 64);
  return Math.max(1, Math.min(MOST_PIECES, Math.ceil(WANTED_THREADS / threads), Math.ceil(capacity / PIECE_ROWS)));
}

/** The rule of `pieces()` in reduce.wgsl and norm-rows.wgsl, and of matmul-panel.wgsl. */
export function pieces(rows: number, most: number): number {
  return Math.min(most, Math.max(1, Math.ceil(rows / PIECE_ROWS)));
}

/** Adds a product of form nt or nn to a plan, in the variant that the tuner chooses. */
export async function addProduct(plan: Plan<BatchShape>, tuner: Tuner, product: Product): Promise<void> {
  const { epilogue, rowScale, form } = product;
  const question = { form, capacity: product.capacity, halves: rowScale !== undefined };
  const chosen = await chooseVariant(plan.gpu, tuner, question);
  const rowsOf = (shape: BatchShape) => (product.fromTargets ? shape.targets : shape.rows);
  const sizesOfProduct = plan.own(sizes(plan.gpu, product));
  const { resources: ended = [], parts } = epilogue ?? {};
  const dispatches = (name: string): PlannedDispatch<BatchShape>[] => {
    const variant = epilogue ? withEpilogue(name) : name;
    const carried = tileOf(variant).kind === 'panel';
    const further = [
      ...(product.residual ? [product.residual] : []),
      ...(rowScale ? [rowScale] : []),
      ...ended,
      ...(parts && carried ? [parts] : []),
    ];
    return [
      {
        kernel: kernel(plan.gpu, tuner, product, variant),
        resources: [
          product.dims,
          product.a,
          product.b,
          parts && !carried ? parts : product.c,
          sizesOfProduct,
          ...further,
        ],
        grid: (shape) =>
          rowsOf(shape) === 0
            ? [0, 0, 0]
            : grid(variant, form, rowsOf(shape), product.columns, 1, epilogue !== undefined),
      },
    ];
  };
  await plan.addVariant(chosen, dispatches, tuner.follower(questionName(question)));
}

/**
 * Adds a weight gradient `gradient += a^T b` to a plan: the sum over rows in pieces, which are added up behind it or,
 * by panels, in place.
 *
 * @param partials scratch for `mostPieces(...)` results
 */
export async function addWeightGradient(
  plan: Plan<BatchShape>,
  tuner: Tuner,
  product: Omit<Product, 'form' | 'c' | 'residual'>,
  partials: GPUBuffer,
  gradient: GPUBufferBinding,
): Promise<void> {
  const { inner, columns, capacity, rowScale, fromTargets = false } = product;
  const question = { form: 'tn', capacity, halves: rowScale !== undefined } as const;
  const chosen = await chooseVariant(plan.gpu, tuner, question);
  const most = mostPieces(inner, columns, capacity);
  const rowsOf = (shape: BatchShape) => (fromTargets ? shape.targets : shape.rows);
  // Bound by what the product needs, not by what their buffers hold: one text for all layers, wherever their tensors
  // lie.
  const bound = (matrix: GPUBuffer | GPUBufferBinding, width: number) =>
    'buffer' in matrix || rowScale ? matrix : { buffer: matrix, size: Math.min(matrix.size, capacity * width * 4) };
  const [a, b] = [bound(product.a, product.aPart?.width ?? inner), bound(product.b, columns)];
  const sizesOfProduct = plan.own(sizes(plan.gpu, { ...product, form: 'tn' }));
  const dispatches = (variant: string): PlannedDispatch<BatchShape>[] => {
    const inPlace = tileOf(variant).kind === 'panel';
    const full: Product = { ...product, form: 'tn', c: inPlace ? gradient : partials };
    const scratch =
      inPlace && hasLongPieces(capacity, most, variant) ? [{ buffer: partials, size: inner * columns * 4 }] : [];
    const sums: PlannedDispatch<BatchShape> = {
      kernel: kernel(plan.gpu, tuner, full, variant),
      resources: [product.dims, a, b, full.c, sizesOfProduct, ...(rowScale ? [rowScale] : []), ...scratch],
      grid: (shape) =>
        rowsOf(shape) === 0 ? [0, 0, 0] : grid(variant, 'tn', inner, columns, pieces(rowsOf(shape), most)),
    };
    if (inPlace) return [sums];
    const size = (inner * columns) / 4;
    return [sums, addedPieces(product.label, size, most, fromTargets, product.dims, partials, gradient)];
  };
  await plan.addVariant(chosen, dispatches, tuner.follower(questionName(question)));
}

/** Most rows of a piece of a sum. */
const longestPiece = (capacity: number, most: number): number =>
  Math.min(capacity, Math.max(PIECE_ROWS, Math.ceil(capacity / most)));

/** Whether a piece can be longer than a panel, so that its sum is carried from one to the next. */
const hasLongPieces = (capacity: number, most: number, variant: string): boolean =>
  longestPiece(capacity, most) > tileOf(variant).rows;

/** Adds `gradient += sum of pieces` to a plan. @param size vec4s of one piece */
export async function addPieces(
  plan: Plan<BatchShape>,
  label: string,
  size: number,
  most: number,
  fromTargets: boolean,
  dims: GPUBufferBinding,
  partials: GPUBuffer,
  gradient: GPUBufferBinding,
): Promise<void> {
  const { kernel, resources, grid } = addedPieces(label, size, most, fromTargets, dims, partials, gradient);
  await plan.add(kernel, resources, grid);
}

function addedPieces(
  label: string,
  size: number,
  most: number,
  fromTargets: boolean,
  dims: GPUBufferBinding,
  partials: GPUBuffer,
  gradient: GPUBufferBinding,
): PlannedDispatch<BatchShape> {
  const constants = { SIZE: size, PIECE_ROWS, MAX_PIECES: most, FROM_TARGETS: fromTargets ? 1 : 0 };
  return {
    kernel: { label: `${label} sum`, source: common + reduce, constants, entryPoint: 'add_pieces' },
    resources: [dims, partials, gradient],
    grid: (shape) => ((fromTargets ? shape.targets : shape.rows) === 0 ? [0, 0, 0] : linearGrid(size)),
  };
}

/** The sizes uniform of a product. */
function sizes(
  gpu: Gpu,
  {
    form,
    columns,
    inner,
    fromTargets,
    aPart,
    cPart,
    epilogue,
  }: Pick<Product, 'form' | 'columns' | 'inner' | 'fromTargets' | 'aPart' | 'cPart' | 'epilogue'>,
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

function kernel(
  gpu: Gpu,
  tuner: Tuner,
  product: Pick<
    Product,
    | 'label'
    | 'form'
    | 'residual'
    | 'inner'
    | 'columns'
    | 'capacity'
    | 'precision'
    | 'accumulate'
    | 'epilogue'
    | 'rowScale'
  >,
  variant: string,
): KernelSource {
  const tile = tileOf(variant);
  const { form, precision = 'f32', epilogue } = product;
  const half = product.rowScale !== undefined;
  if (half && epilogue) throw new Error('a product of halves has no epilogue: the head computes in f32');
  const label = `${product.label} ${form} ${variant}${half ? HALVES : ''}`;
  const source = common + ProductSizes.wgsl + productSource + weightsSource + (epilogue ? headEpilogue : '');
  const constants = {
    NT: form === 'nt' ? 1 : 0,
    NN: form === 'nn' ? 1 : 0,
    TN: form === 'tn' ? 1 : 0,
    RESIDUAL: product.residual ? 1 : 0,
    ACCUMULATE: product.accumulate ? 1 : 0,
    EPILOGUE: epilogue ? 1 : 0,
    ...(epilogue && { ...epilogue.constants, CARRY: tile.kind === 'panel' ? 1 : 0 }),
    ...weightConstants(gpu, tuner, precision),
    HALF: half ? 1 : 0,
    ...(half && { ROW_SCALE: product.residual ? 6 : 5, RIGHT: product.capacity }),
  };
  if (tile.kind === 'tiled')
    return {
      label,
      source: source + operands + tiled,
      constants: { ...constants, SCALE_TERMS: half && form === 'tn' ? 1 : 0 },
      entryPoint: 'main',
      anySize: true,
    };
  if (tile.kind === 'panel') {
    const most = mostPieces(product.inner, product.columns, product.capacity);
    const tn = form === 'tn';
    const cut = {
      LONG_PIECES: tn && hasLongPieces(product.capacity, most, variant) ? 1 : 0,
      ...(tn && { PIECE_ROWS, MAX_PIECES: most }),
    };
    const panels = panelConstants(
      tn ? longestPiece(product.capacity, most) : product.inner,
      product.columns,
      tile,
      epilogue !== undefined,
    );
    return {
      label,
      source: source + quad + panel,
      constants: { ...constants, ...cut, ...panels },
      entryPoint: 'main',
      ...(!tn && { anySize: true as const }),
    };
  }
  const shape = {
    TILE_ROWS: tile.rows,
    TILE_COLS: tile.columns,
    TILE_VECTORS: tile.columns / 4,
    TILE_ROW_VECTORS: Math.ceil(tile.rows / 4),
    GROUP_X: GROUP,
    GROUP_Y: GROUP,
  };
  return {
    label,
    source: source + operands + direct,
    constants: { ...constants, ...shape },
    entryPoint: form,
    anySize: true,
  };
}

/** What a choice between variants depends on. */
interface ProductQuestion {
  form: Form;
  capacity: number;
  halves: boolean;
}

const questionName = ({ form, capacity, halves }: ProductQuestion): string =>
  `matmul ${form} ${capacity <= FEW_ROWS ? 'few' : 'many'} rows${halves ? HALVES : ''}`;

/** Variants are measured once per adapter and form, on a product typical of small models. */
async function chooseVariant(gpu: Gpu, tuner: Tuner, question: ProductQuestion): Promise<string> {
  const { form, capacity, halves } = question;
  const rows = capacity <= FEW_ROWS ? 4 : 1024;
  const [columns, inner] = [256, 64];
  const buffers: GPUBuffer[] = [];
  const make = (label: string, floats: number) => {
    const buffer = tuner.gpu.buffer(`tuner ${label}`, floats * 4);
    buffers.push(buffer);
    return buffer;
  };
  let shared: { bound: GPUBuffer[]; rowScale: GPUBuffer | undefined } | undefined;
  const allocate = () => {
    const dims = tuner.gpu.buffer('tuner dims', Dims.bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    const productSizes = sizes(tuner.gpu, { form, columns, inner });
    buffers.push(dims, productSizes);
    tuner.gpu.device.queue.writeBuffer(dims, 0, Dims.pack({ rows, targets: rows, sequences: 1 }));
    const operands = [
      make('a', rows * Math.max(inner, columns)),
      make('b', Math.max(rows, columns) * Math.max(inner, columns)),
      make('c', Math.max(rows, inner) * columns * 8),
    ];
    const rowScale = halves ? make('rowScale', 2 * rows) : undefined;
    return { bound: [dims, ...operands, productSizes, ...(rowScale ? [rowScale] : [])], rowScale };
  };
  const choice = tuner.choose({
    name: questionName(question),
    candidates: candidatesOf(form, capacity, gpu, halves).map((name) => ({
      name,
      compile: compileCost(name),
      prepare: () => {
        shared ??= allocate();
        const { bound, rowScale } = shared;
        const measured = { label: 'tuner', form, inner, columns, capacity: rows };
        return tuner.recorder(
          kernel(tuner.gpu, tuner, { ...measured, ...(rowScale && { rowScale, precision: 'f16' as const }) }, name),
          bound,
          form === 'tn'
            ? grid(name, form, inner, columns, mostPieces(inner, columns, rows))
            : grid(name, form, rows, columns),
        );
      },
    })),
    release: () => {
      for (const buffer of buffers.splice(0)) tuner.gpu.release(buffer);
      shared = undefined;
    },
  });
  return gpu.unlessAborted(choice);
}
