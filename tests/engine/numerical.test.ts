/**
 * Numbers that are not finite or too large, in real runs: the update is not made, those after it neither, the weights
 * are those of a good step, and the error says where and why.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { readFloats } from '../../src/gpu/readback.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { NumericalFault } from '../../src/objective/numerical-fault.ts';
import type { RlTrainer } from '../../src/rl/trainer.ts';
import { RunSession } from '../../src/session/session.ts';
import type { TrainingSnapshot } from '../../src/session/training-snapshot.ts';
import type { RunConfig } from '../../src/run/config.ts';
import { decodeState } from '../../src/session/state-file.ts';
import { cliHere } from '../support/cli.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { recordsOf, withoutTime } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const open = (config: RunConfig, state?: TrainingSnapshot) =>
  RunSession.create({ gpu, tuner, config, checkpoint: undefined }, state);

/** A budget in which copies of the weights have no room. */
const WITHOUT_COPIES = { budget_mb: 1, recompute: false };

const rlTrainerOf = (session: RunSession) => (session as unknown as { stages: { trainer: RlTrainer } }).stages.trainer;

const custom = (source: string) => ({ strategy: { name: 'custom', title: 'Mine', source, parameters: {} } });

/** By stage and completed steps. */
type Snapshots = Map<string, TrainingSnapshot>;

/** Runs until it fails. @returns the error, and the states that were saved before each step */
async function untilFailed(
  session: RunSession,
  onActivity: (activity: string) => void = () => undefined,
): Promise<{ error: NumericalFault; saved: Snapshots }> {
  const saved: Snapshots = new Map();
  for (;;) {
    const state = await session.save();
    if (state) saved.set(`${state.phase} ${state.step}`, state);
    try {
      if (!(await session.next({ onActivity }))) throw new Error('the run has not failed');
    } catch (error) {
      if (error instanceof NumericalFault) return { error, saved };
      throw error;
    }
  }
}

describe('a learning rate that destroys the model', () => {
  it.each([
    [
      'in SFT',
      tinyRun({
        rl: undefined,
        evaluation: undefined,
        sft: { steps: 9, batch_size: 8, learning_rate: 1e30, gradient_clip: 1e30, warmup_steps: 0 },
      }),
    ],
    ['in RL', tinyRun({}, { steps: 9, learning_rate: 1e30, gradient_clip: 1e30 })],
  ])('%s ends with the state of the last good step, bit for bit', async (_, config) => {
    const session = await open(config);
    const { error, saved } = await untilFailed(session);
    expect(error.message).toMatch(/^(sft|rl) step \d+(, update \d of 4)?: the /);
    expect(error.advice).toContain('Likely cause: a learning rate of 1e+30. Lower learning_rate (now 1e+30)');
    expect(error.field).toMatch(/^(sft|rl)\.learning_rate$/);
    expect(error.restored).toBe(session.step);
    const state = await session.save();
    expect(state).toEqual(saved.get(`${session.phase} ${session.step}`));
    expect(state?.parameters.every((value) => Math.abs(value) < 100)).toBe(true);
    session.destroy();
  });
});

it('without room for copies a run is not saved with the weights that gave the bad numbers', async () => {
  const sft = { steps: 9, batch_size: 8, learning_rate: 1e30, gradient_clip: 1e30 };
  const session = await open(tinyRun({ rl: undefined, evaluation: undefined, sft, memory: WITHOUT_COPIES }));
  const { error } = await untilFailed(session);
  expect(error.advice).toMatch(/The weights are those after sft step \d, which are not sound; the last saved state/);
  expect([error.restored, session.savable]).toEqual([undefined, false]);
  session.destroy();
});

