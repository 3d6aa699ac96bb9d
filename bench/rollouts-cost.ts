/**
 * What keeping rollouts costs a run: steps per second of two equal runs, of which one keeps its rollouts as the page
 * does (read back, packed, written to IndexedDB). Their steps take turns, so that both meet the same machine. Prints
 * both figures and their ratio:
 *
 *     node scripts/with-gpu.mjs node --import tsx --import ./scripts/register-wgsl.mjs bench/rollouts-cost.ts [steps]
 */
import 'fake-indexeddb/auto';
import { readFile } from 'node:fs/promises';
import { loadCheckpoint } from '../src/cli/files.ts';
import { openNodeGpu } from '../src/cli/node-gpu.ts';
import { parseRunConfig } from '../src/run/config.ts';
import { RunSession } from '../src/session/session.ts';
import { RolloutRecorder } from '../src/worker/rollout-recorder.ts';
import { RolloutStore } from '../src/worker/rollout-store.ts';
import { RECORDED_TOKENS } from '../src/rollouts/token-views.ts';
import { median } from './median.ts';

const BOUND = 32e6;
const WARM_UP = 3;

const steps = Number(process.argv[2] ?? 30);
const input = JSON.parse(await readFile('configs/gppo-four-updates.json', 'utf8')) as { rl: object };
const config = parseRunConfig(
  { ...input, rl: { ...input.rl, steps: steps + WARM_UP }, sft: undefined, evaluation: undefined },
  'bench',
);
const { gpu, tuner } = await openNodeGpu();
const checkpoint = 'checkpoint' in config.model ? await loadCheckpoint(config.model.checkpoint) : undefined;
const open = () => RunSession.create({ gpu, tuner, config, checkpoint });
const [plain, keeping] = [await open(), await open()];
const store = new RolloutStore();
const recorder = new RolloutRecorder({ run: 'bench', name: 'bench', started: 0 }, BOUND, store);

const stepMs = async (session: RunSession, recorded?: RolloutRecorder): Promise<number> => {
  const before = performance.now();
  const recordTokens = recorded?.recordTokens(session.step + 1, RECORDED_TOKENS) ?? RECORDED_TOKENS;
  const step = await session.next({ recordTokens });
  if (!step?.rl) throw new Error('expected a step of RL');
  await recorded?.add(step.rl, session.tokenizer);
  return performance.now() - before;
};
const times: Record<'plain' | 'keeping', number[]> = { plain: [], keeping: [] };
for (let step = 0; step < steps + WARM_UP; step++) {
  // Whichever is first meets a colder cache: they take turns at that, too.
  const order = step % 2 === 0 ? (['plain', 'keeping'] as const) : (['keeping', 'plain'] as const);
  for (const which of order) {
    const ms = which === 'plain' ? await stepMs(plain) : await stepMs(keeping, recorder);
    if (step >= WARM_UP) times[which].push(ms);
  }
}
await recorder.settled();
const { facts } = recorder;
const rate = (which: 'plain' | 'keeping') => 1000 / median(times[which]);
const { description, vendor } = gpu.adapter;
console.log(`${description || vendor}, ${config.rl?.prompts} prompts x ${config.rl?.responses} responses`);
console.log(`kept: ${facts.steps} steps, ${(facts.bytes / 1e6).toFixed(2)} MB`);
console.log(`steps per second without kept rollouts: ${rate('plain').toFixed(2)} (median of ${steps} steps)`);
console.log(`steps per second with kept rollouts:    ${rate('keeping').toFixed(2)}`);
console.log(`ratio: ${(rate('keeping') / rate('plain')).toFixed(3)}`);
const ratios = times.keeping.map((ms, i) => (times.plain[i] ?? NaN) / ms);
console.log(`ratio of neighbouring steps: median ${median(ratios).toFixed(3)}`);
plain.destroy();
keeping.destroy();
await store.close();
process.exit(0);
