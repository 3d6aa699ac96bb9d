/** Every metric that runs report is declared, and every declared metric is reported by some run. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { METRICS, TIMES } from '../../src/run/metrics/declaration.ts';
import { declaredName, metricOf } from '../../src/run/metrics/lookup.ts';
import { unitOf } from '../../src/run/metrics/units.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { RunSession } from '../../src/session/session.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { jsonlSources } from '../support/jsonl-sources.ts';
import { recordsOf } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let records: StepRecord[];

/** Of the gradient's norm: the first is above some of the run's norms and below others, the second below all. */
const [SFT_CLIP, RL_CLIP] = [1.7, 1e-6];

/** All options that add metrics, and enough SFT that some responses are correct: advantages of 0 have no split. */
const CONFIG = tinyRun(
  {
    // Named rewards add their own metrics, sources their epoch, validation its losses, of each source too.
    task: { name: 'addition', digits: 1, rewards: [{ name: 'exact' }] },
    sft: {
      steps: 20,
      batch_size: 16,
      learning_rate: 5e-3,
      gradient_clip: SFT_CLIP,
      sources: [
        { task: true, amount: 90 },
        { data: { path: 'sums.jsonl' }, columns: { prompt: 'q', completion: 'a' }, held_out: { share: 0.4 } },
      ],
      validation: { every: 10 },
    },
    evaluation: { every: 2, problems: 8, samples: 2 },
  },
  {
    prompts: 16,
    responses: 8,
    gradient_clip: RL_CLIP,
    kl_coefficient: 0.05,
    positive_lm: 0.1,
    correction_cap: 2,
    split_every: 2,
    filter_groups: true,
    max_num_gen_batches: 2,
    overlong_filter: true,
  },
);

beforeAll(async () => {
  gpu = await testGpu();
  const sources = jsonlSources({
    'sums.jsonl': Array.from({ length: 10 }, (_, i) => ({ q: `${i}+9=`, a: String(i + 9) })),
  });
  const session = await RunSession.create({
    gpu,
    tuner: testTuner(gpu),
    config: CONFIG,
    checkpoint: undefined,
    sources,
  });
  records = await recordsOf(session);
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

it('counts the updates whose gradient was clipped', () => {
  const of = (phase: 'sft' | 'rl', name: string) =>
    records.flatMap((record) => (record.phase === phase ? (record.metrics[name] ?? NaN) : []));
  const sft = of('sft', 'train/grad_norm');
  expect(of('sft', 'train/grad_clipped_fraction')).toEqual(sft.map((norm) => (norm > SFT_CLIP ? 1 : 0)));
  expect(new Set(sft.map((norm) => norm > SFT_CLIP)).size).toBe(2);
  // Every norm of a step is above the clip, and therefore their mean too.
  expect(of('rl', 'actor/grad_clipped_fraction')).toEqual(of('rl', 'actor/grad_norm').map(() => 1));
  for (const norm of of('rl', 'actor/grad_norm')) expect(norm).toBeGreaterThan(RL_CLIP);
});

it('declares only metrics that some run reports, each only for the phases that report it', () => {
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
