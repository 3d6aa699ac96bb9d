/** A run through the worker's API: stopped and resumed, replaced, refused, and lost with its device. */
import { afterEach, describe, expect, it } from 'vitest';
import type { StepRecord } from '../../src/run/step-record.ts';
import { MAX_KEPT_POLICIES, type Frame, type RunStatus } from '../../src/views/run-view.ts';
import type { CheckpointView } from '../../src/views/models.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';
import { Studio } from '../../src/worker/studio.ts';
import { losable, SETTLED, testProvider } from '../support/gpu.ts';
import { withoutTime } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';

let studio: Studio;
afterEach(() => studio.stop());

function open(provider: GPU = testProvider()) {
  studio = new Studio(provider, 'http://localhost/models/', SETTLED);
  const events: WorkerEvent[] = [];
  let waiting: { holds: (frame: Frame) => boolean; resolve: (frame: Frame) => void }[] = [];
  void studio.subscribe((event) => {
    events.push(event);
    if (event.type !== 'frame') return;
    const { frame } = event;
    waiting = waiting.filter(({ holds, resolve }) => !holds(frame) || void resolve(frame));
  });
  const until = (holds: (frame: Frame) => boolean) => new Promise<Frame>((resolve) => waiting.push({ holds, resolve }));
  return {
    events,
    until,
    ended: (state: RunStatus) => until((frame) => frame.state === state),
    recordsOf: (run: string): StepRecord[] =>
      events.flatMap((event) => (event.type === 'run-records' && event.run === run ? event.records : [])),
    lifeOf: (run: string) =>
      events.flatMap((event) =>
        event.type === 'run-resumed' || event.type === 'run-end'
          ? event.run === run
            ? [event.type === 'run-end' ? event.state : 'resumed']
            : []
          : [],
      ),
    kept: (): CheckpointView[] => events.flatMap((event) => (event.type === 'policy-kept' ? [event.model] : [])),
  };
}

/** Without SFT and evaluation: fewer kernels. */
const quick = (steps: number) => tinyRun({ sft: undefined, evaluation: undefined }, { steps });

describe('a run that is stopped', () => {
  it('is resumed where it was, several times, with the records of a run that was never stopped', async () => {
    const { until, ended, recordsOf, lifeOf, events } = open();
    const config = tinyRun({ evaluation: { every: 4, problems: 8 } }, { steps: 12 });
    const finished = ended('finished');
    await studio.start(config, { paused: false, run: 'whole' });
    await finished;
    const begun = until(({ run }) => run === 'stopped');
    await studio.start(config, { paused: false, run: 'stopped' });
    await begun;
    for (;;) {
      await studio.stop();
      const rested = events.findLast((event) => event.type === 'frame')?.frame;
      expect(await studio.heldRun()).toBe('stopped');
      if (rested?.state === 'finished') break;
      expect(rested).toMatchObject({ state: 'stopped', activity: '' });
      const further = until(({ state }) => state === 'running' || state === 'finished');
      await studio.resume({ oneStep: false });
      await further;
    }
    expect(withoutTime(recordsOf('stopped'))).toEqual(withoutTime(recordsOf('whole')));
    const life = lifeOf('stopped');
    const stops = (life.length - 1) / 2;
    expect(stops).toBeGreaterThanOrEqual(1);
    expect(life).toEqual([...Array.from({ length: stops }, () => ['stopped', 'resumed']).flat(), 'finished']);
  });

  it('makes one step and pauses when it is resumed by Step', async () => {
    const { ended, until } = open();
    await studio.start(quick(3), { paused: true });
    await studio.stop();
    const paused = until(({ state, step }) => state === 'paused' && step === 1);
    await studio.resume({ oneStep: true });
    await paused;
    const finished = ended('finished');
    await studio.resume({ oneStep: false });
    await finished;
  });
});

