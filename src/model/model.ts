/** A model on the GPU: its configuration, trained weights, frozen weights, and tables of rotary angles. */
import type { Gpu } from '../gpu/device.ts';
import { readFloats } from '../gpu/readback.ts';
import type { Architecture } from './spec/architectures/architecture.ts';
import { ARCHITECTURES } from './spec/architectures/catalog.ts';
import type { ModelConfig } from './spec/model-config.ts';
import { checkMatmulPrecision, type MatmulPrecision } from './weights/precision.ts';
import { parameterLayout, type LayoutOptions, type ParameterLayout } from './weights/layout.ts';
import { type Region } from './weights/region.ts';
import { packRegions, packRows, rowsOf, unpackPart, unpackTrained } from './weights/packing.ts';
import type { Precision } from './weights/precision.ts';
import { rotaryAngles, type Rotary } from './spec/rotary-angles.ts';
import { structureOf, type Structure } from './spec/structure.ts';
import { tensorSpecs } from './spec/tensors.ts';
import { floatSource, type SourceTensor, type WeightSource } from './weights/weight-source.ts';
import { WeightStore, type Weight, type WeightBytes, type WeightSlice } from './weights/weight-store.ts';

export interface ModelOptions extends LayoutOptions {
  /** The precision that a tensor is stored in; f32 when left out. */
  precisionOf?: (name: string) => Precision;
  /** Precision of frozen matrices: as stored, or rounded (or widened) to the given one. */
  frozen?: 'stored' | Precision;
  /** Precision of the operands of the layers' matmuls in training and scoring (f16-matmul.ts); f32 when left out. */
  matmulPrecision?: MatmulPrecision;
  /** Maximum bytes of a matrix in one binding; the device's limit when left out. For tests. */
  largestBinding?: number;
}

/** Bytes packed at a time, and maximum bytes in flight to the GPU. */
const CHUNK_BYTES = 16e6;
const WAITING_BYTES = 128e6;

export class Model {
  readonly architecture: Architecture;
  readonly structure: Structure;
  readonly layout: ParameterLayout;
  readonly matmulPrecision: MatmulPrecision;
  private readonly weights: WeightStore;
  /** (cos, sin) of position x frequency, [maxPositions, turning dimensions / 2]; undefined with learned positions. */
  readonly angles: GPUBuffer | undefined;
  /** Angles of layers with a sliding window; the same buffer when the base is equal. */
  readonly slidingAngles: GPUBuffer | undefined;

  private constructor(
    readonly gpu: Gpu,
    readonly config: ModelConfig,
    { precisionOf = () => 'f32', frozen = 'stored', matmulPrecision = 'f32', largestBinding, ...options }: ModelOptions,
  ) {
    checkMatmulPrecision(gpu, matmulPrecision);
    this.matmulPrecision = matmulPrecision;
    this.architecture = ARCHITECTURES[config.architecture];
    this.structure = structureOf(config);
    this.layout = parameterLayout(config, options);
    const stored = storedPrecisions(this.layout, precisionOf);
    this.weights = new WeightStore(gpu, this.layout, {
      precisionOf: (region) => (frozen === 'stored' ? (stored.get(region) ?? 'f32') : frozen),
      ...(largestBinding !== undefined && { largestBinding }),
    });
    const { rotary, slidingRotary } = this.structure;
    this.angles = rotary && this.angleTable(rotary);
    this.slidingAngles = slidingRotary ? this.angleTable(slidingRotary) : this.angles;
  }

  /** Float32 bytes of all weights. */
  get float32Bytes(): number {
    let parameters = 0;
    for (const { shape } of this.layout.tensors.values()) parameters += shape.reduce((a, b) => a * b, 1);
    return parameters * 4;
  }

  private angleTable({ dimensions }: Rotary): GPUBuffer {
    return this.gpu.buffer('rotary angles', this.config.maxPositions * dimensions * 4);
  }

  /**
   * @param tensors by Hugging Face name, true shapes, all of `tensorSpecs(config)`; with `options.lora` those of its
   *   modules too
   * @param options which weights are trained, all when left out; adapters
   */
  static async create(
    gpu: Gpu,
    config: ModelConfig,
    tensors: ReadonlyMap<string, Float32Array>,
    options: ModelOptions = {},
  ): Promise<Model> {
    return Model.load(gpu, config, floatSource(tensors), options, tensors);
  }

  /**
   * A model with a checkpoint's weights, uploaded tensor by tensor.
   *
   * @param adapter with `options.lora` the tensors of its modules
   * @throws StudioError `input` where the source cannot give a tensor, `memory`, `unsupported`
   */
  static async load(
    gpu: Gpu,
    config: ModelConfig,
    source: WeightSource,
    options: ModelOptions = {},
    adapter: ReadonlyMap<string, Float32Array> = new Map(),
  ): Promise<Model> {
    const model = await gpu.guarded('the model', () =>
      Model.outline(gpu, config, { ...options, precisionOf: (name) => source.precisionOf(name) }),
    );
    try {
      await gpu.guarded('the weights', async () => {
        model.writeAngles();
        await model.writeFrom(source);
        for (const [region, values] of packRegions(model.layout.loraTensors, adapter))
          model.weights.write(region, 0, values);
      });
    } catch (error) {
      model.destroy();
      throw error;
    }
    return model;
  }

