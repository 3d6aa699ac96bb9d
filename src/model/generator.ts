/**
 * Batched generation with a key-value cache: every distinct prompt is read once and its cache shared by its group, then all
 * sequences decode together, one position a round, sampling on the GPU. The host reads back once per block of rounds.
 */
import common from '../../shaders/common.wgsl?raw';
import samplingSource from '../../shaders/sampling.wgsl?raw';
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { linearGrid, Plan, submit } from '../gpu/kernel.ts';
import { Readback } from '../gpu/readback.ts';
import type { Tuner } from '../gpu/tuner.ts';
import { ROW_WORDS } from './batch.ts';
import { LayerPlanner, type LayerActivations } from './layers.ts';
import { addProduct, type BatchShape } from './matmul.ts';
import type { Model } from './model.ts';

export interface GeneratorOptions {
  /** Most sequences at once. */
  sequences: number;
  /** Most tokens of a prompt, and of a response. */
  promptTokens: number;
  responseTokens: number;
}

export interface SamplingOptions {
  /** 0 is greedy. */
  temperature: number;
  /** 0: off. */
  topK: number;
  /** 1: off. */
  topP: number;
  /** uint32; draws depend on (seed, number of the sequence, position) alone. */
  seed: number;
  maxTokens: number;
  /** Ends a response; the response includes it. A number outside the vocabulary: nothing ends one early. */
  endToken: number;
  signal?: AbortSignal;
}

export interface Generated {
  tokens: number[];
  /** log p of each token under softmax(logits / temperature) (temperature 1 when greedy), nats. */
  logprobs: number[];
}

/** Rounds between two looks at whether every sequence has ended. */
const BLOCK = 16;
/** Rows of prompts read at once. */
const PREFILL_ROWS = 4096;
const DIMS_BYTES = 32;

export class Generator {
  private readonly owned: GPUBuffer[] = [];
  private readonly decodeDims: GPUBuffer;
  private readonly prefillDims: GPUBuffer;
  private readonly sampling: GPUBuffer;
  private readonly rows: GPUBuffer;
  private readonly promptRows: GPUBuffer;
  private readonly prompts: GPUBuffer;
  private readonly drawn: GPUBuffer;
  private readonly ended: GPUBuffer;
  private readonly readback: Readback;
  private readonly prefillPlan: Plan<BatchShape>;
  private readonly decodePlan: Plan<BatchShape>;
  private readonly prefillCapacity: number;

  private constructor(
    readonly model: Model,
    readonly options: GeneratorOptions,
  ) {
    const { gpu } = model;
    this.prefillCapacity = Math.max(options.promptTokens, Math.min(options.sequences * options.promptTokens, PREFILL_ROWS));
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.decodeDims = this.own('decode dims', DIMS_BYTES, uniform);
    this.prefillDims = this.own('prefill dims', DIMS_BYTES, uniform);
    this.sampling = this.own('sampling', 32, uniform);
    this.rows = this.own('decode rows', options.sequences * ROW_WORDS * 4);
    this.promptRows = this.own('prompt rows', this.prefillCapacity * ROW_WORDS * 4);
    this.prompts = this.own('prompts', options.sequences * 8);
    this.drawn = this.own('drawn tokens', options.sequences * options.responseTokens * 8);
    this.ended = this.own('ended', 16);
    this.readback = new Readback(gpu, 'generation', this.drawn.size + this.rows.size + 16);
    this.prefillPlan = new Plan(gpu);
    this.decodePlan = new Plan(gpu);
  }

  static async create(model: Model, tuner: Tuner, options: GeneratorOptions): Promise<Generator> {
    const length = options.promptTokens + options.responseTokens;
    if (length > model.config.maxPositions) {
      throw new StudioError('input', `Prompt and response together may take ${length} tokens, the model has ${model.config.maxPositions} positions.`, 'Lower max_response_tokens or choose a model with more positions.');
    }
    return model.gpu.guarded('generation', async () => {
      const generator = new Generator(model, options);
      await generator.plan(tuner);
      return generator;
    });
  }

  private own(label: string, bytes: number, usage?: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.model.gpu.buffer(label, bytes, usage);
    this.owned.push(buffer);
    return buffer;
  }

  private get gpu(): Gpu {
    return this.model.gpu;
  }

  private async plan(tuner: Tuner): Promise<void> {
    const { model, options } = this;
    const { config, layout } = model;
    const length = options.promptTokens + options.responseTokens;
    const width = 2 * config.keyValueHeads * layout.headDimension;
    const buffers = Array.from({ length: config.layers }, (_, layer) => this.own(`cache ${layer}`, options.sequences * length * width * 4));
    const planned = async (plan: Plan<BatchShape>, dims: GPUBuffer, rows: GPUBuffer, capacity: number, prompts?: GPUBuffer) => {
      const planner = new LayerPlanner(model, tuner, { buffer: dims }, rows, capacity);
      const layers = planner.allocate('generation', false);
      for (const buffer of new Set(layers.flatMap((layer) => Object.values(layer) as GPUBuffer[]))) this.owned.push(buffer);
      await planner.forward(plan, layers, { buffers, length, ...(prompts && { prompts }) });
      return { planner, last: layers.at(-1) as LayerActivations };
    };
    await planned(this.prefillPlan, this.prefillDims, this.promptRows, this.prefillCapacity, this.prompts);
    const { planner, last } = await planned(this.decodePlan, this.decodeDims, this.rows, options.sequences);
    const logits = this.own('decode logits', options.sequences * layout.vocabulary * 4);
    await planner.normForward(this.decodePlan, last.output, layout.finalNorm, last.inputNormed, last.inputScale);
    await addProduct(this.decodePlan, tuner, { label: 'decode logits', form: 'nt', capacity: options.sequences, columns: layout.vocabulary, inner: layout.hidden, a: last.inputNormed, b: model.region(layout.head), c: logits, dims: { buffer: this.decodeDims } });
    const constants = { V: config.vocabularySize, V_PADDED: layout.vocabulary, MAX_NEW: options.responseTokens };
    await this.decodePlan.add({ label: 'sampling', source: common + samplingSource, constants, entryPoint: 'draw' }, [this.sampling, logits, this.rows, this.drawn, this.ended], ({ sequences }) => linearGrid(sequences));
  }

