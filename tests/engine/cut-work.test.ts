/** Work cut into submissions of any length gives the records of work that is not cut, bit for bit. */
import { expect, it } from 'vitest';
import { RunSession } from '../../src/session/session.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { recordsOf, withoutTime } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';

it('a run with all features', async () => {
  const config = {
    ...tinyRun(
      { sft: { steps: 2, batch_size: 16, learning_rate: 5e-3, validation: { every: 1, rows: 8 } } },
      { steps: 2, kl_coefficient: 0.05, entropy_coefficient: 0.01, split_every: 3 },
    ),
  };
  const run = async (cut: 'never' | number) => {
    const gpu = await testGpu({ cut });
    const { queue } = gpu.device;
    let submissions = 0;
    const { submit } = queue;
    queue.submit = (buffers) => {
      submissions += 1;
      return submit.call(queue, buffers);
    };
    try {
      const session = await RunSession.create({ gpu, tuner: testTuner(gpu), config, checkpoint: undefined });
      const records = withoutTime(await recordsOf(session));
      const dispatches = gpu.counters.dispatches;
      session.destroy();
      return { records, submissions, dispatches };
    } finally {
      queue.submit = submit;
    }
  };
  const whole = await run('never');
  for (const cut of [1, 5]) {
    const pieces = await run(cut);
    expect(pieces.records).toEqual(whole.records);
    expect(pieces.dispatches).toBe(whole.dispatches);
    expect(pieces.submissions).toBeGreaterThan(whole.dispatches / cut / 2);
  }
  expect(whole.submissions).toBeLessThan(whole.dispatches / 5);
});
