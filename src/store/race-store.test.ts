/** A race on the page: its lanes as the worker reports them, each stored like any run. */
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import { record } from '../../tests/support/archived.ts';
import { eachTestConnects } from '../../tests/support/page-worker.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import type { RaceFrame } from '../views/race.ts';
import { tabArchive } from './archive.ts';
import { gpuUser } from './gpu-user.ts';
import { wouldLose } from './leaving-store.ts';
import { openStudio } from './open-studio.ts';
import { raceLevel, useRace } from './race-store.ts';

const page = eachTestConnects();
beforeEach(() => useRace.setState(useRace.getInitialState()));

const RACE = { base: tinyRun(), strategies: [{ name: 'ppo' as const }, { name: 'gppo' as const }] };
const ERROR = { kind: 'numerical', message: 'not a number', advice: '' } as const;
const lane = (step: number, state: RaceFrame['lanes'][number]['state'] = 'racing') => ({ step, state });

async function begin(): Promise<string> {
  await openStudio();
  await useRace.getState().start(RACE, { paused: false, adapter: 'test' });
  return page().worker.raced?.race ?? '';
}

const frame = (race: string, change: Partial<RaceFrame> = {}): { type: 'race-frame'; frame: RaceFrame } => ({
  type: 'race-frame',
  frame: { race, state: 'running', activity: '', lanes: [lane(0), lane(0)], steps: 7, responses: [], ...change },
});

/** The stored runs of the lanes, without the records of other tests. */
async function stored() {
  await tabArchive.writer.settled();
  const ids = useRace.getState().lanes.map(({ id }) => id);
  const runs = await tabArchive.archive.runs();
  await tabArchive.archive.setDeleted({ runs: ids }, 1);
  return ids.map((id) => runs.find((run) => run.id === id));
}

describe('a race on the page', () => {
  it('stores every lane as a run of its own, named after its strategy, with its records', async () => {
    const race = await begin();
    await page().worker.send(frame(race));
    expect(gpuUser()).toBe('race');
    expect(wouldLose()).toBe(true);
    for (const step of [1, 2])
      for (const index of [0, 1])
        await page().worker.send({ type: 'race-records', race, lane: index, records: [record(step)] });
    await page().worker.send({ type: 'race-lane-end', race, lane: 0, state: 'failed', error: ERROR });
    await page().worker.send({ type: 'race-records', race, lane: 1, records: [record(3)] });
    await page().worker.send({ type: 'race-lane-end', race, lane: 1, state: 'finished' });
    await page().worker.send(frame(race, { state: 'finished', lanes: [lane(2, 'failed'), lane(3, 'finished')] }));
    expect(gpuUser()).toBeUndefined();
    expect(wouldLose()).toBe(false);
    expect(useRace.getState().lanes.map(({ records }) => records.map(({ step }) => step))).toEqual([
      [1, 2],
      [1, 2, 3],
    ]);
    expect(await stored()).toMatchObject([
      { name: 'PPO, race, addition, seed 3', state: 'failed', error: 'not a number', records: 2 },
      { name: 'GPPO, race, addition, seed 3', state: 'complete', records: 3, config: { rl: RACE.base.rl } },
    ]);
  });

  it('keeps the responses of the newest two steps of each lane', async () => {
    const race = await begin();
    for (const step of [1, 2, 3])
      await page().worker.send(frame(race, { responses: [{ lane: 1, step, rollouts: [] }] }));
    const [first, second] = useRace.getState().lanes;
    expect(first?.responses).toEqual([]);
    expect(second?.responses.map(({ step }) => step)).toEqual([2, 3]);
  });

  it('counts the steps that all lanes have made, without those that have ended', async () => {
    const race = await begin();
    const level = async (...lanes: RaceFrame['lanes']) => {
      await page().worker.send(frame(race, { lanes }));
      return raceLevel(useRace.getState());
    };
    expect(await level(lane(4), lane(3))).toBe(3);
    expect(await level(lane(4), lane(1, 'failed'))).toBe(4);
    expect(await level(lane(7, 'finished'), lane(1, 'failed'))).toBe(7);
  });

  it('that is refused stores nothing and shows why; its late events change nothing', async () => {
    await openStudio();
    page().worker.refusal = { kind: 'memory', message: 'The race needs 9 MB', advice: '' };
    await useRace.getState().start(RACE, { paused: false, adapter: 'test' });
    expect(useRace.getState()).toMatchObject({ state: 'failed', error: { message: 'The race needs 9 MB' } });
    expect(await stored()).toEqual([undefined, undefined]);
    const before = useRace.getState();
    await page().worker.send(frame('another race', { state: 'running' }));
    expect(useRace.getState()).toBe(before);
  });

  it('fails in all lanes that race when the worker or its device is lost', async () => {
    const race = await begin();
    await page().worker.send(frame(race));
    await page().worker.send({ type: 'race-records', race, lane: 0, records: [record(1)] });
    await page().worker.send({ type: 'race-records', race, lane: 1, records: [record(1)] });
    await page().worker.send({ type: 'race-lane-end', race, lane: 1, state: 'finished' });
    await page().worker.send(frame(race, { lanes: [lane(1), lane(1, 'finished')] }));
    await page().worker.send({ type: 'device-lost', error: { kind: 'device-lost', message: 'gone', advice: '' } });
    expect(useRace.getState()).toMatchObject({ state: 'failed', error: { message: 'gone' } });
    expect(await stored()).toMatchObject([{ state: 'failed', error: 'gone' }, { state: 'complete' }]);
  });
});
