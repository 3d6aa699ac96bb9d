/** A race through the worker's API: turns, pauses, steps, its end, and what is refused meanwhile. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Race } from '../../src/compare/race.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { MAX_RACE_PROMPTS, MAX_RACE_RESPONSES, type RaceFrame } from '../../src/views/race.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';
import { Studio } from '../../src/worker/studio.ts';
import { losable, SETTLED, testProvider } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let studio: Studio;
afterEach(async () => {
  await studio.stopRace();
  await studio.stop();
});

function open(provider: GPU = testProvider()) {
  studio = new Studio(provider, 'http://localhost/models/', SETTLED);
  const events: { at: number; event: WorkerEvent }[] = [];
  let waiting: { holds: (frame: RaceFrame) => boolean; resolve: (frame: RaceFrame) => void }[] = [];
  void studio.subscribe((event) => {
    events.push({ at: performance.now(), event });
    if (event.type !== 'race-frame') return;
    const { frame } = event;
    waiting = waiting.filter(({ holds, resolve }) => !holds(frame) || void resolve(frame));
  });
  return {
    events,
    until: (holds: (frame: RaceFrame) => boolean) =>
      new Promise<RaceFrame>((resolve) => waiting.push({ holds, resolve })),
    recordsOf: (lane: number): StepRecord[] =>
      events.flatMap(({ event }) => (event.type === 'race-records' && event.lane === lane ? event.records : [])),
    ends: () => events.flatMap(({ event }) => (event.type === 'race-lane-end' ? [[event.lane, event.state]] : [])),
  };
}

const race = (steps: number, change: Parameters<typeof tinyRun>[0] = {}): Race => ({
  base: tinyRun({ sft: undefined, evaluation: undefined, ...change }, { steps }),
  strategies: [{ name: 'ppo' }, { name: 'gppo' }],
});

describe('worker API of a race', () => {
  it('runs to the end with every record once and at most 10 bounded frames per second', async () => {
    const { events, until, recordsOf, ends } = open();
    const finished = until(({ state }) => state === 'finished');
    expect(await studio.startRace(race(4), { race: 'a', paused: false })).toEqual({ ok: true, value: undefined });
    const last = await finished;
    expect(last).toMatchObject({
      race: 'a',
      activity: '',
      steps: 4,
      lanes: [
        { state: 'finished', step: 4 },
        { state: 'finished', step: 4 },
      ],
    });
    for (const lane of [0, 1]) expect(recordsOf(lane).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(ends()).toEqual([
      [0, 'finished'],
      [1, 'finished'],
    ]);
    const frames = events.flatMap(({ at, event }) => (event.type === 'race-frame' ? [{ at, frame: event.frame }] : []));
    const sent = frames.flatMap(({ frame }) => frame.responses);
    expect(sent.length).toBeGreaterThan(0);
    for (const { rollouts } of sent) expect(rollouts.length).toBeLessThanOrEqual(MAX_RACE_PROMPTS * MAX_RACE_RESPONSES);
    // Lanes have the same prompts in the same step.
    const prompts = (lane: number) => {
      const newest = sent.findLast((one) => one.lane === lane && one.step === 4);
      return newest?.rollouts.map(({ prompt }) => prompt);
    };
    expect(prompts(0)?.length).toBe(MAX_RACE_PROMPTS * MAX_RACE_RESPONSES);
    expect(prompts(1)).toEqual(prompts(0));
    // Only frames sent at once because the state changed may come sooner.
    const gaps = frames.slice(1).map(({ at }, i) => at - (frames[i]?.at ?? 0));
    expect(gaps.filter((gap) => gap < 95).length).toBeLessThanOrEqual(2);
  });

  it('makes one step of every lane at a time, pauses, and resumes', async () => {
    const { until, recordsOf } = open();
    await studio.startRace(race(500), { race: 'a', paused: true });
    for (const step of [1, 2]) {
      const paused = until(({ state, lanes }) => state === 'paused' && lanes.every((lane) => lane.step === step));
      expect(await studio.resumeRace({ oneStep: true })).toMatchObject({ ok: true });
      await paused;
      expect([recordsOf(0).length, recordsOf(1).length]).toEqual([step, step]);
    }
    const further = until(({ lanes }) => lanes.every(({ step }) => step >= 3));
    await studio.resumeRace({ oneStep: false });
    await further;
    const paused = until(({ state }) => state === 'paused');
    await studio.pauseRace();
    const { lanes } = await paused;
    expect(Math.abs((lanes[0]?.step ?? 0) - (lanes[1]?.step ?? 0))).toBeLessThanOrEqual(1);
    // A pause within a round: Step completes it.
    const level = until(({ state, lanes: [a, b] }) => state === 'paused' && a?.step === b?.step);
    await studio.resumeRace({ oneStep: true });
    await level;
  });

  it('is stopped while it trains, and while it starts', async () => {
    const { until, ends } = open();
    const begun = until(({ lanes }) => lanes.some(({ step }) => step > 0));
    await studio.startRace(race(500), { race: 'a', paused: false });
    await begun;
    const stopped = until(({ state }) => state === 'stopped');
    await studio.stopRace();
    expect((await stopped).lanes.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    expect(ends()).toEqual([
      [0, 'stopped'],
      [1, 'stopped'],
    ]);
    const started = studio.startRace(race(2), { race: 'b', paused: false });
    await Promise.resolve();
    await studio.stopRace();
    expect(await started).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  });

  it('and a run or a comparison exclude one another, unless one is paused', async () => {
    const { until } = open();
    const config = tinyRun({ sft: undefined, evaluation: undefined }, { steps: 500 });
    await studio.start(config, { paused: false, run: 'run' });
    expect(await studio.startRace(race(2), { race: 'a', paused: false })).toMatchObject({
      ok: false,
      error: { message: 'A training run is using the GPU.' },
    });
    await studio.stop();
    const begun = until(({ lanes }) => lanes.some(({ step }) => step > 0));
    await studio.startRace(race(500), { race: 'b', paused: false });
    await begun;
    const refused = { ok: false, error: { message: 'A race is using the GPU.' } };
    expect(await studio.start(config, { paused: false })).toMatchObject(refused);
    const sweep = { name: 's', base: config, strategies: [], seeds: [1], baseline: '', confidence: 0.95 };
    expect(await studio.startSweep(sweep, [])).toMatchObject(refused);
    expect(await studio.openModel('embedded:none')).toMatchObject(refused);
    const paused = until(({ state }) => state === 'paused');
    await studio.pauseRace();
    await paused;
    // A paused race leaves the GPU to others, and waits for them.
    await studio.start(config, { paused: false });
    expect(await studio.resumeRace({ oneStep: false })).toMatchObject({
      ok: false,
      error: { message: 'A training run is using the GPU.' },
    });
    await studio.stop();
    const further = until(({ state }) => state === 'running');
    expect(await studio.resumeRace({ oneStep: false })).toMatchObject({ ok: true });
    await further;
  });

  it('that cannot run is refused with the strategy that is the reason', async () => {
    open();
    const one = { ...race(2), strategies: [{ name: 'ppo' as const }] };
    expect(await studio.startRace(one, { race: 'a', paused: false })).toMatchObject({
      ok: false,
      error: { kind: 'input', message: 'race: strategies: expected 2 to 4, found 1' },
    });
    const budget = { memory: { recompute: true, budget_mb: 0.3 } };
    expect(await studio.startRace(race(2, budget), { race: 'a', paused: false })).toMatchObject({
      ok: false,
      error: { kind: 'memory', field: 'memory.budget_mb' },
    });
  });

  it('whose device is lost fails as a whole and keeps its records', async () => {
    const { provider, lose } = losable();
    const { until, ends, recordsOf } = open(provider);
    const begun = until(({ lanes }) => lanes.every(({ step }) => step >= 1));
    await studio.startRace(race(500), { race: 'a', paused: false });
    await begun;
    const failed = until(({ state }) => state === 'failed');
    lose();
    expect(await failed).toMatchObject({
      error: { kind: 'device-lost', message: 'The GPU device was lost (the driver was reset).' },
      lanes: [{ state: 'failed' }, { state: 'failed' }],
    });
    expect(ends().map(([, state]) => state)).toEqual(['failed', 'failed']);
    expect(recordsOf(0).length).toBeGreaterThanOrEqual(1);
  });
});
