/**
 * What keeping states costs a run: two equal runs take turns with ten steps each, and one keeps its state once in every
 * ten steps as the page does: copied on the GPU, read back, hashed and written beside the steps. Under Node a file on
 * the disk takes the place of the browser's file system. A block's time ends when its state is written. Prints
 * what a state adds, per size:
 *
 *     node scripts/with-gpu.mjs node --import tsx --import ./scripts/register-wgsl.mjs bench/states-cost.ts 6 0.1M
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCheckpoint } from '../src/cli/files.ts';
import { openNodeGpu } from '../src/cli/node-gpu.ts';
import { parseRunConfig, type RunConfigInput } from '../src/run/config.ts';
import { planRun } from '../src/session/memory-fitting.ts';
import { resolveRun } from '../src/session/resolved-run.ts';
import { RunSession } from '../src/session/session.ts';
import { planWithStates, StateCapture } from '../src/session/state-capture.ts';
import { policyView } from '../src/worker/checkpoint-view.ts';
import { StateRecorder } from '../src/worker/state-recorder.ts';
import { StateStore } from '../src/worker/state-store.ts';
import { median } from './median.ts';
import { nodeFolder } from './node-folder.ts';

/** Steps of a block, and between two states. */
const EVERY = 10;
const COUNTED = EVERY - 1;

const blocks = Number(process.argv[2] ?? 6);
const demo = JSON.parse(await readFile('configs/gppo-four-updates.json', 'utf8')) as RunConfigInput;
/** All with the batches of the recipe. */
const SIZES: Record<string, Partial<RunConfigInput>> = {
  '0.1M': {},
  '5M': {
    model: {
      architecture: {
        hidden_size: 256,
        layers: 6,
        heads: 8,
        key_value_heads: 4,
        intermediate_size: 704,
        tied_head: true,
      },
    },
  },
};

const { gpu, tuner } = await openNodeGpu();
const folder = mkdtempSync(join(tmpdir(), 'gppo-states-'));
const { description, vendor } = gpu.adapter;
console.log(`${description || vendor}, a state every ${EVERY} steps, ${blocks} blocks of ${EVERY} steps each`);
try {
  for (const [size, change] of Object.entries(SIZES))
    if ((process.argv[3] ?? size) === size) await measure(size, change);
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(0);

async function measure(size: string, change: Partial<RunConfigInput>): Promise<void> {
  const input = { ...demo, ...change, sft: undefined, evaluation: undefined };
  const steps = (blocks + 1) * EVERY;
  const config = parseRunConfig({ ...input, rl: { ...input.rl, steps } }, 'bench');
  const checkpoint = 'checkpoint' in config.model ? await loadCheckpoint(config.model.checkpoint) : undefined;
  const planned = await planRun(gpu, await resolveRun(config, checkpoint));
  const memory = planWithStates(gpu.device, planned.memory);
  const [plain, keeping] = [await RunSession.open(gpu, tuner, planned), await RunSession.open(gpu, tuner, planned)];
  const store = new StateStore(() => Promise.resolve(nodeFolder(folder)));
  const recorder = new StateRecorder({
    about: { run: size, name: size, started: 0, config, model: policyView(keeping) },
    store,
    capture: await StateCapture.create(keeping.model.gpu, memory),
    every: EVERY,
    stages: () => [],
    changed: () => undefined,
  });
  const next = async (session: RunSession, into: StateRecorder | undefined): Promise<void> => {
    const step = await session.next();
    if (!step) throw new Error('the run is too short');
    into?.after(session, step);
  };
  /**
   * Milliseconds of nine steps after one that is not counted: a step begins the next rollout ahead, so the first of a
   * block has a part of its work behind it, and waits for what the other run has begun. A state is copied after the
   * first counted step, and written beside the others.
   */
  const block = async (session: RunSession, into?: StateRecorder): Promise<number> => {
    await next(session, into);
    const before = performance.now();
    for (let i = 0; i < COUNTED; i++) await next(session, into);
    await into?.settled();
    await gpu.device.queue.onSubmittedWorkDone();
    return performance.now() - before;
  };
  for (let i = 0; i < EVERY - 2; i++) {
    await next(plain, undefined);
    await next(keeping, recorder);
  }
  const times: { plain: number[]; keeping: number[] } = { plain: [], keeping: [] };
  for (let i = 0; i < blocks; i++)
    for (const which of i % 2 === 0 ? (['plain', 'keeping'] as const) : (['keeping', 'plain'] as const))
      times[which].push(which === 'plain' ? await block(plain) : await block(keeping, recorder));
  const run = await store.find(size);
  const bytes = run?.states.at(-1)?.bytes ?? 0;
  // What one state adds to ten steps.
  const percent = times.keeping.map((ms, i) => {
    const without = times.plain[i] ?? NaN;
    return (100 * (ms - without)) / ((without * EVERY) / COUNTED);
  });
  const count = planned.memory.state.bytes / 4;
  console.log(
    `${size} (${(count / 1e6).toFixed(2)}M trained parameters, ${(bytes / 1e6).toFixed(1)} MB per state, ` +
      `${run?.states.at(-1)?.step ?? 0} steps): step ${(median(times.plain) / COUNTED).toFixed(0)} ms without; ` +
      `a state adds ${median(percent).toFixed(1)} % to ${EVERY} steps ` +
      `(median of ${percent.map((one) => one.toFixed(1)).join(', ')})`,
  );
  recorder.destroy();
  plain.destroy();
  keeping.destroy();
}
