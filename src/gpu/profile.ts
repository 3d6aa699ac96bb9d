/**
 * Profiles where encoded work spends its time, per kernel.
 *
 * The work runs once while every dispatch it encodes is captured; then each distinct dispatch is rerun alone and timed,
 * with timestamps where the device has them, otherwise by the wall clock over enough repetitions that submission
 * overhead does not matter. Rerunning a kernel changes buffers that it accumulates into or updates in place, so a
 * profile uses throwaway weights.
 */
import type { Gpu } from './device.ts';
import type { Grid } from './kernel.ts';

/** One kernel with one bind group and one grid, and how often the work ran it. */
export interface Dispatch {
  label: string;
  pipeline: GPUComputePipeline;
  bindGroup: GPUBindGroup;
  grid: Grid;
  calls: number;
}

export interface KernelTime {
  label: string;
  /** Dispatches with this label. */
  calls: number;
  /** Total over its calls. */
  milliseconds: number;
}

export interface Profile {
  method: 'timestamps' | 'repetition';
  /** Longest first. */
  kernels: KernelTime[];
  /** Sum over kernels, each run alone; excludes gaps between dispatches. */
  milliseconds: number;
}

/** A kernel is repeated until its runs take about this long together, and at most MOST_REPETITIONS times. */
const WANTED_MS = { timestamps: 2, repetition: 12 };
const MOST_REPETITIONS = 64;
const ROUNDS = 3;

/** Runs `work` and captures the dispatches that it encodes; its bind groups must outlive the profile. */
export async function captureDispatches(gpu: Gpu, work: () => void | Promise<void>): Promise<Dispatch[]> {
  const { device } = gpu;
  const found: Dispatch[] = [];
  const numbers = new Map<object, number>();
  const number = (thing: object) => numbers.get(thing) ?? numbers.set(thing, numbers.size).size - 1;
  const byKey = new Map<string, Dispatch>();
  const note = (pipeline: GPUComputePipeline, bindGroup: GPUBindGroup, grid: Grid) => {
    const key = `${number(pipeline)} ${number(bindGroup)} ${grid.join()}`;
    const known = byKey.get(key);
    if (known) {
      known.calls += 1;
      return;
    }
    const dispatch = { label: bindGroup.label || pipeline.label, pipeline, bindGroup, grid, calls: 1 };
    byKey.set(key, dispatch);
    found.push(dispatch);
  };
  // The device's own method, shadowed on this one object for as long as the work runs.
  Object.defineProperty(device, 'createCommandEncoder', {
    configurable: true,
    value: (descriptor?: GPUCommandEncoderDescriptor) => {
      const encoder = Object.getPrototypeOf(device).createCommandEncoder.call(device, descriptor) as GPUCommandEncoder;
      const begin = encoder.beginComputePass.bind(encoder);
      encoder.beginComputePass = (options) => watched(begin(options), note);
      return encoder;
    },
  });
  try {
    await work();
  } finally {
    Reflect.deleteProperty(device, 'createCommandEncoder');
  }
  return found;
}

function watched(
  pass: GPUComputePassEncoder,
  note: (pipeline: GPUComputePipeline, bindGroup: GPUBindGroup, grid: Grid) => void,
): GPUComputePassEncoder {
  let pipeline: GPUComputePipeline | undefined;
  let bindGroup: GPUBindGroup | undefined;
  const setPipeline = pass.setPipeline.bind(pass);
  const setBindGroup = pass.setBindGroup.bind(pass) as (index: number, group: GPUBindGroup) => undefined;
  const dispatchWorkgroups = pass.dispatchWorkgroups.bind(pass);
  pass.setPipeline = (next) => {
    pipeline = next;
    return setPipeline(next);
  };
  pass.setBindGroup = (index: number, next: GPUBindGroup | null | undefined) => {
    if (next) bindGroup = next;
    return setBindGroup(index, next as GPUBindGroup);
  };
  pass.dispatchWorkgroups = (x, y = 1, z = 1) => {
    if (pipeline && bindGroup) note(pipeline, bindGroup, [x, y, z]);
    return dispatchWorkgroups(x, y, z);
  };
  return pass;
}

