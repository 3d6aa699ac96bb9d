import { describe, expect, it } from 'vitest';
import { LISTED_MODEL } from '../../tests/support/listed-model.ts';
import { memoryFolder, type Room } from '../../tests/support/memory-folder.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { CapturedState } from '../session/state-capture.ts';
import { stateHeader } from '../session/state-file.ts';
import type { LiveState } from '../session/training-snapshot.ts';
import { StateRecorder } from './state-recorder.ts';
import { StateStore } from './state-store.ts';

/** A run whose state is one number, and a GPU that gives it when `release` is called. */
function run({ every = 2, beside = true, room = { bytes: Infinity } as Room, slow = false } = {}) {
  const store = new StateStore(() => Promise.resolve(root));
  const root = memoryFolder(room);
  const session = { stepsMade: 0, phase: 'rl' as const, stepsOf: () => 100, records: 0 };
  const made: StepRecord[] = [];
  let sound = true;
  let gate = Promise.resolve();
  let release: () => void = () => undefined;
  const taken: number[] = [];
  const live = (): LiveState => ({
    phase: 'rl',
    step: session.stepsMade,
    updates: session.stepsMade,
    records: session.records,
    count: 4,
    buffers: [{ name: 'parameters', buffer: {} as GPUBuffer }],
  });
  const recorder = new StateRecorder({
    about: { run: 'one', name: 'tiny', started: 1, config: {}, model: LISTED_MODEL },
    store,
    every,
    stages: () => [],
    changed: () => undefined,
    capture: {
      beside,
      destroy: () => undefined,
      take: (state): CapturedState => {
        taken.push(state.step);
        if (slow) gate = new Promise((resolve) => (release = resolve));
        const number = state.step;
        return {
          state,
          bytes: 16,
          pieces: async function* (about) {
            yield stateHeader(state, about);
            await gate;
            yield new Uint8Array(new Float32Array(4).fill(number).buffer);
          },
        };
      },
    },
  });
  const watched = {
    ...session,
    get stepsMade() {
      return session.stepsMade;
    },
    get liveState() {
      return sound ? live() : undefined;
    },
  };
  return {
    store,
    recorder,
    session: watched,
    taken,
    release: () => release(),
    step: (accuracy?: number) => {
      session.stepsMade += 1;
      const record = (phase: StepRecord['phase'], metrics: StepRecord['metrics'] = {}): StepRecord => ({
        step: session.stepsMade,
        phase,
        metrics,
        time: { step_ms: 1, tokens_per_second: 1 },
      });
      const records = [
        record('rl'),
        ...(accuracy === undefined ? [] : [record('evaluation', { 'accuracy/greedy': accuracy })]),
      ];
      session.records += records.length;
      made.push(...records);
      recorder.after(watched, { records });
    },
    /** The run goes back to a step, or to none. */
    fail: (step: number | undefined) => {
      sound = step !== undefined;
      session.stepsMade = step ?? session.stepsMade;
      session.records = made.filter((one) => one.step <= session.stepsMade).length;
      recorder.fail(watched, 'the loss is not finite', made.map((one) => `${JSON.stringify(one)}\n`).join(''));
    },
    kept: async () => (await store.find('one'))?.states.map(({ step }) => step) ?? [],
  };
}