  /**
   * One response for each entry of `prompts`; equal prompts (the same array) share their prefill.
   *
   * @param prompts token ids, at most `options.sequences` of them, each of 1 to `promptTokens` tokens
   * @throws StudioError `cancelled` when the signal fires, `device-lost`
   */
  async generate(prompts: readonly (readonly number[])[], sampling: SamplingOptions): Promise<Generated[]> {
    const { options } = this;
    if (prompts.length === 0) return [];
    if (prompts.length > options.sequences) throw new RangeError(`${prompts.length} sequences, planned for ${options.sequences}`);
    const maxTokens = Math.min(sampling.maxTokens, options.responseTokens);
    this.start(prompts, sampling, maxTokens);
    const shape: BatchShape = { rows: prompts.length, targets: 0, sequences: prompts.length, distinct: 0 };
    for (let round = 0; round < maxTokens; ) {
      sampling.signal?.throwIfAborted();
      const last = Math.min(round + BLOCK, maxTokens);
      submit(this.gpu, (pass) => {
        for (; round < last; round++) this.decodePlan.record(pass, shape);
      });
      if (round < maxTokens) {
        const [ended = 0] = new Uint32Array(await this.readback.read([{ source: this.ended, offset: 0, bytes: 4 }]));
        if (ended === prompts.length) break;
      }
    }
    return this.collect(prompts.length, maxTokens);
  }

  /** Uploads the batch and fills the cache from the prompts, all but their last token, which the first round reads. */
  private start(prompts: readonly (readonly number[])[], sampling: SamplingOptions, maxTokens: number): void {
    const { queue } = this.gpu.device;
    const rows = new Uint32Array(prompts.length * ROW_WORDS);
    const groups = new Map<readonly number[], number[]>();
    for (const [number, prompt] of prompts.entries()) {
      if (prompt.length === 0 || prompt.length > this.options.promptTokens) throw new RangeError(`prompt of ${prompt.length} tokens, planned for 1 to ${this.options.promptTokens}`);
      rows.set([prompt.at(-1) ?? 0, prompt.length - 1, 0, 0], number * ROW_WORDS);
      const group = groups.get(prompt);
      if (group) group.push(number);
      else groups.set(prompt, [number]);
    }
    const words = new Uint32Array([0, 0, sampling.topK, sampling.endToken, maxTokens, sampling.seed, prompts.length, 0]);
    new Float32Array(words.buffer).set([sampling.temperature, sampling.topP]);
    queue.writeBuffer(this.sampling, 0, words);
    queue.writeBuffer(this.ended, 0, new Uint32Array(4));
    queue.writeBuffer(this.decodeDims, 0, new Uint32Array([prompts.length, 0, 0, prompts.length, 0, 0, 0, 0]));
    this.prefill(groups, prompts.length);
    queue.writeBuffer(this.rows, 0, rows);
  }

  private prefill(groups: Map<readonly number[], number[]>, sequences: number): void {
    const { queue } = this.gpu.device;
    const waiting = [...groups].filter(([prompt]) => prompt.length > 1);
    while (waiting.length > 0) {
      const rows: number[] = [];
      const slices = new Uint32Array(sequences * 2);
      while (waiting[0] && rows.length / ROW_WORDS + waiting[0][0].length - 1 <= this.prefillCapacity) {
        const [prompt, members] = waiting.shift() as [readonly number[], number[]];
        const start = rows.length / ROW_WORDS;
        const length = prompt.length - 1;
        for (let t = 0; t < length; t++) rows.push(prompt[t] ?? 0, t, start, start + length);
        for (const member of members) slices.set([start, length], member * 2);
      }
      const count = rows.length / ROW_WORDS;
      queue.writeBuffer(this.prefillDims, 0, new Uint32Array([count, 0, 0, sequences, 0, 0, 0, 0]));
      queue.writeBuffer(this.promptRows, 0, new Uint32Array(rows));
      queue.writeBuffer(this.prompts, 0, slices);
      submit(this.gpu, (pass) => this.prefillPlan.record(pass, { rows: count, targets: 0, sequences, distinct: 0 }));
    }
  }

  private async collect(count: number, maxTokens: number): Promise<Generated[]> {
    const stride = this.options.responseTokens * 2;
    const drawnBytes = count * stride * 4;
    const bytes = await this.readback.read([
      { source: this.drawn, offset: 0, bytes: drawnBytes },
      { source: this.rows, offset: 0, bytes: count * ROW_WORDS * 4 },
    ]);
    const words = new Uint32Array(bytes);
    const floats = new Float32Array(bytes);
    return Array.from({ length: count }, (_, b) => {
      const length = Math.min(maxTokens, words[drawnBytes / 4 + b * ROW_WORDS + 3] ?? 0);
      const at = b * stride;
      return {
        tokens: Array.from({ length }, (_, t) => words[at + 2 * t] ?? 0),
        logprobs: Array.from({ length }, (_, t) => floats[at + 2 * t + 1] ?? 0),
      };
    });
  }

  destroy(): void {
    this.prefillPlan.destroy();
    this.decodePlan.destroy();
    this.readback.destroy();
    for (const buffer of this.owned) this.gpu.release(buffer);
  }
}