it('the command line ends with exit status 1 and keeps the state of the last good step', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gppo-numerical-'));
  try {
    const [path, output] = [join(folder, 'run.json'), join(folder, 'run')];
    writeFileSync(path, JSON.stringify(tinyRun({}, { steps: 9, learning_rate: 1e30, gradient_clip: 1e30 })));
    const { status, stderr } = await cliHere('train', path, '--output', output);
    expect(stderr).toMatch(/^rl step \d+, update \d of 4: .* Likely cause: a learning rate of 1e\+30/);
    expect(status).toBe(1);
    const file = join(output, 'state.safetensors');
    const state = decodeState(new Uint8Array(readFileSync(file)), file);
    expect(stderr).toContain(`The weights are those after rl step ${state.step}, the last good step.`);
    expect(state.parameters.every((value) => Math.abs(value) < 100)).toBe(true);
    expect(existsSync(join(output, 'checkpoint'))).toBe(false);
    const again = await cliHere('train', '--resume', output);
    expect(again).toMatchObject({ status: 1, stderr });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('one update with numbers that are not finite', () => {
  const config = (memory?: typeof WITHOUT_COPIES) =>
    tinyRun(
      { evaluation: undefined, ...(memory && { memory }) },
      {
        steps: 3,
        // Also moves the weights where all rewards are equal.
        entropy_coefficient: 0.05,
        ...custom(`fn strategy(token: Token) -> Outcome {
          return outcome(token.ratio + 1e-30 * token.old_logprob, token.ratio, 0u);
        }`),
      },
    );

  /**
   * Runs with the old log-probs replaced by NaN for the second update of the second step; with `others` the later
   * updates get the true ones again.
   */
  async function withOneBadUpdate(session: RunSession, { others = true } = {}) {
    while (session.phase !== 'rl') await session.next();
    let rollouts = 0;
    let before: Promise<Float32Array> | undefined;
    const { old } = rlTrainerOf(session).objective;
    const kept = gpu.buffer('kept log-probs', old.size);
    const copy = (from: GPUBuffer, to: GPUBuffer) => {
      const encoder = gpu.device.createCommandEncoder();
      encoder.copyBufferToBuffer(from, 0, to, 0, from.size);
      gpu.device.queue.submit([encoder.finish()]);
    };
    const outcome = await untilFailed(session, (activity) => {
      if (activity === 'rollout') rollouts += 1;
      if (rollouts !== 2) return;
      if (activity === 'update 2 of 4') {
        before = readFloats(gpu, session.model.trained, session.model.layout.trained.count);
        copy(old, kept);
        gpu.device.queue.writeBuffer(old, 0, new Float32Array(old.size / 4).fill(NaN));
      }
      if (others && activity === 'update 3 of 4') copy(kept, old);
    });
    gpu.release(kept);
    return { ...outcome, before: await before };
  }

  it('stops the step at it, and the weights are those of the step before', async () => {
    const session = await open(config());
    const { error, saved, before } = await withOneBadUpdate(session, { others: false });
    expect(error.message).toMatch(
      /^rl step 2, update 2 of 4: The strategy "Mine" gave no finite number for (\d+) of \1 tokens \(first: token 1 of a response to prompt \d\)\.$/,
    );
    expect(error.advice).toContain('The weights are those after rl step 1, the last good step.');
    expect([error.restored, session.step]).toEqual([1, 1]);
    const state = await session.save();
    expect(state).toEqual(saved.get('rl 1'));
    // The first update of the step had moved them.
    expect(state?.parameters).not.toEqual(before);
    // The run can be resumed from it, as if the step had never been tried.
    const [whole, again] = [await open(config()), await open(config(), state)];
    const records = withoutTime(await recordsOf(whole));
    expect(withoutTime(await recordsOf(again))).toEqual(records.filter(({ phase }) => phase === 'rl').slice(1));
    for (const one of [session, whole, again]) one.destroy();
  });

  it('without room for copies leaves the weights as before this update, and cannot be saved', async () => {
    const session = await open(config(WITHOUT_COPIES));
    expect(session.run.memory.keepGood).toBe(false);
    const { error, before } = await withOneBadUpdate(session);
    expect(error.advice).toContain('The weights are those before this update; the last good step is rl step 1.');
    expect([error.restored, session.savable]).toEqual([undefined, false]);
    // The third and the fourth update had finite gradients again, and were not made.
    const { count } = session.model.layout.trained;
    expect(await readFloats(gpu, session.model.trained, count)).toEqual(before);
    session.destroy();
  });
});

it('a loss beyond its limit stops the run although its gradient is finite', async () => {
  const source = `fn strategy(token: Token) -> Outcome {
    let moved = token.log_ratio != 0.0;
    return outcome(select(token.ratio, 1e12, moved), token.ratio, 0u);
  }`;
  const session = await open(tinyRun({ evaluation: undefined }, { steps: 3, ...custom(source) }));
  const { error, saved } = await untilFailed(session);
  expect(error.message).toMatch(/^rl step 3, update 2 of 4: the surrogate is -?\d\.\de\+\d+, beyond 1e\+9\.$/);
  expect(await session.save()).toEqual(saved.get('rl 2'));
  session.destroy();
});
