/** A model on the GPU: its configuration, its parameter buffer, and the table of rotary angles. */
import type { Gpu } from '../gpu/device.ts';
import { Readback } from '../gpu/readback.ts';
import type { ModelConfig } from './config.ts';
import { packTensors, parameterLayout, unpackTensors, type ParameterLayout, type Region } from './layout.ts';

export class Model {
  readonly layout: ParameterLayout;
  /** All weights, `layout.count` float32. */
  readonly parameters: GPUBuffer;
  /** (cos, sin) of position x inverse frequency, [maxPositions, headDimension / 2]. */
  readonly angles: GPUBuffer;

  private constructor(
    readonly gpu: Gpu,
    readonly config: ModelConfig,
  ) {
    const { maxPositions, headDimension } = config;
    this.layout = parameterLayout(config);
    this.parameters = gpu.buffer('parameters', this.layout.count * 4);
    this.angles = gpu.buffer('rotary angles', maxPositions * headDimension * 4);
  }

  /** @param tensors by Hugging Face name, true shapes, all of `tensorSpecs(config)` */
  static async create(gpu: Gpu, config: ModelConfig, tensors: ReadonlyMap<string, Float32Array>): Promise<Model> {
    return gpu.guarded('the model', () => {
      const model = new Model(gpu, config);
      gpu.device.queue.writeBuffer(model.angles, 0, rotaryAngles(config));
      model.write(tensors);
      return model;
    });
  }

  /** A model without weights, for planning. */
  static outline(gpu: Gpu, config: ModelConfig): Model {
    return new Model(gpu, config);
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
    this.gpu.release(this.angles);
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

function rotaryAngles(config: ModelConfig): Float32Array<ArrayBuffer> {
  const half = config.headDimension / 2;
  const table = new Float32Array(config.maxPositions * half * 2);
  for (let position = 0; position < config.maxPositions; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position * config.ropeTheta ** ((-2 * i) / config.headDimension);
      table[(position * half + i) * 2] = Math.cos(angle);
      table[(position * half + i) * 2 + 1] = Math.sin(angle);
    }
  }
  return table;
}
