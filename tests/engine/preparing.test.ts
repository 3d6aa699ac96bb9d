/** Preparing a run: its kernels are requested together and counted, and no longer awaited once it is cancelled. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { StudioError } from '../../src/errors.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { CompileProgress } from '../../src/gpu/gpu-scope.ts';
import type { RunConfig } from '../../src/run/config.ts';
import { RunSession } from '../../src/session/session.ts';
import type { SessionParts } from '../../src/session/session-parts.ts';
import { STALLED_MS } from '../../src/worker/compile-watch.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';
import { Studio } from '../../src/worker/studio.ts';
import { SETTLED, testGpu, testProvider, testTuner } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
beforeEach(async () => {
  gpu = await testGpu();
});

const start = (config: RunConfig, options: Pick<SessionParts, 'signal' | 'onCompile'>) =>
  RunSession.create({ gpu, tuner: testTuner(gpu), config, checkpoint: undefined, ...options });

/** Runs `work` with a compiler that never finishes. */
async function withStalledCompiler(work: () => Promise<void>): Promise<void> {
  const { device } = gpu;
  const { createComputePipelineAsync } = device;
  device.createComputePipelineAsync = () => new Promise(() => undefined);
  try {
    await work();
  } finally {
    device.createComputePipelineAsync = createComputePipelineAsync;
  }
}

describe('preparing a run', () => {
  it.each([
    ['SFT', tinyRun({ rl: undefined })],
    ['RL', tinyRun({ sft: undefined })],
  ])('rejects at once when %s is stopped, awaits no kernel and releases its buffers', async (_, config) => {
    const before = gpu.counters.bytes;
    await withStalledCompiler(async () => {
      const abort = new AbortController();
      const reason = new StudioError('cancelled', 'stopped');
      let requested = 0;
      const started = start(config, {
        signal: abort.signal,
        onCompile: (progress) => {
          requested = progress.requested;
          expect(progress.compiled).toBe(0);
          if (requested === 20) setTimeout(() => abort.abort(reason));
        },
      });
      await expect(started).rejects.toBe(reason);
      expect(requested).toBeGreaterThanOrEqual(20);
    });
    expect(gpu.counters.bytes).toBe(before);
  });

  it('stopped in a change of stage, keeps the step before it, awaits no kernel and is prepared again', async () => {
    const config = tinyRun({ sft: { steps: 1, batch_size: 4, learning_rate: 1e-3 }, evaluation: undefined });
    const session = await start(config, {});
    const before = gpu.counters.bytes;
    await withStalledCompiler(async () => {
      const abort = new AbortController();
      const requests = gpu.counters.pipelines;
      const step = session.next({ signal: abort.signal });
      await vi.waitFor(() => expect(gpu.counters.pipelines).toBeGreaterThan(requests), { timeout: 60_000 });
      abort.abort(new StudioError('cancelled', 'stopped'));
      expect((await step)?.records).toMatchObject([{ phase: 'sft', step: 1 }]);
      expect([session.phase, session.step]).toEqual(['rl', 0]);
      expect(gpu.counters.bytes).toBeLessThan(before);
    });
    session.destroy();
  });

  it('allocates nothing if it is stopped before it begins', async () => {
    const { buffers } = gpu.counters;
    const signal = AbortSignal.abort(new StudioError('cancelled', 'stopped'));
    await expect(start(tinyRun(), { signal })).rejects.toMatchObject({ kind: 'cancelled' });
    expect(gpu.counters.buffers).toBe(buffers);
  });

  it('counts kernels until all are compiled', async () => {
    const seen: CompileProgress[] = [];
    const session = await start(tinyRun({ sft: undefined }), { onCompile: (progress) => seen.push(progress) });
    session.destroy();
    const last = seen.at(-1);
    expect(last?.compiled).toBe(last?.requested);
    expect(last?.requested).toBeGreaterThan(20);
    const counts = seen.map(({ requested }) => requested);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    for (const { compiled, requested, label } of seen) {
      expect(compiled).toBeLessThanOrEqual(requested);
      expect(label).not.toBe('');
    }
  });
});

it('says which kernel the driver does not finish, and that it has, while the run waits', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const events: WorkerEvent[] = [];
  const studio = new Studio(testProvider(), 'http://localhost/models/', SETTLED);
  void studio.subscribe((event) => events.push(event));
  const { device } = gpu;
  const { createComputePipelineAsync } = device;
  let finish: () => void = () => undefined;
  const stalled = new Promise<void>((resolve) => (finish = resolve));
  device.createComputePipelineAsync = (descriptor) =>
    stalled.then(() => createComputePipelineAsync.call(device, descriptor));
  try {
    await studio.open();
    const started = studio.start(tinyRun({ sft: undefined, evaluation: undefined }, { steps: 1 }), { paused: true });
    await vi.waitFor(() => expect(events.some(({ type }) => type === 'preparing')).toBe(true));
    await vi.waitFor(() => {
      vi.advanceTimersByTime(STALLED_MS + 5000);
      const stall = events.find((event) => event.type === 'compiling-stalled')?.stalled;
      expect(stall).toMatchObject({ label: expect.any(String) as string, seconds: STALLED_MS / 1000 });
    });
    finish();
    expect(await started).toMatchObject({ ok: true });
    vi.advanceTimersByTime(10_000);
    expect(events.findLast((event) => event.type === 'compiling-stalled')).toEqual({
      type: 'compiling-stalled',
      stalled: undefined,
    });
  } finally {
    device.createComputePipelineAsync = createComputePipelineAsync;
    vi.useRealTimers();
    await studio.stop();
  }
});
