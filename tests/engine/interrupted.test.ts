/** A run that is stopped at any moment and resumed has the records of a run that was never stopped. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StudioError } from '../../src/errors.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { RunSession } from '../../src/session/session.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { recordsWithStops, withoutTime } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';

/** Everything that a step can contain: KL to the start, an entropy bonus, positive LM, splits, several updates. */
const config = tinyRun({}, { kl_coefficient: 0.05, entropy_coefficient: 0.01, positive_lm: 0.1, split_every: 3 });
const reason = new StudioError('cancelled', 'stopped');

/** Work that was interrupted is repeated. */
const everySecond = (n: number): boolean => n % 2 === 0;

let gpu: Gpu;
let tuner: Tuner;
let expected: ReturnType<typeof withoutTime>;

/** Runs to the end; `stopAt` may stop it at every sign of progress. */
async function stopping(stopAt: (sign: string, abort: () => void) => void) {
  let stop = (): void => undefined;
  let opened = false;
  const sign = (text: string) => opened && stopAt(text, stop);
  const session = await RunSession.create({
    gpu,
    tuner,
    config,
    checkpoint: undefined,
    freeze: true,
    onCompile: () => sign('compiling'),
  });
  opened = true;
  const { records, stops } = await recordsWithStops(session, (abort) => {
    stop = abort;
    return { freeze: true, onActivity: sign, onUpdating: (is) => sign(is ? 'begun' : 'ended') };
  });
  session.destroy();
  return { records: withoutTime(records), stops };
}

beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
  const whole = await stopping(() => undefined);
  expected = whole.records;
  expect(expected).toHaveLength(12);
});
afterAll(() => gpu.destroy());

describe('a run stopped and resumed', () => {
  it.each([
    ['as a rollout begins', 'rollout', 4],
    ['before the first update', 'computing old log-probs', 4],
    ['in the middle of the updates', 'update 3 of 4', 4],
    ['as a step’s gradient is split', 'splitting the gradient by zone', 5],
    ['in an evaluation', 'evaluating held-out accuracy', 5],
    ['as the RL stage is opened after SFT', 'compiling', 1, (n: number): boolean => n === 20],
    ['as soon as a step has updated the weights', 'begun', 7],
    ['as a step ends', 'ended', 7],
  ])('%s', async (_, where, times, when = everySecond) => {
    const before = gpu.counters.bytes;
    let seen = 0;
    const { records, stops } = await stopping((sign, abort) => {
      if (sign === where && when(seen++)) abort();
    });
    expect(records).toEqual(expected);
    expect(stops).toBeGreaterThanOrEqual(Math.ceil(times / 2));
    expect(gpu.counters.bytes).toBe(before);
  });

  it('while the GPU works on a rollout', async () => {
    let seen = 0;
    const { records, stops } = await stopping((sign, abort) => {
      if (sign === 'rollout' && seen++ % 2 === 0) setTimeout(abort);
    });
    expect(records).toEqual(expected);
    expect(stops).toBeGreaterThanOrEqual(1);
  });

  it('a step that has updated the weights is finished, and a rollout is discarded', async () => {
    const session = await RunSession.create({ gpu, tuner, config, checkpoint: undefined });
    const stoppedAt = async (where: string) => {
      const abort = new AbortController();
      return session.next({ signal: abort.signal, onActivity: (sign) => sign === where && abort.abort(reason) });
    };
    while (session.phase !== 'rl') await session.next();
    await expect(stoppedAt('rollout')).rejects.toBe(reason);
    expect([session.step, session.stepsMade]).toEqual([0, 3]);
    expect((await stoppedAt('update 2 of 4'))?.records.map(({ phase, step }) => [phase, step])).toEqual([['rl', 1]]);
    expect([session.step, session.stepsMade]).toEqual([1, 4]);
    session.destroy();
  });
});
