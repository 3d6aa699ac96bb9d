/**
 * A model's weights on the GPU. Trained weights share a float32 buffer, whose layout gradients and moments have too. A
 * frozen region has its own buffers: matrices in their stored precision, vectors and learned positions in f32.
 *
 * A matrix larger than a kernel may bind is bound in slices of whole rows, one dispatch per slice (weight-products.ts).
 */
import type { Gpu } from '../../gpu/device.ts';
import { readBytes, readFloats } from '../../gpu/readback.ts';
import { allRegions, type ParameterLayout } from './layout.ts';
import { type Region } from './region.ts';
import { widened } from './f16-conversion.ts';
import type { WeightValues } from './packing.ts';
import { precisionBytes, type Precision } from './precision.ts';

/** Some rows of a matrix. */
export interface WeightSlice {
  first: number;
  rows: number;
  binding: GPUBufferBinding;
}

export interface Weight {
  precision: Precision;
  /** In the order of their rows. */
  slices: WeightSlice[];
}

export interface WeightBytes {
  trained: boolean;
  precision: Precision;
  bytes: number;
}

export interface StoreOptions {
  /** Precision of a frozen matrix; f32 by default. */
  precisionOf?: (region: Region) => Precision;
  /** Maximum bytes of a matrix that a kernel binds; the device's limit by default. */
  largestBinding?: number;
}

/**
 * A slice starts at a multiple of 256 bytes, as bindings must, for any number of columns: those are multiples of 4
 * floats.
 */
const ROW_STEP = 16;
const BINDING_ALIGNMENT = 256;
/** Bytes per slice of a gradient; partial sums of one slice are in memory at a time. */
const GRADIENT_SLICE = 64e6;

export class WeightStore {
  /** `layout.trained.count` float32. */
  readonly trained: GPUBuffer;
  private readonly largest: number;
  private readonly small: ReadonlySet<Region | undefined>;
  private readonly frozen = new Map<Region, Weight>();

  constructor(
    private readonly gpu: Gpu,
    private readonly layout: ParameterLayout,
    { precisionOf = () => 'f32', largestBinding = Infinity }: StoreOptions,
  ) {
    const { maxStorageBufferBindingSize, maxBufferSize } = gpu.device.limits;
    this.largest = Math.min(largestBinding, maxStorageBufferBindingSize);
    this.small = new Set([
      layout.positions,
      ...layout.layers.flatMap(({ lora }) => Object.values(lora).flatMap(({ a, b }) => [a, b])),
    ]);
    this.trained = gpu.largeBuffer('trained parameters', layout.trained.count * 4);
    for (const region of allRegions(layout)) {
      if (region.trained) continue;
      const sliced = this.isMatrix(region);
      const precision = sliced ? precisionOf(region) : 'f32';
      const slices = cut(region, precision, sliced ? Math.min(this.largest, maxBufferSize) : Infinity).map(
        ({ first, rows }) => {
          const buffer = gpu.buffer('frozen parameters', rows * region.columns * precisionBytes(precision));
          return { first, rows, binding: { buffer } };
        },
      );
      this.frozen.set(region, { precision, slices });
    }
  }

  weight(region: Region): Weight {
    if (region.trained) return { precision: 'f32', slices: this.trainedSlices(region, this.trained, this.largest) };
    const found = this.frozen.get(region);
    if (!found) throw new Error('no such frozen region');
    return found;
  }

  /** A trained region's place in a buffer of gradients. */
  gradient(region: Region, gradients: GPUBuffer): WeightSlice[] {
    if (!region.trained) throw new Error('a frozen weight has no gradient');
    return this.trainedSlices(region, gradients, Math.min(this.largest, GRADIENT_SLICE));
  }

