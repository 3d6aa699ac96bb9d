/**
 * Sums over the rows of a batch in pieces, so that more threads take part: how many, and adding them onto a gradient in
 * rising order.
 */
import piecesSource from '../../../shaders/pieces.wgsl?raw';
import reduce from '../../../shaders/reduce.wgsl?raw';
import { linearGrid, type Plan, type PlannedDispatch } from '../../gpu/kernel.ts';
import { common } from '../records.ts';
import type { BatchShape } from './batch-shape.ts';

/** Rows that a piece of a split sum holds at least, and the most pieces, by the size of the result. */
export const PIECE_ROWS = 128;
const MOST_PIECES = 16;
/** Threads that a product should at least have before its sum is no longer split. */
const WANTED_THREADS = 16384;

export function mostPieces(outRows: number, columns: number, capacity: number): number {
  const threads = Math.ceil((outRows * columns) / 64);
  return Math.max(1, Math.min(MOST_PIECES, Math.ceil(WANTED_THREADS / threads), Math.ceil(capacity / PIECE_ROWS)));
}

/** As `piece_count` of pieces.wgsl, and matmul-panel.wgsl, count them. */
export function pieces(rows: number, most: number): number {
  return Math.min(most, Math.max(1, Math.ceil(rows / PIECE_ROWS)));
}

/** Most rows of a piece of a sum. */
export const longestPiece = (capacity: number, most: number): number =>
  Math.min(capacity, Math.max(PIECE_ROWS, Math.ceil(capacity / most)));

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

/** What `addPieces` adds. */
export function addedPieces(
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
    kernel: { label: `${label} sum`, source: common + piecesSource + reduce, constants, entryPoint: 'add_pieces' },
    resources: [dims, partials, gradient],
    grid: (shape) => ((fromTargets ? shape.targets : shape.rows) === 0 ? [0, 0, 0] : linearGrid(size)),
  };
}
