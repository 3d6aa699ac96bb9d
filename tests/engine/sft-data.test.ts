/** SFT on a mixture: the validation loss against float64, and runs that are stopped, saved and resumed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import type { RunConfig } from '../../src/run/config.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { RunSession } from '../../src/session/session.ts';
import { trainedCheckpoint } from '../../src/session/trained-checkpoint.ts';
import { referenceForward } from '../reference/transformer.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { jsonlSources } from '../support/jsonl-sources.ts';
import { recordsOf, recordsWithStops, withoutTime } from '../support/run-records.ts';
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
const sources = jsonlSources(FILES);
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

/** Sums of -log pi over the validation's target tokens by source, in float64. */
async function referenceSums(session: RunSession): Promise<Map<string, { sum: number; count: number }>> {
  const { examples } = session.run;
  if (!examples) throw new Error('a run with SFT has examples');
  const { config, tensors } = await trainedCheckpoint(session);
  const { logprobs } = referenceForward(
    config,
    tensors,
    examples.validation.map(({ tokens }) => tokens),
  );
  const sums = new Map<string, { sum: number; count: number }>();
  for (const [number, { lossMask, source }] of examples.validation.entries()) {
    const of = sums.get(source) ?? { sum: 0, count: 0 };
    for (const [i, logprob] of (logprobs[number] ?? []).entries()) {
      if (lossMask[i + 1] !== 1) continue;
      of.sum -= logprob;
      of.count += 1;
    }
    sums.set(source, of);
  }
  return sums;
}

describe('the validation loss', () => {
  it.each(['completions', 'all'])('is the mean over all target tokens, as in float64: loss on %s', async (lossOn) => {
    const session = await open(mixed({ loss_on: lossOn, epochs: 1 }));
    const records = await recordsOf(session);
    const evaluations = records.filter(({ metrics }) => metrics['eval/loss'] !== undefined);
    expect(evaluations.map(({ step }) => step)).toEqual([0, 2, session.stepsOf('sft')]);
    const [{ sum, count } = { sum: NaN, count: 0 }, ...others] = (await referenceSums(session)).values();
    expect(others).toEqual([]);
    expect(count).toBeGreaterThan(10);
    const last = evaluations.at(-1)?.metrics ?? {};
    expect(last['eval/loss']).toBeCloseTo(sum / count, 5);
    expect(last['eval/perplexity']).toBeCloseTo(Math.exp(sum / count), 4);
    expect(evaluations[0]?.metrics['eval/loss']).toBeGreaterThan(last['eval/loss'] ?? Infinity);
    // One source holds rows out: its loss is that of all.
    expect(Object.keys(last).filter((name) => name.startsWith('eval/'))).toHaveLength(3);
    session.destroy();
  });

  it('is reported for each source that holds rows out, also where two read the same file', async () => {
    const source = (path: string, share: number) => ({ data: { path }, columns: COLUMNS, held_out: { share } });
    const sources = [
      source('short.jsonl', 0.3),
      source('long.jsonl', 0.4),
      source('short.jsonl', 0.3),
      { task: true, amount: 5 },
    ];
    const session = await open(mixed({ epochs: 1, sources, validation: { every: 100 } }));
    const last =
      (await recordsOf(session)).findLast(({ metrics }) => metrics['eval/loss'] !== undefined)?.metrics ?? {};
    const reference = await referenceSums(session);
    expect([...reference.keys()].sort()).toEqual([
      'long.jsonl',
      'short.jsonl (source 1)',
      'short.jsonl (source 3)',
      'task addition',
    ]);
    for (const [name, { sum, count }] of reference) expect(last[`eval/${name}/loss`], name).toBeCloseTo(sum / count, 5);
    const all = [...reference.values()].reduce((a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }));
    expect(last['eval/loss']).toBeCloseTo(all.sum / all.count, 5);
    session.destroy();
  });
});

describe('a run on a mixture', () => {
  it('has the same records after every stop: saved and resumed, or interrupted in its validation', async () => {
    const before = gpu.counters.bytes;
    const whole = await open(mixed());
    const expected = withoutTime(await recordsOf(whole));
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
      records.push(...(await recordsOf(second)));
      second.destroy();
      expect(withoutTime(records), `stopped after step ${stop}`).toEqual(expected);
    }
    const interrupted = await open(mixed());
    let aborts = false;
    const { records, stops } = await recordsWithStops(interrupted, (abort) => {
      aborts = !aborts;
      const stop = aborts ? abort : () => undefined;
      return { onActivity: (activity) => activity === 'measuring the validation loss' && stop() };
    });
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

describe('a run on traces of teachers', () => {
  const taught = (): RunConfig => {
    const { model } = tinyRun();
    const architecture = { ...('architecture' in model && model.architecture), max_positions: 64 };
    return tinyRun({
      model: { architecture } as RunConfig['model'],
      task: { name: 'arithmetic' },
      sft: {
        epochs: 1,
        batch_size: 7,
        sources: [
          { teacher: { style: 'check', correct: 0.6, consistency: 0.5, verbosity: 0.5 }, amount: 16 },
          { teacher: { style: 'answer' }, bands: ['1 digit'], amount: 12, filter: [{ correct: true }] },
        ],
        validation: { every: 2 },
      },
      rl: undefined,
      evaluation: { every: 3, problems: 4 },
    });
  };

  it('has the same records when it is saved and resumed, in the memory that was planned', async () => {
    const before = gpu.counters.bytes;
    const whole = await open(taught());
    const planned = whole.memoryPlan.phases.find(({ phase }) => phase === 'sft')?.total ?? 0;
    expect(gpu.counters.bytes - before).toBe(planned);
    const expected = withoutTime(await recordsOf(whole));
    const { metrics = {} } = expected.at(-1) ?? {};
    expect(Object.keys(metrics)).toEqual(
      expect.arrayContaining(['eval/teacher check/loss', 'eval/teacher answer/loss']),
    );
    whole.destroy();
    const first = await open(taught());
    const records: StepRecord[] = [];
    while (first.step < 2) records.push(...((await first.next())?.records ?? []));
    const state = await first.save();
    first.destroy();
    const second = await open(taught(), state);
    records.push(...(await recordsOf(second)));
    second.destroy();
    expect(withoutTime(records)).toEqual(expected);
  });

  it('can answer as long as its longest trace', async () => {
    const session = await open(taught());
    const { task, sftData } = session.run;
    const longest = sftData?.longestTrace ?? 0;
    expect(longest).toBeGreaterThan(20);
    expect(task.lengths.response).toBe(longest);
    session.destroy();
  });
});
