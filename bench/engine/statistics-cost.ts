/**
 * Cost of the live views in a GPPO step: histogram and density, counted on the GPU and read back, token records, and
 * the frame for the page; all on or all off.
 *
 * Two trainers start from the same weights and seed, so they do the same work; their steps alternate, and so does their
 * order, so that a drift of the machine's speed affects both.
 */
import demo from '../../configs/gppo-four-updates.json';
import { submit } from '../../src/gpu/kernel.ts';
import type { RlStepResult } from '../../src/rl/trainer.ts';
import { FrameBuilder } from '../../src/worker/frame-builder.ts';
import { RECORDED_TOKENS } from '../../src/rollouts/token-views.ts';
import { median } from '../median.ts';
import type { EngineContext } from './context.ts';
import { demoTrainer, type DemoTrainer } from './demo-step.ts';
import { timed } from './timing.ts';

export interface StatisticsCost {
  /** Wall time of a whole step (rollout, old log-probs, updates, readback), medians, ms. */
  onMs: number;
  offMs: number;
  /** Share of the time with them on: the median over pairs of (on - off) / on. */
  share: number;
  /** Quartiles of that share over pairs. */
  quartiles: [number, number];
  /** The same for CPU time, if the adapter is software and the time is available. */
  processor?: { onMs: number; offMs: number; share: number; quartiles: [number, number] };
  /** The same by parts, each measured alone, ms per step: less noise than the difference of two whole steps. */
  pieces: { countingMs: number; readbackMs: number; frameMs: number; share: number };
  /** Response tokens of the last step. */
  tokens: number;
  pairs: Pair[];
}

interface Pair {
  on: number;
  off: number;
}

const WARMUPS = 2;
const PAIRS = 20;
/** Measurement of the parts: rounds, and dispatches per round. */
const ROUNDS = 15;
const REPEATED = 20;

export async function measureStatisticsCost(context: EngineContext): Promise<StatisticsCost> {
  const on = await demoTrainer(context, demo);
  const off = await demoTrainer(context, demo, {}, { distributions: false });
  const frames = new FrameBuilder();
  const pairs: Pair[] = [];
  const processorPairs: Pair[] = [];
  const frameTimes: number[] = [];
  let tokens = 0;
  for (let step = 1; step <= WARMUPS + PAIRS; step++) {
    if (step % 4 === 0) context.progress(`statistics: pair ${step} of ${WARMUPS + PAIRS}`);
    const withViews = async () => {
      const result = await on.trainer.step(step, { recordTokens: RECORDED_TOKENS });
      tokens = result.tokens;
      const start = performance.now();
      sendFrame(frames, on, step, result);
      frameTimes.push(performance.now() - start);
    };
    const without = async () => void (await off.trainer.step(step));
    const pair = { on: 0, off: 0 };
    const processor = { on: 0, off: 0 };
    const take = async (which: keyof Pair, work: () => Promise<void>) => {
      const before = context.processorTime?.() ?? 0;
      pair[which] = await timed(work);
      processor[which] = (context.processorTime?.() ?? 0) - before;
    };
    if (step % 2 === 0) await take('on', withViews);
    await take('off', without);
    if (step % 2 === 1) await take('on', withViews);
    if (step > WARMUPS) {
      pairs.push(pair);
      processorPairs.push(processor);
    }
  }
  const onMs = median(pairs.map((pair) => pair.on));
  const pieces = {
    countingMs: await countingTime(context, on, off),
    readbackMs: await readbackTime(on, off, tokens),
    frameMs: median(frameTimes),
  };
  on.destroy();
  off.destroy();
  return {
    ...compared(pairs),
    ...(context.processorTime && { processor: compared(processorPairs) }),
    pieces: { ...pieces, share: (pieces.countingMs + pieces.readbackMs + pieces.frameMs) / onMs },
    tokens,
    pairs,
  };
}

/** Medians, and the median and quartiles over pairs of (on - off) / on. */
function compared(pairs: readonly Pair[]): Pick<StatisticsCost, 'onMs' | 'offMs' | 'share' | 'quartiles'> {
  const shares = pairs.map(({ on, off }) => (on - off) / on).sort((a, b) => a - b);
  const quartile = (share: number) => shares[Math.round(share * (shares.length - 1))] ?? NaN;
  return {
    onMs: median(pairs.map(({ on }) => on)),
    offMs: median(pairs.map(({ off }) => off)),
    share: median(shares),
    quartiles: [quartile(0.25), quartile(0.75)],
  };
}

const updatesOf = ({ config }: DemoTrainer) => (config.rl?.minibatches ?? 1) * (config.rl?.epochs ?? 1);

/** Median over rounds of the time of the first minus that of the second. */
async function difference(longer: () => Promise<void>, shorter: () => Promise<void>): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const most = await timed(longer);
    const least = await timed(shorter);
    if (round > 0) rounds.push(most - least);
  }
  return median(rounds);
}

/** Statistics dispatches with and without counting, of all updates of a step. */
async function countingTime({ gpu }: EngineContext, on: DemoTrainer, off: DemoTrainer): Promise<number> {
  const run = (demo: DemoTrainer) => async () => {
    submit(gpu, (pass) => {
      for (let i = 0; i < REPEATED; i++) demo.trainer.objective.statistics.encode(pass);
    });
    await gpu.device.queue.onSubmittedWorkDone();
  };
  return ((await difference(run(on), run(off))) / REPEATED) * updatesOf(on);
}

/** The step's one readback with counts and token records, and with neither. */
async function readbackTime(on: DemoTrainer, off: DemoTrainer, tokens: number): Promise<number> {
  const read = (demo: DemoTrainer, records: number) => async () =>
    void (await demo.trainer.objective.statistics.read(updatesOf(demo), records));
  return difference(read(on, Math.min(tokens, RECORDED_TOKENS)), read(off, 0));
}

/** The worker's work after a step: building the frame and cloning it for the page. */
function sendFrame(frames: FrameBuilder, { config, trainer }: DemoTrainer, step: number, rl: RlStepResult): void {
  frames.add({ records: [rl.record], rl }, trainer.parts.tokenizer);
  structuredClone(frames.frame({ state: 'running', phase: 'rl', step, steps: config.rl?.steps ?? 0, activity: '' }));
}