/** Times each captured dispatch. */
export async function profileDispatches(gpu: Gpu, dispatches: readonly Dispatch[]): Promise<Profile> {
  const clock = gpu.device.features.has('timestamp-query') ? new TimestampClock(gpu) : new WallClock(gpu);
  const times = new Map<string, KernelTime>();
  try {
    for (const dispatch of dispatches) {
      const once = await clock.time(dispatch, 1);
      const repetitions = Math.max(
        1,
        Math.min(MOST_REPETITIONS, Math.ceil(WANTED_MS[clock.method] / Math.max(once, 1e-3))),
      );
      let best = repetitions === 1 ? once : Infinity;
      for (let round = 1; round < ROUNDS; round++)
        best = Math.min(best, (await clock.time(dispatch, repetitions)) / repetitions);
      const entry = times.get(dispatch.label) ?? { label: dispatch.label, calls: 0, milliseconds: 0 };
      entry.calls += dispatch.calls;
      entry.milliseconds += best * dispatch.calls;
      times.set(dispatch.label, entry);
    }
  } finally {
    clock.destroy();
  }
  const kernels = [...times.values()].sort((a, b) => b.milliseconds - a.milliseconds);
  return {
    method: clock.method,
    kernels,
    milliseconds: kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
  };
}

interface Clock {
  readonly method: Profile['method'];
  /** Milliseconds of `repetitions` runs. */
  time(dispatch: Dispatch, repetitions: number): Promise<number>;
  destroy(): void;
}

function encode(
  pass: GPUComputePassEncoder,
  { pipeline, bindGroup, grid: [x, y, z] }: Dispatch,
  repetitions: number,
): void {
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  for (let i = 0; i < repetitions; i++) pass.dispatchWorkgroups(x, y, z);
  pass.end();
}

class TimestampClock implements Clock {
  readonly method = 'timestamps';
  private readonly queries: GPUQuerySet;
  private readonly resolved: GPUBuffer;
  private readonly staging: GPUBuffer;

  constructor(private readonly gpu: Gpu) {
    this.queries = gpu.device.createQuerySet({ type: 'timestamp', count: 2 });
    this.resolved = gpu.buffer('timestamps', 16, GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC);
    this.staging = gpu.buffer('timestamps readback', 16, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  async time(dispatch: Dispatch, repetitions: number): Promise<number> {
    const encoder = this.gpu.device.createCommandEncoder();
    encode(
      encoder.beginComputePass({
        timestampWrites: { querySet: this.queries, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
      }),
      dispatch,
      repetitions,
    );
    encoder.resolveQuerySet(this.queries, 0, 2, this.resolved, 0);
    encoder.copyBufferToBuffer(this.resolved, 0, this.staging, 0, 16);
    this.gpu.device.queue.submit([encoder.finish()]);
    await this.staging.mapAsync(GPUMapMode.READ);
    const [begin = 0n, end = 0n] = new BigUint64Array(this.staging.getMappedRange());
    this.staging.unmap();
    this.gpu.checkAlive();
    return Number(end - begin) / 1e6;
  }

  destroy(): void {
    this.queries.destroy();
    this.gpu.release(this.resolved);
    this.gpu.release(this.staging);
  }
}

class WallClock implements Clock {
  readonly method = 'repetition';
  /** Time of an empty submission, ms: the minimum of several. */
  private overhead: number | undefined;

  constructor(private readonly gpu: Gpu) {}

  async time(dispatch: Dispatch, repetitions: number): Promise<number> {
    if (this.overhead === undefined) {
      this.overhead = Infinity;
      for (let i = 0; i < 5; i++) this.overhead = Math.min(this.overhead, await this.submit((pass) => pass.end()));
    }
    return Math.max(0, (await this.submit((pass) => encode(pass, dispatch, repetitions))) - this.overhead);
  }

  private async submit(record: (pass: GPUComputePassEncoder) => void): Promise<number> {
    const { queue } = this.gpu.device;
    const encoder = this.gpu.device.createCommandEncoder();
    record(encoder.beginComputePass());
    const commands = encoder.finish();
    const start = performance.now();
    queue.submit([commands]);
    await queue.onSubmittedWorkDone();
    this.gpu.checkAlive();
    return performance.now() - start;
  }

  destroy(): void {
    this.overhead = undefined;
  }
}
