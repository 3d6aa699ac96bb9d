/**
 * The head of a training pass alone, with stored logits and fused: time of forward and backward, and the memory of
 * each.
 */
import type { Tuner } from '../../src/gpu/tuner.ts';
import { submit } from '../../src/gpu/kernel.ts';
import { Dims, Likelihood, TargetToken } from '../../src/model/records.ts';
import type { ModelConfig } from '../../src/model/spec/model-config.ts';
import { headOf } from '../../src/model/head/head.ts';
import { type HeadDispatches } from '../../src/model/head/head-context.ts';
import { type HeadKind } from '../../src/model/head/head-context.ts';
import { Model } from '../../src/model/model.ts';
import { tensorSpecs } from '../../src/model/spec/tensors.ts';
import { ScratchArena } from '../../src/model/scratch-arena.ts';
import { median } from '../median.ts';
import type { EngineContext } from './context.ts';
import { timed } from './timing.ts';

export interface HeadCost {
  vocabulary: number;
  hidden: number;
  targets: number;
  /** Whether the head's weight is trained, or frozen in bf16. */
  trained: boolean;
  /** Medians, ms. */
  stored: HeadTimes;
  fused: HeadTimes;
  /** Median over rounds of fused / stored, of forward and backward together. */
  factor: number;
}

export interface HeadTimes {
  forwardMs: number;
  backwardMs: number;
  /** Bytes of logits, their partial results, their gradients, and partial sums. */
  bytes: number;
}

type Shape = Pick<HeadCost, 'vocabulary' | 'hidden' | 'targets' | 'trained'>;

const SHAPES: Shape[] = [
  { vocabulary: 2_048, hidden: 256, targets: 256, trained: true },
  { vocabulary: 8_192, hidden: 256, targets: 256, trained: true },
  { vocabulary: 50_257, hidden: 256, targets: 64, trained: true },
  // From here on, logits take several chunks.
  { vocabulary: 50_257, hidden: 128, targets: 320, trained: true },
  { vocabulary: 151_936, hidden: 128, targets: 128, trained: false },
];
const ROUNDS = 3;
/** These batches would be too small to fill a GPU. */
const GPU_FACTOR = 8;

export async function measureHeads(context: EngineContext): Promise<HeadCost[]> {
  const rows: HeadCost[] = [];
  for (const shape of SHAPES) {
    context.progress(`head: vocabulary ${shape.vocabulary}, ${shape.targets} targets`);
    const row = await measureHead(
      context,
      context.gpu.adapter.software ? shape : { ...shape, targets: shape.targets * GPU_FACTOR },
    );
    context.progress(`head: fused takes ${row.factor.toFixed(2)} of the time of stored`);
    rows.push(row);
  }
  return rows;
}

async function measureHead({ gpu, tuner }: EngineContext, shape: Shape): Promise<HeadCost> {
  const model = await headModel(gpu, shape);
  const heads = {
    stored: await HeadAlone.create(model, tuner, shape, 'stored'),
    fused: await HeadAlone.create(model, tuner, shape, 'fused'),
  };
  const rounds: Record<HeadKind, { forward: number; backward: number }>[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const times = { stored: await heads.stored.time(), fused: await heads.fused.time() };
    if (round > 0) rounds.push(times);
  }
  const timesOf = (kind: HeadKind): HeadTimes => ({
    forwardMs: median(rounds.map((times) => times[kind].forward)),
    backwardMs: median(rounds.map((times) => times[kind].backward)),
    bytes: heads[kind].bytes,
  });
  const whole = ({ forward, backward }: { forward: number; backward: number }) => forward + backward;
  const row = {
    ...shape,
    stored: timesOf('stored'),
    fused: timesOf('fused'),
    factor: median(rounds.map(({ stored, fused }) => whole(fused) / whole(stored))),
  };
  for (const head of Object.values(heads)) head.destroy();
  model.destroy();
  return row;
}

