/** SFT on a mixture: the validation loss against float64, and runs that are stopped, saved and resumed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobFile } from '../../src/data/data-file.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import type { RunConfig } from '../../src/run/config.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { runSources } from '../../src/session/resolved-run.ts';
import { RunSession } from '../../src/session/session.ts';
import { trainedCheckpoint } from '../../src/session/trained-checkpoint.ts';
import { referenceForward } from '../reference/transformer.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const FILES: Record<string, object[]> = {
  'short.jsonl': Array.from({ length: 14 }, (_, i) => ({ q: `${i}+1=`, a: String(i + 1), good: i % 4 !== 0 })),
  'long.jsonl': Array.from({ length: 11 }, (_, i) => ({ q: `${i}+2=`, a: `${'1'.repeat(i)}=${i + 2}` })),
};
const sources = runSources({
  data: ({ path }) =>
    Promise.resolve(blobFile(new Blob([(FILES[path] ?? []).map((row) => JSON.stringify(row)).join('\n')]), path)),
});
const COLUMNS = { prompt: 'q', completion: 'a' };

function mixed(change: object = {}): RunConfig {
  return tinyRun({
    sft: {
      epochs: 2,
      batch_size: 7,
      learning_rate: 5e-3,
      loss_on: 'all',
      truncation: 'left',
      sources: [
        { data: { path: 'short.jsonl' }, columns: COLUMNS, weight: 2, filter: [{ column: 'good', equals: true }] },
        { data: { path: 'long.jsonl' }, columns: COLUMNS, weight: 1, held_out: { share: 0.4 } },
      ],
      validation: { every: 2 },
      ...change,
    },
    rl: undefined,
    evaluation: { every: 3, problems: 4 },
  });
}

const open = (config: RunConfig, state?: Awaited<ReturnType<RunSession['save']>>) =>
  RunSession.create({ gpu, tuner, config, checkpoint: undefined, sources }, state);
const withoutTime = (records: readonly StepRecord[]) =>
  records.map(({ step, phase, metrics }) => ({ step, phase, metrics }));

async function rest(session: RunSession): Promise<StepRecord[]> {
  const records: StepRecord[] = [];
  for (let step = await session.next(); step; step = await session.next()) records.push(...step.records);
  return records;
}

describe('the validation loss', () => {
  it.each(['completions', 'all'])('is the mean over all target tokens, as in float64: loss on %s', async (lossOn) => {
    const session = await open(mixed({ loss_on: lossOn, epochs: 1 }));
    const records = await rest(session);
    const evaluations = records.filter(({ metrics }) => metrics['eval/loss'] !== undefined);
    expect(evaluations.map(({ step }) => step)).toEqual([0, 2, session.stepsOf('sft')]);
    const { examples } = session.run;
    if (!examples) throw new Error('a run with SFT has examples');
    const { config, tensors } = await trainedCheckpoint(session);
    const { logprobs } = referenceForward(
      config,
      tensors,
      examples.validation.map(({ tokens }) => tokens),
    );
    let [sum, count] = [0, 0];
    for (const [number, { lossMask }] of examples.validation.entries())
      for (const [i, logprob] of (logprobs[number] ?? []).entries()) {
        if (lossMask[i + 1] !== 1) continue;
        sum -= logprob;
        count += 1;
      }
    expect(count).toBeGreaterThan(10);
    const last = evaluations.at(-1)?.metrics ?? {};
    expect(last['eval/loss']).toBeCloseTo(sum / count, 5);
    expect(last['eval/perplexity']).toBeCloseTo(Math.exp(sum / count), 4);
    expect(evaluations[0]?.metrics['eval/loss']).toBeGreaterThan(last['eval/loss'] ?? Infinity);
    session.destroy();
  });
});

describe('a run on a mixture', () => {
  it('has the same records after every stop: saved and resumed, or interrupted in its validation', async () => {
    const before = gpu.counters.bytes;
    const whole = await open(mixed());
    const expected = withoutTime(await rest(whole));
    const { steps = 0 } = whole.run.examples ?? {};
    expect(steps).toBe(Math.ceil((2 * (whole.run.examples?.view?.epochSize ?? 0)) / 7));
    expect(expected.at(-1)?.metrics['eval/loss']).toBeDefined();
    expect(expected.filter(({ phase }) => phase === 'sft').at(-1)?.metrics['train/epoch']).toBe(2);
    whole.destroy();
    for (let stop = 1; stop < steps; stop++) {
      const first = await open(mixed());
      const records: StepRecord[] = [];
      while (first.step < stop) records.push(...((await first.next())?.records ?? []));
      const state = await first.save();
      first.destroy();
      const second = await open(mixed(), state);
      records.push(...(await rest(second)));
      second.destroy();
      expect(withoutTime(records), `stopped after step ${stop}`).toEqual(expected);
    }
    const reason = new Error('stopped');
    const interrupted = await open(mixed());
    const records: StepRecord[] = [];
    let stops = 0;
    for (let aborts = true; ; aborts = !aborts) {
      const abort = new AbortController();
      const step = await interrupted
        .next({
          signal: abort.signal,
          onActivity: (activity) => {
            if (aborts && activity === 'measuring the validation loss') abort.abort(reason);
          },
        })
        .catch((error: unknown) => {
          expect(error).toBe(reason);
          return 'stopped' as const;
        });
      if (abort.signal.aborted) stops += 1;
      if (step === 'stopped') continue;
      if (!step) break;
      records.push(...step.records);
    }
    interrupted.destroy();
    expect(stops).toBeGreaterThanOrEqual(2);
    expect(withoutTime(records)).toEqual(expected);
    expect(gpu.counters.bytes).toBe(before);
  });

  it('is cut into passes with the same validation loss, and takes the memory that was planned', async () => {
    const losses = async (config: RunConfig) => {
      const before = gpu.counters.bytes;
      const session = await open(config);
      const planned = session.memoryPlan.phases.find(({ phase }) => phase === 'sft')?.total ?? 0;
      expect(gpu.counters.bytes - before).toBe(planned);
      const first = await session.next();
      session.destroy();
      return first?.records[0]?.metrics['eval/loss'];
    };
    const whole = await losses(mixed());
    expect(whole).toBeDefined();
    expect(await losses({ ...mixed(), memory: { recompute: true, micro_batch: 2 } })).toBe(whole);
  });
});
