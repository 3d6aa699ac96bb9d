/** A model on the GPU: its configuration, its trained and its frozen weights, and the tables of rotary angles. */
import type { Gpu } from '../gpu/device.ts';
import { Readback } from '../gpu/readback.ts';
import type { ModelConfig } from './config.ts';
import { parameterLayout, type LayoutOptions, type ParameterLayout, type Region } from './layout.ts';
import { packTensors, unpackTensors } from './packing.ts';
import { rotaryAngles, type Rotary } from './rotary-angles.ts';
import { structureOf, type Structure } from './structure.ts';

export class Model {
  readonly structure: Structure;
  readonly layout: ParameterLayout;
  /** The weights that training changes, `layout.trained.count` float32. */
  readonly trained: GPUBuffer;
  /** All others, `layout.frozen.count` float32. */
  readonly frozen: GPUBuffer;
  /** (cos, sin) of position x frequency, [maxPositions, turning dimensions / 2]; undefined with learned positions. */
  readonly angles: GPUBuffer | undefined;
  /** Those of layers with a sliding window; the same buffer when they have the same base. */
  readonly slidingAngles: GPUBuffer | undefined;

  private constructor(
    readonly gpu: Gpu,
    readonly config: ModelConfig,
    options: LayoutOptions,
  ) {
    this.structure = structureOf(config);
    this.layout = parameterLayout(config, options);
    this.trained = gpu.buffer('trained parameters', this.layout.trained.count * 4);
    this.frozen = gpu.buffer('frozen parameters', this.layout.frozen.count * 4);
    const { rotary, slidingRotary } = this.structure;
    this.angles = rotary && this.angleTable(rotary);
    this.slidingAngles = slidingRotary ? this.angleTable(slidingRotary) : this.angles;
  }

  private angleTable({ dimensions }: Rotary): GPUBuffer {
    return this.gpu.buffer('rotary angles', this.config.maxPositions * dimensions * 4);
  }

  /**
   * @param tensors by Hugging Face name, true shapes, all of `tensorSpecs(config)`
   * @param options which weights are trained; all when left out
   */
  static async create(gpu: Gpu, config: ModelConfig, tensors: ReadonlyMap<string, Float32Array>, options: LayoutOptions = {}): Promise<Model> {
    return gpu.guarded('the model', () => {
      const model = new Model(gpu, config, options);
      model.writeAngles();
      model.write(tensors);
      return model;
    });
  }

  /** A model without weights, for planning. */
  static outline(gpu: Gpu, config: ModelConfig, options: LayoutOptions = {}): Model {
    return new Model(gpu, config, options);
  }

  private writeAngles(): void {
    const { rotary, slidingRotary } = this.structure;
    const write = (buffer: GPUBuffer | undefined, turns: Rotary | undefined) => {
      if (buffer && turns) this.gpu.device.queue.writeBuffer(buffer, 0, rotaryAngles(turns, this.config.maxPositions));
    };
    write(this.angles, rotary);
    write(this.slidingAngles, slidingRotary ?? rotary);
  }

  write(tensors: ReadonlyMap<string, Float32Array>): void {
    const { trained, frozen } = packTensors(this.layout, tensors);
    this.gpu.device.queue.writeBuffer(this.trained, 0, trained);
    this.gpu.device.queue.writeBuffer(this.frozen, 0, frozen);
  }

  /** The weights as they are now, by Hugging Face name. */
  async read(): Promise<Map<string, Float32Array<ArrayBuffer>>> {
    const { gpu, layout } = this;
    return unpackTensors(layout, { trained: await readFloats(gpu, this.trained, layout.trained.count), frozen: await readFloats(gpu, this.frozen, layout.frozen.count) });
  }

  /** A buffer of the trained store's layout (gradients, moments), by tensor name: trained tensors only. */
  async unpack(buffer: GPUBuffer): Promise<Map<string, Float32Array<ArrayBuffer>>> {
    return unpackTensors(this.layout, { trained: await readFloats(this.gpu, buffer, this.layout.trained.count) });
  }

  /** The weights of a region, for a kernel that reads them: the one way to them. */
  weight(region: Region): GPUBufferBinding {
    return binding(region, region.trained ? this.trained : this.frozen);
  }

  /** A trained region's place in a buffer of gradients. */
  gradient(region: Region, gradients: GPUBuffer): GPUBufferBinding {
    if (!region.trained) throw new Error('a frozen weight has no gradient');
    return binding(region, gradients);
  }

  destroy(): void {
    for (const store of [this.trained, this.frozen]) this.gpu.release(store);
    for (const angles of new Set([this.angles, this.slidingAngles])) if (angles) this.gpu.release(angles);
  }
}

function binding({ offset, rows, columns }: Region, buffer: GPUBuffer): GPUBufferBinding {
  return { buffer, offset: offset * 4, size: rows * columns * 4 };
}

/** Reads `count` floats with a staging buffer of its own; for rare, large reads such as checkpoints. */
export async function readFloats(gpu: Gpu, buffer: GPUBuffer, count: number): Promise<Float32Array<ArrayBuffer>> {
  const readback = new Readback(gpu, 'parameters', count * 4);
  try {
    return new Float32Array(await readback.read([{ source: buffer, offset: 0, bytes: count * 4 }]));
  } finally {
    readback.destroy();
  }
}
