/** Checkpoint tensors into the stores of a layout, and back: by runs of elements that lie together in a store. */
import { paddedLength, type Mapping, type ParameterLayout } from './layout.ts';

/** A store's values by name; a store that is left out is not looked at. */
export interface Stores {
  trained?: Float32Array<ArrayBuffer>;
  frozen?: Float32Array<ArrayBuffer>;
}

/** Checkpoint tensors (row-major, true shapes) as the values of both stores, zeros where nothing is. */
export function packTensors(layout: ParameterLayout, tensors: ReadonlyMap<string, Float32Array>): Required<Stores> {
  const stores = { trained: new Float32Array(layout.trained.count), frozen: new Float32Array(layout.frozen.count) };
  for (const [name, mapping] of layout.tensors) {
    const data = tensors.get(name);
    if (!data) throw new Error(`tensor ${name} is missing`);
    const packed = mapping.trained ? stores.trained : stores.frozen;
    eachRun(mapping, (source, stride, target, size) => {
      if (stride === 1) packed.set(data.subarray(source, source + size), target);
      else for (let i = 0; i < size; i++) packed[target + i] = data[source + i * stride] ?? 0;
    });
  }
  return stores;
}

/** The tensors whose store is given, in the layout's order. */
export function unpackTensors(layout: ParameterLayout, stores: Stores): Map<string, Float32Array<ArrayBuffer>> {
  const tensors = new Map<string, Float32Array<ArrayBuffer>>();
  for (const [name, mapping] of layout.tensors) {
    const packed = mapping.trained ? stores.trained : stores.frozen;
    if (!packed) continue;
    const data = new Float32Array(mapping.shape.reduce((product, size) => product * size, 1));
    eachRun(mapping, (source, stride, target, size) => {
      if (stride === 1) data.set(packed.subarray(target, target + size), source);
      else for (let i = 0; i < size; i++) data[source + i * stride] = packed[target + i] ?? 0;
    });
    tensors.set(name, data);
  }
  return tensors;
}

/** Visits each contiguous run of a store: from `target`, `size` elements, `stride` apart from `source` in the checkpoint's tensor. */
function eachRun({ placed }: Mapping, visit: (source: number, stride: number, target: number, size: number) => void): void {
  for (const { part, offset } of placed) {
    const { rows, columns, source: from } = part;
    const width = paddedLength(columns);
    for (let block = 0; block < rows.count; block++) {
      const source = from.offset + block * from.block;
      const target = offset + block * rows.padded * width;
      // A vector's rows lie side by side.
      if (width === 1) visit(source, from.row, target, rows.size);
      else
        for (let row = 0; row < rows.size; row++)
          for (let c = 0; c < columns.count; c++) visit(source + row * from.row + c * columns.size * from.column, from.column, target + row * width + c * columns.padded, columns.size);
    }
  }
}
