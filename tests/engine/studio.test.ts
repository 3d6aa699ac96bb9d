/** The worker's side of the page, called as the page calls it, on Dawn. */
import { afterEach, describe, expect, it } from 'vitest';
import { parseSafetensors } from '../../src/checkpoint/safetensors.ts';
import { MAX_ROLLOUTS_SHOWN, MAX_SCATTER_TOKENS, type Frame } from '../../src/views/run-view.ts';
import { MAX_SERIES_POINTS } from '../../src/run/series.ts';
import type { Precision } from '../../src/model/weights/precision.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';
import { Studio } from '../../src/worker/studio.ts';
import { SETTLED, testProvider } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let studio: Studio;
afterEach(() => studio.stop());

function open(): {
  events: { at: number; event: WorkerEvent }[];
  until: (holds: (frame: Frame) => boolean) => Promise<Frame>;
} {
  studio = new Studio(testProvider(), 'http://localhost/models/', SETTLED);
  const events: { at: number; event: WorkerEvent }[] = [];
  let waiting: { holds: (frame: Frame) => boolean; resolve: (frame: Frame) => void }[] = [];
  void studio.subscribe((event) => {
    events.push({ at: performance.now(), event });
    if (event.type !== 'frame') return;
    const { frame } = event;
    waiting = waiting.filter(({ holds, resolve }) => !holds(frame) || void resolve(frame));
  });
  return { events, until: (holds) => new Promise((resolve) => waiting.push({ holds, resolve })) };
}