  /**
   * A model without weights, for planning. @throws StudioError `unsupported` when the adapter cannot compute as
   * `options` say
   */
  static outline(gpu: Gpu, config: ModelConfig, options: ModelOptions = {}): Model {
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

  private async writeFrom(source: WeightSource): Promise<void> {
    const { queue } = this.gpu.device;
    let waiting = 0;
    for await (const tensor of source.tensors(tensorSpecs(this.config))) {
      this.gpu.checkAlive();
      for (const bytes of this.writeTensor(tensor)) {
        waiting += bytes;
        if (waiting < WAITING_BYTES) continue;
        // Written data stays in a staging copy until the GPU has consumed it.
        queue.submit([]);
        await queue.onSubmittedWorkDone();
        waiting = 0;
      }
    }
  }

  /** Writes a tensor in chunks. Yields the bytes of each. */
  private *writeTensor(tensor: SourceTensor): Generator<number> {
    const mapping = this.layout.tensors.get(tensor.name);
    if (!mapping) throw new Error(`no tensor ${tensor.name} in this architecture`);
    for (const place of mapping.placed) {
      const { region, first } = place;
      const values = tensor.values(this.weights.weight(region).precision);
      const step = Math.max(1, Math.floor(CHUNK_BYTES / (region.columns * values.BYTES_PER_ELEMENT)));
      const rows = rowsOf(place);
      for (let row = 0; row < rows; row += step) {
        const packed = packRows(place, values, row, Math.min(step, rows - row));
        this.weights.write(region, first + row, packed);
        yield packed.byteLength;
      }
    }
  }

  /** The current weights without adapters, by Hugging Face name. */
  async read(): Promise<Map<string, Float32Array<ArrayBuffer>>> {
    const tensors = new Map<string, Float32Array<ArrayBuffer>>();
    for (const name of this.layout.tensors.keys()) tensors.set(name, await this.readTensor(name));
    return tensors;
  }

  /** One weight. */
  async readTensor(name: string): Promise<Float32Array<ArrayBuffer>> {
    const mapping = this.layout.tensors.get(name);
    if (!mapping) throw new Error(`no tensor ${name} in this architecture`);
    const data = new Float32Array(mapping.shape.reduce((product, size) => product * size, 1));
    for (const place of mapping.placed) unpackPart(place, await this.weights.read(place.region), data);
    return data;
  }

  /** The current matrices of the adapters, by PEFT's names; empty without adapters. */
  async readLora(): Promise<Map<string, Float32Array<ArrayBuffer>>> {
    return unpackTrained(this.layout.loraTensors, await readFloats(this.gpu, this.trained, this.layout.trained.count));
  }

  /**
   * A buffer of the trained store's layout (gradients, moments), by tensor name: trained tensors only, adapters among
   * them.
   */
  async unpack(buffer: GPUBuffer): Promise<Map<string, Float32Array<ArrayBuffer>>> {
    const { tensors, loraTensors, trained } = this.layout;
    return unpackTrained(new Map([...tensors, ...loraTensors]), await readFloats(this.gpu, buffer, trained.count));
  }

  get weightBytes(): WeightBytes[] {
    return this.weights.bytes;
  }

  /** The weights that training changes, `layout.trained.count` float32. */
  get trained(): GPUBuffer {
    return this.weights.trained;
  }

  /** The weights of a matrix, for products (weight-products.ts) and the embedding. */
  matrix(region: Region): Weight {
    return this.weights.weight(region);
  }

  /** The weights of a vector or of learned positions, f32, for a kernel that reads them. */
  weight(region: Region): GPUBufferBinding {
    return whole(this.weights.weight(region).slices);
  }

  /** The location of a trained vector (or of learned positions) in a gradient buffer. */
  gradient(region: Region, gradients: GPUBuffer): GPUBufferBinding {
    return whole(this.weights.gradient(region, gradients));
  }

  /** The location of a trained matrix in a gradient buffer, in slices. */
  gradientSlices(region: Region, gradients: GPUBuffer): WeightSlice[] {
    return this.weights.gradient(region, gradients);
  }

  /** Rows of each of those slices. */
  gradientRows(region: Region): number[] {
    return this.weights.gradient(region, this.trained).map(({ rows }) => rows);
  }

  /** The trained store in slices that a kernel can bind: their first elements and lengths. */
  get bindingSlices(): { first: number; count: number }[] {
    return this.weights.bindingSlices;
  }

  destroy(): void {
    this.weights.destroy();
    for (const angles of new Set([this.angles, this.slidingAngles])) if (angles) this.gpu.release(angles);
  }
}

function whole([slice, ...others]: readonly WeightSlice[]): GPUBufferBinding {
  if (!slice || others.length > 0) throw new Error('this weight is in several slices');
  return slice.binding;
}

/** How each region is stored, where all its tensors are stored in one precision. */
function storedPrecisions(layout: ParameterLayout, precisionOf: (name: string) => Precision): Map<Region, Precision> {
  const found = new Map<Region, Precision>();
  for (const [name, { placed }] of layout.tensors) {
    const precision = precisionOf(name);
    for (const { region } of placed)
      found.set(region, (found.get(region) ?? precision) === precision ? precision : 'f32');
  }
  return found;
}