/** The smallest model around a head. Its weights are arbitrary, because times do not depend on them. */
function headModel(gpu: EngineContext['gpu'], { vocabulary, hidden, trained }: Shape): Promise<Model> {
  const config: ModelConfig = {
    architecture: 'llama',
    vocabularySize: vocabulary,
    hiddenSize: hidden,
    layers: 1,
    heads: 1,
    keyValueHeads: 1,
    headDimension: 4,
    intermediateSize: 4,
    maxPositions: 4,
    ropeTheta: 10_000,
    normEpsilon: 1e-5,
    tiedHead: true,
  };
  const values = (count: number) => Float32Array.from({ length: count }, (_, i) => 0.05 * Math.sin(i % 8191));
  const tensors = new Map(
    tensorSpecs(config).map(({ name, shape }) => [name, values(shape.reduce((product, size) => product * size, 1))]),
  );
  return Model.create(
    gpu,
    config,
    tensors,
    trained ? {} : { trained: (key) => /^\d|^final/.test(key), frozen: 'bf16' },
  );
}

class HeadAlone {
  private constructor(
    private readonly model: Model,
    private readonly targets: number,
    private readonly dispatches: HeadDispatches,
    /** As `HeadTimes.bytes`. */
    readonly bytes: number,
    private readonly release: () => void,
  ) {}

  static async create(
    model: Model,
    tuner: Tuner,
    { vocabulary, hidden, targets }: Shape,
    kind: HeadKind,
  ): Promise<HeadAlone> {
    const { gpu } = model;
    const before = gpu.counters.bytes;
    const arena = new ScratchArena(gpu);
    const buffers: GPUBuffer[] = [];
    const buffer = (label: string, bytes: number, usage?: GPUBufferUsageFlags) => {
      const made = gpu.buffer(label, bytes, usage);
      buffers.push(made);
      return made;
    };
    const dims = buffer('dims', Dims.bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    const of = {
      targets: buffer('targets', targets * TargetToken.bytes),
      likelihoods: buffer('likelihoods', targets * Likelihood.bytes),
      dLogprobs: buffer('dLogprobs', targets * 8),
      gradients: gpu.largeBuffer('gradients', model.layout.trained.count * 4),
    };
    buffers.push(of.gradients);
    const [normed, dNormed] = ['normed', 'd normed'].map((label) => buffer(label, targets * hidden * 4)) as [
      GPUBuffer,
      GPUBuffer,
    ];
    const others = gpu.counters.bytes - before;
    const head = headOf(
      { model, capacity: targets, dims: { buffer: dims, size: Dims.bytes }, onLogits: undefined, ...of },
      { kind },
    );
    const partials = buffer('partial sums', head.partials(targets) * 4);
    const dispatches = await arena.compose(tuner, (planContext) =>
      head.compose(planContext, normed, { dNormed, partials }),
    );
    const bytes = gpu.counters.bytes - before - others;

    const { queue } = gpu.device;
    const words = Dims.pack({ rows: targets, targets, sequences: 1, temperature: 1, distinct: 1 });
    queue.writeBuffer(dims, 0, words);
    head.load(words);
    const tokens = TargetToken.array(targets);
    for (let i = 0; i < targets; i++) tokens.setNumber(i, 'token', ((i * TargetToken.words + 1) * 7919) % vocabulary);
    queue.writeBuffer(of.targets, 0, tokens.u32);
    queue.writeBuffer(
      of.dLogprobs,
      0,
      Float32Array.from({ length: targets * 2 }, (_, i) => (i % 2 === 0 ? -1 / targets : 0.01 / targets)),
    );
    queue.writeBuffer(
      normed,
      0,
      Float32Array.from({ length: targets * hidden }, (_, i) => Math.cos(i % 4093)),
    );
    return new HeadAlone(model, targets, dispatches, bytes, () => {
      dispatches.destroy();
      head.destroy();
      arena.destroy();
      for (const made of buffers) gpu.release(made);
    });
  }

  /** Wall times of the two passes, ms. */
  async time(): Promise<{ forward: number; backward: number }> {
    const { gpu } = this.model;
    const shape = { rows: this.targets, targets: this.targets, sequences: 1, distinct: 1 };
    const run = (record: (pass: GPUComputePassEncoder) => void) =>
      timed(() => {
        submit(gpu, record);
        return gpu.device.queue.onSubmittedWorkDone();
      });
    const forward = await run((pass) => this.dispatches.encodeForward(pass, shape));
    const backward = await run((pass) => this.dispatches.encodeBackward(pass, shape, false));
    return { forward, backward };
  }

  destroy(): void {
    this.release();
  }
}
