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
    const { rotary, slidingTheta } = this.structure;
    this.angles = rotary && this.angleTable(rotary);
    const apart = slidingTheta !== undefined && (slidingTheta !== rotary?.theta || rotary.scaling.type !== 'none');
    this.slidingAngles = rotary && apart ? this.angleTable({ ...rotary, theta: slidingTheta, scaling: { type: 'none' } }) : this.angles;
  }

  private angleTable(rotary: Rotary): GPUBuffer {
    const angles = rotaryAngles(rotary, this.config.maxPositions);
    const buffer = this.gpu.buffer('rotary angles', angles.byteLength);
    this.gpu.device.queue.writeBuffer(buffer, 0, angles);
    return buffer;
  }

  /** @param tensors by Hugging Face name, true shapes, all of `tensorSpecs(config)` */
  static async create(gpu: Gpu, config: ModelConfig, tensors: ReadonlyMap<string, Float32Array>): Promise<Model> {
    return gpu.guarded('the model', () => {
      const model = new Model(gpu, config);
      model.write(tensors);
      return model;
    });
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
