/**
 * One typical GPPO step: 64 prompts x 8 responses of up to 24 tokens on the embedded 0.1M arithmetic model, with
 * rollout, old log-probs and 4 minibatches; and the share of its wall time during which the GPU is idle.
 */
import demo from '../../configs/demo-arithmetic.json';
import { median } from '../median.ts';
import type { EngineContext } from './context.ts';
import { demoTrainer } from './demo-step.ts';
import { watchQueue } from './queue-watch.ts';

export interface RlStep {
  responses: number;
  /** Response tokens of the last step. */
  tokens: number;
  /** Medians over steps, ms. */
  stepMs: number;
  rolloutMs: number;
  /** Old log-probs, updates and readback. */
  updateMs: number;
  /** Wall time with an empty queue, as a share of a step; median over steps. */
  outsideShare: number;
  dispatches: number;
  submissions: number;
  readbacks: number;
  /** Bytes of all buffers. */
  bytes: number;
  steps: { stepMs: number; busyMs: number }[];
}

const WARMUPS = 1;
const STEPS = { software: 6, hardware: 20 };

export async function measureRlStep(context: EngineContext): Promise<RlStep> {
  const { gpu } = context;
  const { trainer, destroy } = await demoTrainer(context, demo, { filter_groups: false, max_response_tokens: 24 });
  const watch = watchQueue(gpu);
  const measured: { stepMs: number; busyMs: number; rolloutMs: number; updateMs: number }[] = [];
  let tokens = 0;
  let before = { ...gpu.counters };
  let submissions = 0;
  const steps = STEPS[gpu.adapter.software ? 'software' : 'hardware'];
  for (let step = 1; step <= WARMUPS + steps; step++) {
    context.progress(`rl-step: ${step} of ${WARMUPS + steps}`);
    await gpu.device.queue.onSubmittedWorkDone();
    before = { ...gpu.counters };
    submissions = watch.submissions();
    const busy = watch.busy();
    const start = performance.now();
    const { record, tokens: drawn } = await trainer.step(step);
    const stepMs = performance.now() - start;
    // The completion of the last submission may be reported after that of the readback.
    await gpu.device.queue.onSubmittedWorkDone();
    tokens = drawn;
    if (step > WARMUPS)
      measured.push({
        stepMs,
        busyMs: Math.min(stepMs, watch.busy() - busy),
        rolloutMs: record.time.rollout_ms ?? NaN,
        updateMs: record.time.update_ms ?? NaN,
      });
  }
  watch.stop();
  const { counters } = gpu;
  const result: RlStep = {
    responses: demo.rl.prompts * demo.rl.responses,
    tokens,
    stepMs: median(measured.map(({ stepMs }) => stepMs)),
    rolloutMs: median(measured.map(({ rolloutMs }) => rolloutMs)),
    updateMs: median(measured.map(({ updateMs }) => updateMs)),
    outsideShare: median(measured.map(({ stepMs, busyMs }) => 1 - busyMs / stepMs)),
    dispatches: counters.dispatches - before.dispatches,
    submissions: watch.submissions() - submissions,
    readbacks: counters.readbacks - before.readbacks,
    bytes: counters.bytes,
    steps: measured.map(({ stepMs, busyMs }) => ({ stepMs, busyMs })),
  };
  destroy();
  return result;
}
