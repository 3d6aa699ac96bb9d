/** What runs report and what is declared of it are the same: no metric without a declaration, and none in vain. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { METRICS, TIMES } from '../../src/run/metrics/declaration.ts';
import { declaredName, metricOf } from '../../src/run/metrics/lookup.ts';
import { unitOf } from '../../src/run/metrics/units.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { RunSession } from '../../src/session/session.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let records: StepRecord[];

/** Everything on that adds a metric, and enough SFT that some responses are correct: advantages of 0 have no split. */
const CONFIG = tinyRun(
  { sft: { steps: 20, batch_size: 16, learning_rate: 5e-3 } },
  { prompts: 16, responses: 8, kl_coefficient: 0.05, positive_lm: 0.1, correction_cap: 2, split_every: 2 },
);

beforeAll(async () => {
  gpu = await testGpu();
  records = [];
  const session = await RunSession.create({ gpu, tuner: testTuner(gpu), config: CONFIG, checkpoint: undefined });
  for (let step = await session.next(); step; step = await session.next()) records.push(...step.records);
  session.destroy();
});
afterAll(() => gpu.destroy());

it('declares every metric of a record, for its phase and with values in its range', () => {
  for (const { phase, metrics, time } of records)
    for (const [name, value] of Object.entries({ ...metrics, ...time })) {
      const metric = metricOf(name);
      expect(metric?.phases, name).toContain(phase);
      const [lowest, highest] = metric ? unitOf(metric.unit).range : [NaN, NaN];
      // Cosines are quotients of rounded sums.
      expect(value, name).toBeGreaterThanOrEqual(lowest - 1e-4);
      expect(value, name).toBeLessThanOrEqual(highest + 1e-4);
    }
});

it('declares no metric that no run reports, and no phase in which it is not reported', () => {
  const reported = new Set(
    records.flatMap(({ phase, metrics, time }) =>
      Object.keys({ ...metrics, ...time }).map((name) => `${phase} ${declaredName(name)}`),
    ),
  );
  const declared = Object.entries({ ...METRICS, ...TIMES }).flatMap(([name, { phases }]) =>
    phases.map((phase) => `${phase} ${name}`),
  );
  expect(declared.filter((one) => !reported.has(one))).toEqual([]);
});
