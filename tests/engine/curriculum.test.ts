/** A curriculum by measured pass rate in a run: metrics by difficulty, its counts, and a resumed run. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeState, encodeState } from '../../src/session/state-file.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import type { Response } from '../../src/rl/response.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { RunSession } from '../../src/session/session.ts';
import type { TrainingSnapshot } from '../../src/session/training-snapshot.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const SFT_STEPS = 70;
const MEMORY = 0.75;
const CONFIG = tinyRun(
  { sft: { steps: SFT_STEPS, batch_size: 16, learning_rate: 5e-3 }, evaluation: undefined },
  {
    steps: 6,
    filter_groups: true,
    max_num_gen_batches: 3,
    curriculum: 'pass-rate',
    curriculum_floor: 0.2,
    curriculum_memory: MEMORY,
  },
);
const open = (state?: TrainingSnapshot) =>
  RunSession.create({ gpu, tuner, config: CONFIG, checkpoint: undefined }, state);

interface Step {
  record: Omit<StepRecord, 'time'>;
  responses: Response[];
}
async function stepsOf(session: RunSession, calls = Infinity): Promise<Step[]> {
  const steps: Step[] = [];
  for (let call = 0; call < calls; call++) {
    const step = await session.next();
    if (!step) break;
    for (const { time: _, ...record } of step.records)
      if (step.rl) steps.push({ record, responses: step.rl.responses });
  }
  return steps;
}

it('reports accuracy, reward and share of every difficulty band', async () => {
  const session = await open();
  const { bands } = session.task;
  expect(bands.length).toBeGreaterThan(1);
  const steps = await stepsOf(session);
  session.destroy();
  for (const { record, responses } of steps)
    for (const band of bands) {
      const members = responses.filter(({ problem }) => problem.difficulty === band);
      expect(record.metrics[`difficulty/${band}/share`]).toBe(members.length / responses.length);
      const correct = members.filter((response) => response.correct).length;
      const expected = members.length === 0 ? undefined : correct / members.length;
      expect(record.metrics[`difficulty/${band}/accuracy`]).toBe(expected);
      expect(record.metrics[`difficulty/${band}/score`]).toBe(expected);
    }
  expect(new Set(steps.map(({ record }) => record.metrics[`difficulty/${bands[0]}/share`])).size).toBeGreaterThan(1);
});

it('counts the responses of each band, and is resumed bit for bit', async () => {
  const whole = await open();
  const expected = await stepsOf(whole);
  whole.destroy();
  const stopped = await open();
  const before = await stepsOf(stopped, SFT_STEPS + 3);
  const state = await stopped.save();
  if (!state) throw new Error('the run is not complete');
  const counts = stopped.task.bands.map(() => [0, 0] as [correct: number, total: number]);
  for (const { responses } of before)
    for (const [i, band] of stopped.task.bands.entries()) {
      const members = responses.filter(({ problem }) => problem.difficulty === band);
      const [correct, total] = counts[i] ?? [NaN, NaN];
      if (members.length > 0)
        counts[i] = [MEMORY * correct + members.filter((one) => one.correct).length, MEMORY * total + members.length];
    }
  expect(state.prompts?.counts).toEqual(counts.map(([correct, total], i) => [i, correct, total]));
  stopped.destroy();
  const resumed = await open(decodeState(encodeState(state), 'state'));
  const after = await stepsOf(resumed);
  resumed.destroy();
  expect([...before, ...after].map(({ record }) => record)).toEqual(expected.map(({ record }) => record));
});
