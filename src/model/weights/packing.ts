/**
 * Packs checkpoint tensors into the regions of a layout, and unpacks them, by runs of elements that are contiguous in a
 * region.
 */
import type { Mapping } from './region.ts';
import type { Placed } from './region.ts';
import type { Region } from './region.ts';
import { paddedLength } from '../spec/tensors.ts';

/** Values of weights: f32, or words of a 16-bit precision. */
export type WeightValues = Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** Rows of a part in its region; a vector is one row. */
export function rowsOf({ part, region }: Placed): number {
  return region.rows === 1 ? 1 : paddedLength(part.rows);
}

/**
 * Rows of a part that does not share its region's rows, in the region's layout, with zeros as padding; for a vector,
 * its elements.
 *
 * @param data the checkpoint tensor of the part, row-major, unpadded shape
 * @param from first of the `count` requested rows, among the part's padded rows
 */
export function packRows<T extends WeightValues>(placed: Placed, data: T, from: number, count: number): T {
  const length = placed.region.rows === 1 ? paddedLength(placed.part.rows) : count * placed.region.columns;
  const packed = (data instanceof Float32Array ? new Float32Array(length) : new Uint16Array(length)) as T;
  eachRun(placed, from, count, (source, stride, target, size) => copyIn(data, source, stride, packed, target, size));
  return packed;
}

/** Whole regions whose rows several tensors share (adapters). */
export function packRegions(
  mappings: ReadonlyMap<string, Mapping>,
  tensors: ReadonlyMap<string, Float32Array>,
): Map<Region, Float32Array<ArrayBuffer>> {
  const regions = new Map<Region, Float32Array<ArrayBuffer>>();
  for (const [name, { placed }] of mappings) {
    const data = tensors.get(name);
    if (!data) throw new Error(`tensor ${name} is missing`);
    for (const place of placed) {
      const { region } = place;
      const values = regions.get(region) ?? new Float32Array(region.rows * region.columns);
      regions.set(region, values);
      eachRun(place, 0, rowsOf(place), (source, stride, target, size) =>
        copyIn(data, source, stride, values, startOf(place) + target, size),
      );
    }
  }
  return regions;
}

/** Unpacks a part into its tensor. @param values its whole region */
export function unpackPart(placed: Placed, values: Float32Array, data: Float32Array): void {
  eachRun(placed, 0, rowsOf(placed), (source, stride, target, size) => {
    const from = startOf(placed) + target;
    if (stride === 1) data.set(values.subarray(from, from + size), source);
    else for (let i = 0; i < size; i++) data[source + i * stride] = values[from + i] ?? 0;
  });
}

/** The trained tensors, in order. @param store values of the whole trained store, or of gradients in its layout */
export function unpackTrained(
  mappings: ReadonlyMap<string, Mapping>,
  store: Float32Array,
): Map<string, Float32Array<ArrayBuffer>> {
  const tensors = new Map<string, Float32Array<ArrayBuffer>>();
  for (const [name, { shape, trained, placed }] of mappings) {
    if (!trained) continue;
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (const place of placed)
      unpackPart(
        place,
        store.subarray(place.region.offset, place.region.offset + place.region.rows * place.region.columns),
        data,
      );
    tensors.set(name, data);
  }
  return tensors;
}

function copyIn<T extends WeightValues | Float32Array>(
  data: T,
  source: number,
  stride: number,
  packed: T,
  target: number,
  size: number,
): void {
  if (stride === 1) packed.set(data.subarray(source, source + size), target);
  else for (let i = 0; i < size; i++) packed[target + i] = data[source + i * stride] ?? 0;
}

/** A part's first element in its region. */
const startOf = ({ region, first, column }: Placed): number =>
  region.rows === 1 ? first : first * region.columns + column;

/**
 * Visits each run of rows `from` to `from + count`: `size` elements at offset `target` from the start of `from`, which
 * are `stride` apart in the tensor, starting at `source`.
 */
function eachRun(
  { part, region }: Placed,
  from: number,
  count: number,
  visit: (source: number, stride: number, target: number, size: number) => void,
): void {
  const { rows, columns, source: start } = part;
  // A vector's rows are contiguous.
  if (region.rows === 1) {
    for (let block = 0; block < rows.count; block++)
      visit(start.offset + block * start.block, start.row, block * rows.padded, rows.size);
    return;
  }
  for (let packed = from; packed < from + count; packed++) {
    const [block, row] = [Math.floor(packed / rows.padded), packed % rows.padded];
    if (row >= rows.size) continue;
    const source = start.offset + block * start.block + row * start.row;
    for (let c = 0; c < columns.count; c++)
      visit(
        source + c * columns.size * start.column,
        start.column,
        (packed - from) * region.columns + c * columns.padded,
        columns.size,
      );
  }
}
