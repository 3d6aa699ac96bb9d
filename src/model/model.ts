/** A model on the GPU: its configuration, its parameter buffer, and the tables of rotary angles. */
import type { Gpu } from '../gpu/device.ts';
import { Readback } from '../gpu/readback.ts';
import type { ModelConfig } from './config.ts';
import { packTensors, parameterLayout, unpackTensors, type ParameterLayout, type Region } from './layout.ts';
import { rotaryAngles, type Rotary } from './rotary-angles.ts';
import { structureOf, type Structure } from './structure.ts';

export class Model {
  readonly structure: Structure;
  readonly layout: ParameterLayout;
  /** All weights, `layout.count` float32. */
  readonly parameters: GPUBuffer;
  /** (cos, sin) of position x frequency, [maxPositions, turning dimensions / 2]; undefined with learned positions. */
  readonly angles: GPUBuffer | undefined;
  /** Those of layers with a sliding window; the same buffer when they have the same base. */
  readonly slidingAngles: GPUBuffer | undefined;

  private constructor(
    readonly gpu: Gpu,
    readonly config: ModelConfig,
  ) {
    this.structure = structureOf(config);
    this.layout = parameterLayout(config);
    this.parameters = gpu.buffer('parameters', this.layout.count * 4);
    const { rotary, slidingRotary } = this.structure;
    this.angles = rotary && this.angleTable(rotary);
    this.slidingAngles = slidingRotary ? this.angleTable(slidingRotary) : this.angles;
  }

  private angleTable({ dimensions }: Rotary): GPUBuffer {
    return this.gpu.buffer('rotary angles', this.config.maxPositions * dimensions * 4);
  }

  /** @param tensors by Hugging Face name, true shapes, all of `tensorSpecs(config)` */
  static async create(gpu: Gpu, config: ModelConfig, tensors: ReadonlyMap<string, Float32Array>): Promise<Model> {
    return gpu.guarded('the model', () => {
      const model = new Model(gpu, config);
      model.writeAngles();
      model.write(tensors);
      return model;
    });
  }

  /** A model without weights, for planning. */
  static outline(gpu: Gpu, config: ModelConfig): Model {
    return new Model(gpu, config);
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
    this.gpu.device.queue.writeBuffer(this.parameters, 0, packTensors(this.layout, tensors));
  }

  /** The weights as they are now, by Hugging Face name. */
  async read(): Promise<Map<string, Float32Array<ArrayBuffer>>> {
    return this.unpack(this.parameters);
  }

  /** Any buffer of the parameters' layout (gradients, moments), by tensor name. */
  async unpack(buffer: GPUBuffer): Promise<Map<string, Float32Array<ArrayBuffer>>> {
    return unpackTensors(this.layout, await readFloats(this.gpu, buffer, this.layout.count));
  }

  /** A binding of one region of a buffer of the parameters' layout. */
  region(region: Region, buffer = this.parameters): GPUBufferBinding {
    return { buffer, offset: region.offset * 4, size: region.rows * region.columns * 4 };
  }

  destroy(): void {
    this.gpu.release(this.parameters);
    for (const angles of new Set([this.angles, this.slidingAngles])) if (angles) this.gpu.release(angles);
  }
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