  /** The trained store in slices that a kernel can bind, for work on the whole store. */
  get bindingSlices(): { first: number; count: number }[] {
    const { count } = this.layout.trained;
    const each = Math.max(1, Math.floor(this.largest / BINDING_ALIGNMENT)) * (BINDING_ALIGNMENT / 4);
    return Array.from({ length: Math.ceil(count / each) }, (_, i) => ({
      first: i * each,
      count: Math.min(each, count - i * each),
    }));
  }

  private trainedSlices(region: Region, buffer: GPUBuffer, largest: number): WeightSlice[] {
    const { offset, columns } = region;
    return cut(region, 'f32', this.isMatrix(region) ? largest : Infinity).map(({ first, rows }) => ({
      first,
      rows,
      binding: { buffer, offset: (offset + first * columns) * 4, size: rows * columns * 4 },
    }));
  }

  /**
   * Whether kernels accept a region in slices and in any precision. Learned positions and adapters are small, and bound
   * whole.
   */
  private isMatrix(region: Region): boolean {
    return region.rows > 1 && !this.small.has(region);
  }

  /** Bytes of the weights, by store and precision. */
  get bytes(): WeightBytes[] {
    const frozen = new Map<Precision, number>();
    for (const { precision, slices } of this.frozen.values())
      frozen.set(
        precision,
        slices.reduce((sum, { binding }) => sum + binding.buffer.size, frozen.get(precision) ?? 0),
      );
    const trained: WeightBytes[] =
      this.layout.trained.count > 0 ? [{ trained: true, precision: 'f32', bytes: this.trained.size }] : [];
    return [...trained, ...[...frozen].map(([precision, bytes]) => ({ trained: false, precision, bytes }))];
  }

  /** @param first the first row to write; for a vector the first element */
  write(region: Region, first: number, values: WeightValues): void {
    const { queue } = this.gpu.device;
    if (region.trained || region.rows === 1) {
      const at = first * (region.rows === 1 ? 1 : region.columns);
      const buffer = region.trained ? this.trained : this.weight(region).slices[0]?.binding.buffer;
      if (buffer) queue.writeBuffer(buffer, ((region.trained ? region.offset : 0) + at) * 4, values);
      return;
    }
    const rows = values.length / region.columns;
    for (const slice of this.weight(region).slices) {
      const from = Math.max(first, slice.first);
      const to = Math.min(first + rows, slice.first + slice.rows);
      if (from >= to) continue;
      const part = values.subarray((from - first) * region.columns, (to - first) * region.columns);
      queue.writeBuffer(slice.binding.buffer, (from - slice.first) * region.columns * part.BYTES_PER_ELEMENT, part);
    }
  }

  /** A whole region, widened. */
  async read(region: Region): Promise<Float32Array<ArrayBuffer>> {
    const count = region.rows * region.columns;
    if (region.trained) return readFloats(this.gpu, this.trained, count, region.offset);
    const { precision, slices } = this.weight(region);
    const values = new Float32Array(count);
    for (const { first, rows, binding } of slices) {
      const own = rows * region.columns;
      const bytes = await readBytes(this.gpu, binding.buffer, 0, own * precisionBytes(precision));
      values.set(
        precision === 'f32' ? new Float32Array(bytes) : widened(new Uint16Array(bytes), precision),
        first * region.columns,
      );
    }
    return values;
  }

  destroy(): void {
    const buffers = [...this.frozen.values()].flatMap(({ slices }) => slices.map(({ binding }) => binding.buffer));
    for (const buffer of [this.trained, ...buffers]) this.gpu.release(buffer);
  }
}

/** A region in slices of at most `largest` bytes, or of the fewest rows that binding alignment allows. */
function cut({ rows, columns }: Region, precision: Precision, largest: number): { first: number; rows: number }[] {
  const fitting = Math.floor(largest / (columns * precisionBytes(precision)) / ROW_STEP) * ROW_STEP;
  const each = Math.min(rows, Math.max(ROW_STEP, fitting));
  return Array.from({ length: Math.ceil(rows / each) }, (_, i) => ({
    first: i * each,
    rows: Math.min(each, rows - i * each),
  }));
}