describe('a run that a new one replaces', () => {
  it('stays as it was when the new one is refused or cancelled', async () => {
    const { ended, until } = open();
    const finished = ended('finished');
    await studio.start(quick(1), { paused: false, run: 'first' });
    await finished;
    const prompt = () => studio.generate('1+2=', { temperature: 0, maxTokens: 3, seed: 0 });
    const before = await prompt();
    expect(before.ok).toBe(true);
    expect(await studio.start({ ...quick(1), seed: -1 }, { paused: false, run: 'second' })).toMatchObject({
      ok: false,
    });
    const source = 'fn surrogate(';
    const custom = tinyRun({}, { strategy: { name: 'custom', title: 'Broken', source } });
    expect(await studio.start(custom, { paused: false, run: 'third' })).toMatchObject({ ok: false });
    const cancelled = studio.start(quick(2), { paused: false, run: 'fourth' });
    await studio.stop();
    expect(await cancelled).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    expect(await studio.heldRun()).toBe('first');
    expect(await prompt()).toEqual(before);
    // One that starts replaces it.
    const paused = until(({ run, state }) => run === 'fifth' && state === 'paused');
    await studio.start(quick(1), { paused: true, run: 'fifth' });
    await paused;
    expect(await studio.heldRun()).toBe('fifth');
  });

  it('leaves its policy as a model that responds as the run did; one without a step leaves nothing', async () => {
    const { ended, kept } = open();
    await studio.start(quick(1), { paused: true });
    await studio.start(quick(1), { paused: true });
    expect(kept()).toEqual([]);
    const finished = ended('finished');
    await studio.resume({ oneStep: false });
    await finished;
    const files = await studio.exportCheckpoint('f32');
    await studio.start(quick(2), { paused: true });
    expect(kept()).toMatchObject([
      { id: 'local:tiny, step 1', name: 'tiny, step 1', trained: true, hasTokenizer: true },
    ]);
    // A run that starts from it and makes no step exports the same weights.
    expect(await studio.start(onModel('local:tiny, step 1'), { paused: true })).toMatchObject({ ok: true });
    const again = await studio.exportCheckpoint('f32');
    if (!files.ok || !again.ok) throw new Error('not exported');
    const weights = (list: typeof files.value) => list.find(({ path }) => path === 'model.safetensors')?.data;
    expect(weights(again.value)).toEqual(weights(files.value));
    expect(await studio.openModel('local:tiny, step 1')).toMatchObject({ ok: true });
  });

  it('names its policy after the newest step that trained it, also between SFT and RL', async () => {
    const { ended, until, kept } = open();
    const config = tinyRun({ sft: { steps: 2, batch_size: 4 }, evaluation: undefined }, { steps: 1 });
    const paused = (phase: string, step: number) =>
      until((frame) => frame.state === 'paused' && frame.phase === phase && frame.step === step);
    const before = paused('sft', 0);
    await studio.start(config, { paused: true });
    expect((await before).policyStep).toBeUndefined();
    for (const [phase, step, name] of [
      ['sft', 1, 'SFT step 1'],
      ['rl', 0, 'SFT step 2'],
    ] as const) {
      const next = paused(phase, step);
      await studio.resume({ oneStep: true });
      expect((await next).policyStep).toBe(name);
    }
    const finished = ended('finished');
    await studio.start(config, { paused: false });
    expect((await finished).policyStep).toBe('step 1');
    await studio.start(config, { paused: true });
    expect(kept().map(({ name }) => name)).toEqual(['tiny, SFT step 2', 'tiny, step 1']);
  });

  it('keeps the policies of the last runs only, and none that is discarded', async () => {
    const { ended, kept, events } = open();
    for (let run = 0; run <= MAX_KEPT_POLICIES + 1; run++) {
      const finished = ended('finished');
      await studio.start(quick(1), { paused: false, run: `run ${run}`, discard: run === 1 });
      await finished;
    }
    await studio.start(quick(1), { paused: true });
    const ids = kept().map(({ id }) => id);
    expect(ids).toHaveLength(MAX_KEPT_POLICIES + 1);
    expect(events.flatMap((event) => (event.type === 'policy-kept' ? event.dropped : []))).toEqual([ids[0]]);
    expect(await studio.openModel(ids[0] ?? '')).toMatchObject({ ok: false });
    expect(await studio.openModel(ids[1] ?? '')).toMatchObject({ ok: true });
  });
});

function onModel(checkpoint: string) {
  const { model: _, ...config } = quick(1);
  return { ...config, model: { checkpoint } };
}

describe('a lost device', () => {
  it('ends the run with its records, and the next start opens another device', async () => {
    const { provider, lose } = losable();
    const { until, ended, events, recordsOf, lifeOf } = open(provider);
    const stepped = until(({ step }) => step >= 2);
    await studio.start(quick(500), { paused: false, run: 'lost' });
    await stepped;
    const failed = ended('failed');
    lose();
    await failed;
    expect(events.find(({ type }) => type === 'device-lost')).toMatchObject({
      error: { kind: 'device-lost', message: 'The GPU device was lost (the driver was reset).' },
    });
    expect(lifeOf('lost')).toEqual(['failed']);
    expect(recordsOf('lost').length).toBeGreaterThanOrEqual(2);
    const finished = until(({ run, state }) => run === 'again' && state === 'finished');
    expect(await studio.start(quick(1), { paused: false, run: 'again' })).toMatchObject({ ok: true });
    await finished;
    // The weights were lost with the device: there was no policy to keep.
    expect(events.some(({ type }) => type === 'policy-kept')).toBe(false);
  });
});