describe('the recorder of states', () => {
  it('keeps every k-th step, and every evaluation with its accuracy', async () => {
    const one = run({ every: 3 });
    for (let step = 1; step <= 4; step++) {
      one.step();
      await one.recorder.settled();
    }
    expect(await one.kept()).toEqual([3]);
    expect(one.recorder.facts).toEqual({ every: 3, behind: 1, newest: 'step 3' });
    one.step(0.25);
    await one.recorder.settled();
    expect((await one.store.find('one'))?.states.at(-1)).toMatchObject({ step: 5, accuracy: 0.25, records: 6 });
    expect((await one.store.read('one', 'rl-5')).metrics.split('\n')).toHaveLength(6 + 1);
  });

  it('skips a state that is due while another one is written, and never queues', async () => {
    const one = run({ every: 1, slow: true });
    for (let step = 1; step <= 5; step++) one.step();
    expect(one.taken).toEqual([1]);
    one.release();
    await one.recorder.settled();
    expect(await one.kept()).toEqual([1]);
    expect(one.recorder.facts.behind).toBe(4);
    // The records of skipped states come with the next one.
    one.step();
    one.release();
    await one.recorder.settled();
    expect((await one.store.read('one', 'rl-6')).metrics.trim().split('\n')).toHaveLength(6);
  });

  it('keeps the state of a rest once the earlier one is written, unless the run has left it', async () => {
    const one = run({ every: 1, slow: true });
    one.step();
    one.step();
    one.recorder.rest(one.session);
    await one.recorder.leaveRest();
    one.release();
    await one.recorder.settled();
    expect(one.taken).toEqual([1]);
    one.recorder.rest(one.session);
    await Promise.resolve();
    one.release();
    await one.recorder.settled();
    expect(one.taken).toEqual([1, 2]);
    expect(one.recorder.facts.behind).toBe(0);
  });

  it('keeps only rests when the copy does not fit, and the run waits until they are read', async () => {
    const one = run({ every: 1, beside: false });
    one.step();
    expect(one.taken).toEqual([]);
    one.recorder.rest(one.session);
    await one.recorder.leaveRest();
    expect(await one.kept()).toEqual([1]);
    expect(one.recorder.facts.notice).toMatch(/^The GPU has no room for a copy of the state/);
  });

  it('says that the storage is full, and keeps the next state once there is room, with all records', async () => {
    const room = { bytes: 400 };
    const one = run({ every: 1, room });
    one.step();
    await one.recorder.settled();
    expect(one.recorder.facts).toMatchObject({
      behind: 1,
      problem: expect.stringMatching(/^The run’s state is not kept: The browser’s storage for this page is full\./),
    });
    expect(await one.kept()).toEqual([]);
    room.bytes = 1e6;
    one.step();
    await one.recorder.settled();
    expect(one.recorder.facts).toEqual({ every: 1, behind: 0, newest: 'step 2' });
    expect((await one.store.read('one', undefined)).metrics.trim().split('\n')).toHaveLength(2);
  });

  it('keeps the good state that a failed run went back to, in place of later ones, with its records', async () => {
    const one = run({ every: 1 });
    for (let step = 1; step <= 4; step++) {
      one.step(step === 2 ? 0.5 : undefined);
      await one.recorder.settled();
    }
    expect(await one.kept()).toEqual([2, 3, 4]);
    await one.store.pin('one', 'rl-3', true);
    one.fail(2);
    await one.recorder.settled();
    const stored = await one.store.find('one');
    // A pinned one stays, whatever its weights.
    expect(stored?.states.map(({ step, failed }) => [step, failed])).toEqual([
      [3, undefined],
      [2, 'the loss is not finite'],
    ]);
    expect(stored?.states.at(-1)).toMatchObject({ records: 3, accuracy: 0.5, made: 2 });
    const { metrics } = await one.store.read('one', 'rl-2');
    expect(
      metrics
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as StepRecord).step),
    ).toEqual([1, 2, 2]);
    await one.store.read('one', 'rl-3');
  });

  it('marks the newest state of a run that failed without a good one', async () => {
    const one = run({ every: 1 });
    for (let step = 1; step <= 2; step++) {
      one.step();
      await one.recorder.settled();
    }
    one.fail(undefined);
    await one.recorder.settled();
    expect((await one.store.find('one'))?.states.map(({ step, failed }) => [step, failed])).toEqual([
      [1, undefined],
      [2, 'the loss is not finite'],
    ]);
  });

  it('keeps nothing more of a run that is deleted', async () => {
    const one = run({ every: 1 });
    one.step();
    await one.recorder.settled();
    await one.store.delete('one');
    one.recorder.stop();
    one.step();
    one.recorder.rest(one.session);
    await one.recorder.settled();
    expect(await one.kept()).toEqual([]);
    expect(one.recorder.facts.problem).toBe('The run’s state is not kept: the run was deleted.');
  });
});
