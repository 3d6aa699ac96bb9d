import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CutWork, dispatchesPerSubmission, LONGEST_MS, type DispatchEncoder } from './cut-work.ts';
import type { Gpu, GpuOptions } from './device.ts';

describe('dispatchesPerSubmission', () => {
  it('starts whole where even a slow GPU is done in time, else with single dispatches', () => {
    expect(dispatchesPerSubmission(1e8, undefined)).toBe(Infinity);
    expect(dispatchesPerSubmission(1e9, undefined)).toBe(1);
  });

  it('takes as many measured pieces together as fit, and fewer dispatches where one is too long', () => {
    const measured = { dispatches: 10, longest: 300, multiplyAdds: 1e9 };
    expect(dispatchesPerSubmission(1e9, measured)).toBe(30);
    expect(dispatchesPerSubmission(2e9, measured)).toBe(10);
    expect(dispatchesPerSubmission(8e9, measured)).toBe(4);
    // Smaller work may be limited by something else than its multiply-adds.
    expect(dispatchesPerSubmission(1e6, measured)).toBe(30);
    expect(dispatchesPerSubmission(1e12, measured)).toBe(1);
    expect(dispatchesPerSubmission(1e9, { ...measured, longest: 0 })).toBeGreaterThan(1e6);
  });
});

/** A device on which time passes only while its queue works: each dispatch takes as long as its label says, in ms. */
class SlowDevice {
  now = 0;
  /** Milliseconds of each submission. */
  readonly submissions: number[] = [];
  readonly order: number[] = [];
  private readonly waiting: { at: number; done: () => void }[] = [];
  private end = 0;

  readonly gpu = (options: GpuOptions = {}) =>
    ({
      options: { cut: 'measured', ...options },
      checkAlive: () => undefined,
      device: {
        createCommandEncoder: () => {
          let work = 0;
          const pass = {
            setPipeline: () => undefined,
            setBindGroup: () => undefined,
            dispatchWorkgroups: (ms: number) => {
              work += ms;
              this.order.push(ms);
            },
            end: () => undefined,
          };
          return { beginComputePass: () => pass, finish: () => work };
        },
        queue: {
          submit: ([work]: [number]) => {
            this.submissions.push(work);
            this.end = Math.max(this.end, this.now) + work;
          },
          onSubmittedWorkDone: () =>
            new Promise<void>((done) => {
              this.waiting.push({ at: this.end, done });
            }),
        },
      },
    }) as unknown as Gpu;

  /** The GPU does all its work. @returns the longest submission since the last call */
  async drain(): Promise<number> {
    for (const { at, done } of this.waiting.splice(0)) {
      this.now = Math.max(this.now, at);
      done();
      await Promise.resolve();
      await Promise.resolve();
    }
    for (let i = 0; i < 10; i++) await Promise.resolve();
    return Math.max(...this.submissions.splice(0));
  }
}

const dispatches = (times: readonly number[]) => (pass: DispatchEncoder) => {
  for (const ms of times) {
    pass.setPipeline({} as GPUComputePipeline);
    pass.setBindGroup(0, {} as GPUBindGroup);
    pass.dispatchWorkgroups(ms);
  }
};

describe('work on a slow GPU', () => {
  let device: SlowDevice;
  beforeEach(() => {
    device = new SlowDevice();
    vi.spyOn(performance, 'now').mockImplementation(() => device.now);
  });
  afterEach(() => vi.restoreAllMocks());

  it('is never in one submission that is too long, whichever of its dispatches are slow', async () => {
    // 100 dispatches in 12 s, most of the time in a few of them.
    const times = Array.from({ length: 100 }, (_, i) => (i % 20 === 7 ? 900 : i % 3 === 0 ? 200 : 20));
    const work = new CutWork(device.gpu());
    for (let step = 0; step < 6; step++) {
      work.submit(1e10, dispatches(times));
      expect(await device.drain()).toBeLessThanOrEqual(LONGEST_MS);
    }
    expect(device.order).toEqual(Array.from({ length: 6 }, () => times).flat());
  });

  it('is in fewer submissions once it has been measured, and whole where it is fast', async () => {
    const work = new CutWork(device.gpu());
    const counts: number[] = [];
    for (let step = 0; step < 4; step++) {
      work.submit(1e10, dispatches(new Array<number>(100).fill(30)));
      counts.push(device.submissions.length);
      await device.drain();
    }
    // 3 s in all: 33 dispatches take 990 ms.
    expect(counts).toEqual([100, 4, 4, 4]);
    const fast = new CutWork(device.gpu());
    for (const expected of [100, 1, 1]) {
      fast.submit(1e10, dispatches(new Array<number>(100).fill(2)));
      expect(device.submissions).toHaveLength(expected);
      await device.drain();
    }
  });

  it('is cut again when the GPU becomes slower', async () => {
    const work = new CutWork(device.gpu());
    for (let step = 0; step < 3; step++) {
      work.submit(1e8, dispatches(new Array<number>(50).fill(10)));
      expect(device.submissions).toHaveLength(1);
      await device.drain();
    }
    // Measured from time to time.
    let steps = 0;
    do {
      work.submit(1e8, dispatches(new Array<number>(50).fill(30)));
      steps += 1;
    } while ((await device.drain()) > LONGEST_MS);
    expect(steps).toBeLessThan(40);
  });

  it('counts only its own time, not that of work that was in the queue before it', async () => {
    const [first, second] = [new CutWork(device.gpu()), new CutWork(device.gpu())];
    first.submit(1e8, dispatches([4000]));
    second.submit(1e8, dispatches([1, 1]));
    await device.drain();
    second.submit(1e8, dispatches([1, 1]));
    expect(device.submissions).toEqual([2]);
  });

  it.each([
    ['never', 1],
    [7, 15],
  ] as const)('is cut as the options say: %s', (cut, expected) => {
    new CutWork(device.gpu({ cut })).submit(1e12, dispatches(new Array<number>(100).fill(1)));
    expect(device.submissions).toHaveLength(expected);
  });
});
