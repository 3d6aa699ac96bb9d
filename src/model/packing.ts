/** Checkpoint tensors into the regions of a layout, and back: by runs of elements that lie together in a region. */
import { paddedLength, type ParameterLayout } from './layout.ts';
import type { Part } from './tensors.ts';

/** Values of weights: f32, or the words of a 16-bit precision. */
export type WeightValues = Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** Rows of a part in its region, and the width of one; a vector is a row of its elements. */
export function partSize({ rows, columns }: Part): { rows: number; width: number } {
  return columns.count * columns.padded === 1 ? { rows: 1, width: paddedLength(rows) } : { rows: paddedLength(rows), width: paddedLength(columns) };
}

/**
 * Rows of a part as its region has them, zeros where nothing is.
 *
 * @param data the checkpoint's tensor that the part is of, row-major, true shape
 * @param first of the part's padded rows, `count` of which are wanted
 */
export function packRows<T extends WeightValues>(part: Part, data: T, first: number, count: number): T {
  const length = count * partSize(part).width;
  const packed = (data instanceof Float32Array ? new Float32Array(length) : new Uint16Array(length)) as T;
  eachRun(part, first, count, (source, stride, target, size) => {
    if (stride === 1) packed.set(data.subarray(source, source + size), target);
    else for (let i = 0; i < size; i++) packed[target + i] = data[source + i * stride] ?? 0;
  });
  return packed;
}

/** A whole part's rows into the tensor that it is of. */
export function unpackPart(part: Part, packed: Float32Array, data: Float32Array): void {
  eachRun(part, 0, partSize(part).rows, (source, stride, target, size) => {
    if (stride === 1) data.set(packed.subarray(target, target + size), source);
    else for (let i = 0; i < size; i++) data[source + i * stride] = packed[target + i] ?? 0;
  });
}

/** Tensors of the trained store, in the layout's order. @param store values of the whole store, or of gradients in its layout */
export function unpackTrained(layout: ParameterLayout, store: Float32Array): Map<string, Float32Array<ArrayBuffer>> {
  const tensors = new Map<string, Float32Array<ArrayBuffer>>();
  for (const [name, { shape, trained, placed }] of layout.tensors) {
    if (!trained) continue;
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (const { part, region, first } of placed) {
      const { rows, width } = partSize(part);
      const at = region.offset + (region.rows === 1 ? first : first * width);
      unpackPart(part, store.subarray(at, at + rows * width), data);
    }
    tensors.set(name, data);
  }
  return tensors;
}

/** Visits each run of rows `first` to `first + count`: from `target` (0 at `first`), `size` elements, `stride` apart from `source` in the tensor. */
function eachRun({ rows, columns, source: from }: Part, first: number, count: number, visit: (source: number, stride: number, target: number, size: number) => void): void {
  const width = paddedLength(columns);
  // A vector's rows lie side by side.
  if (width === 1) {
    for (let block = 0; block < rows.count; block++) visit(from.offset + block * from.block, from.row, block * rows.padded, rows.size);
    return;
  }
  for (let packed = first; packed < first + count; packed++) {
    const [block, row] = [Math.floor(packed / rows.padded), packed % rows.padded];
    if (row >= rows.size) continue;
    const source = from.offset + block * from.block + row * from.row;
    for (let c = 0; c < columns.count; c++) visit(source + c * columns.size * from.column, from.column, (packed - first) * width + c * columns.padded, columns.size);
  }
}
