/** Timing of work on the GPU. */
import type { Gpu } from '../../src/gpu/device.ts';
import { submit } from '../../src/gpu/kernel.ts';
import { median } from '../median.ts';

/** Wall time of `work`, ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Median wall time of several runs after one warm-up, ms. */
export async function medianTime(counted: number, work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let i = 0; i < counted; i++) times.push(await timed(work));
  return median(times);
}

/**
 * Minimum wall time of one dispatch list, ms, repeated in a submission until the submission's own cost is negligible.
 */
export async function bestTime(
  gpu: Gpu,
  record: (pass: GPUComputePassEncoder) => void,
  wantedMs = 60,
): Promise<number> {
  const run = (repetitions: number) =>
    timed(() => {
      submit(gpu, (pass) => {
        for (let i = 0; i < repetitions; i++) record(pass);
      });
      return gpu.device.queue.onSubmittedWorkDone();
    });
  await run(1);
  const once = await run(1);
  const repetitions = Math.max(1, Math.min(500, Math.ceil(wantedMs / once)));
  let best = once;
  for (let i = 0; i < 5; i++) best = Math.min(best, (await run(repetitions)) / repetitions);
  return best;
}