describe('worker API of a run', () => {
  it('runs to the end with at most 10 bounded frames per second', async () => {
    const { events, until } = open();
    const finished = until(({ state }) => state === 'finished');
    expect(await studio.start(tinyRun(), { paused: false, run: 'first' })).toEqual({ ok: true, value: undefined });
    const frame = await finished;
    expect(frame).toMatchObject({ phase: 'rl', step: 4, steps: 4 });
    expect(frame.series['sft/train/loss']?.steps).toEqual([1, 2, 3]);
    expect(frame.series['rl/critic/score/mean']?.steps).toEqual([1, 2, 3, 4]);
    expect(frame.series['evaluation/accuracy/greedy']?.steps).toEqual([0, 2, 3, 5, 7]);
    for (const series of Object.values(frame.series))
      expect(series.values.length).toBeLessThanOrEqual(MAX_SERIES_POINTS);
    expect(frame.scatter?.zone.length).toBeLessThanOrEqual(MAX_SCATTER_TOKENS);
    expect(frame.rollouts.length).toBeLessThanOrEqual(MAX_ROLLOUTS_SHOWN);
    // Every response token of the last rollout is in the density once per epoch.
    const counted = (frame.distributions?.density ?? []).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(2 * (frame.scatter?.total ?? 0));
    const share = Object.values(frame.massShare).reduce((sum, series) => sum + (series.values.at(-1) ?? 0), 0);
    if (frame.massShare.inside.values.length > 0) expect(share).toBeCloseTo(1, 5);

    const metrics = await studio.exportMetrics();
    expect(metrics.ok && metrics.value.trimEnd().split('\n').length).toBe(12);
    // The events for the archive are the same records, in order, and then the run's end.
    const kept = events.flatMap(({ event }) =>
      event.type === 'run-records' && event.run === 'first' ? event.records : [],
    );
    expect(metrics.ok && metrics.value).toBe(kept.map((record) => `${JSON.stringify(record)}\n`).join(''));
    expect(events.filter(({ event }) => event.type === 'run-end').map(({ event }) => event)).toEqual([
      { type: 'run-end', run: 'first', state: 'finished' },
    ]);
    // Only frames sent at once because the state changed may come sooner.
    const frames = events.filter(({ event }) => event.type === 'frame');
    const gaps = frames.slice(1).map(({ at }, i) => at - (frames[i]?.at ?? 0));
    expect(gaps.filter((gap) => gap < 95).length).toBeLessThanOrEqual(2);
  });

  it('steps once, resumes, stops, and keeps its records', async () => {
    const { until } = open();
    await studio.start(tinyRun({ sft: undefined }, { steps: 500 }), { paused: true });
    // The evaluation before the first step is not a step of its own: one press makes both.
    let paused = until(({ state, step }) => state === 'paused' && step === 1);
    await studio.resume({ oneStep: true });
    expect((await paused).latestEvaluation?.step).toBe(0);
    expect((await paused).series['rl/actor/entropy']?.steps).toEqual([1]);
    const further = until(({ step }) => step >= 3);
    await studio.resume({ oneStep: false });
    await further;
    const refused = await studio.generate('1+2=', { temperature: 0, maxTokens: 3, seed: 0 });
    expect(refused).toMatchObject({ ok: false, error: { advice: 'Pause it first.' } });
    // Asked to pause during a step, it is paused only after that step; Step then makes exactly the following one.
    paused = until(({ state }) => state === 'paused');
    await studio.pause();
    expect(await studio.generate('1+2=', { temperature: 0, maxTokens: 3, seed: 0 })).toMatchObject({ ok: false });
    const { step } = await paused;
    paused = until((frame) => frame.state === 'paused' && frame.step > step);
    await studio.resume({ oneStep: true });
    expect((await paused).step).toBe(step + 1);
    await studio.stop();
    const result = await studio.generate('1+2=', { temperature: 0, maxTokens: 3, seed: 0 });
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value.tokens.length).toBe(result.value.probabilities.length);
    const bytesIn = async (precision: Precision) => {
      const files = await studio.exportCheckpoint(precision);
      if (!files.ok) throw new Error(files.error.message);
      expect(files.value.map(({ path }) => path)).toEqual(
        expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json']),
      );
      return parseSafetensors(
        files.value.find(({ path }) => path === 'model.safetensors')?.data ?? new Uint8Array(),
        'saved',
      );
    };
    const [full, half] = [await bytesIn('f32'), await bytesIn('bf16')];
    for (const [name, { data, shape }] of full)
      expect(half.get(name)).toMatchObject({ dtype: 'BF16', shape, data: { byteLength: data.byteLength / 2 } });
    expect(await studio.exportAdapter('f32')).toMatchObject({
      ok: false,
      error: { message: 'This run has no adapter: it was not trained with LoRA.' },
    });
    expect((await studio.generate('x', { temperature: 0, maxTokens: 3, seed: 0 })).ok).toBe(false);
  });

  it('resumes after a query only once the queried run is restored', async () => {
    const config = tinyRun({ evaluation: undefined }, { steps: 2 });
    const metrics = async (look: boolean): Promise<unknown[]> => {
      const { until } = open();
      const paused = until(({ state, step }) => state === 'paused' && step === 1);
      await studio.start(config, { paused: true });
      await studio.resume({ oneStep: true });
      await paused;
      const finished = until(({ state }) => state === 'finished');
      const looked = look ? studio.profileStep() : undefined;
      // During the query, nothing else may read its weights.
      if (look)
        expect(await studio.generate('1+2=', { temperature: 0, maxTokens: 3, seed: 0 })).toMatchObject({
          ok: false,
          error: { message: 'Another query is using the paused run.' },
        });
      await studio.resume({ oneStep: false });
      await finished;
      const result = await looked;
      if (result && !result.ok) expect(result.error.kind).toBe('cancelled');
      const text = await studio.exportMetrics();
      return text.ok
        ? text.value
            .trimEnd()
            .split('\n')
            .map((line) => (JSON.parse(line) as { metrics: unknown }).metrics)
        : [];
    };
    const plain = await metrics(false);
    expect(plain).toHaveLength(5);
    expect(await metrics(true)).toEqual(plain);
  });

  it('says how many kernels are compiled while a run is being started', async () => {
    const { events } = open();
    await studio.start(tinyRun(), { paused: true });
    const progress = events.flatMap(({ event }) => (event.type === 'preparing' ? [event.progress] : []));
    expect(progress[0]?.stage).toBe('checking');
    const kernels = progress.flatMap((one) => one.kernels ?? []);
    expect(kernels.length).toBeGreaterThan(0);
    for (const { compiled, requested, label } of kernels) {
      expect(compiled).toBeLessThanOrEqual(requested);
      expect(label).not.toBe('');
    }
    const counts = kernels.map(({ requested }) => requested);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  it('can be stopped while it is preparing', async () => {
    open();
    const started = studio.start(tinyRun(), { paused: false });
    // The start first ends the previous run; the new one is preparing from the next task on.
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    await studio.stop();
    expect(await started).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    expect(await studio.start(tinyRun({ rl: undefined, evaluation: undefined }), { paused: true })).toMatchObject({
      ok: true,
    });
  });

  it('rejects invalid input with an error that names the field', async () => {
    open();
    expect(await studio.exportMetrics()).toMatchObject({ ok: false, error: { kind: 'input' } });
    const config = tinyRun();
    expect(await studio.start({ ...config, seed: -1 }, { paused: false })).toMatchObject({
      ok: false,
      error: { kind: 'input', message: expect.stringContaining('recipe: seed') as string },
    });
    expect(await studio.addCheckpoint([])).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('found no files') as string },
    });
    const broken = { path: 'model/config.json', file: new File(['{'], 'config.json') };
    expect(await studio.addCheckpoint([broken])).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('model.safetensors is missing') as string },
    });
  });

  it('reports a failed run and keeps its frames', async () => {
    const { events, until } = open();
    const failed = until(({ state }) => state === 'failed');
    await studio.start(tinyRun({ sft: undefined }, { steps: 40, learning_rate: 1e30, gradient_clip: 1e30 }), {
      paused: false,
      run: 'broken',
    });
    expect(Object.keys((await failed).series)).toContain('rl/critic/score/mean');
    // Its weights are those of a good step.
    expect(await studio.exportCheckpoint('f32')).toMatchObject({ ok: true });
    const { value } = (await studio.generate('1+1=', { temperature: 1, maxTokens: 2, seed: 1 })) as {
      value: { probabilities: number[] };
    };
    expect(value.probabilities.every((probability) => probability > 0 && probability <= 1)).toBe(true);
    expect(events.find(({ event }) => event.type === 'failed')?.event).toMatchObject({ error: { kind: 'numerical' } });
    expect(events.find(({ event }) => event.type === 'run-end')?.event).toMatchObject({
      run: 'broken',
      state: 'failed',
      error: { kind: 'numerical' },
    });
  });

  it('reports that WebGPU is unavailable', async () => {
    studio = new Studio(undefined, 'http://localhost/models/', SETTLED);
    expect(await studio.open()).toMatchObject({ ok: false, error: { kind: 'unsupported' } });
  });
});
