/** Kept states and the use of the storage, as Runs shows them. */
import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { LISTED_MODEL } from '../../tests/support/listed-model.ts';
import { eachTestConnects, FRAME } from '../../tests/support/page-worker.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import type { RunStates } from '../views/states.ts';
import { openStudio } from './open-studio.ts';
import { useRun } from './run-store.ts';
import { followStates, stateBytes, useStates } from './states-store.ts';

const page = eachTestConnects();

const statesOf = (run: string, bytes: number): RunStates => ({
  run,
  name: run,
  config: tinyRun(),
  model: LISTED_MODEL,
  bytes,
  states: [{ id: 'rl-2', phase: 'rl', step: 2, made: 2, records: 2, bytes, written: 1, last: true }],
});

it('are unknown until they are read, and read again when the run of this page keeps one', async () => {
  useStates.setState(useStates.getInitialState());
  await openStudio();
  expect(stateBytes(useStates.getState())).toBeUndefined();
  const stop = followStates();
  try {
    await expect.poll(() => stateBytes(useStates.getState())).toBe(0);
    useRun.setState({ id: 'one' });
    page().worker.states = [statesOf('one', 1000)];
    // A frame of a step that kept no state.
    await page().worker.send({ type: 'frame', frame: { ...FRAME, run: 'one', states: { every: 2, behind: 1 } } });
    expect(stateBytes(useStates.getState())).toBe(0);
    const states = { every: 2, behind: 0, newest: 'step 2' };
    await page().worker.send({ type: 'frame', frame: { ...FRAME, run: 'one', states } });
    await expect.poll(() => stateBytes(useStates.getState())).toBe(1000);
  } finally {
    stop();
  }
  // Of no interest any more.
  page().worker.states = [statesOf('one', 2000)];
  const states = { every: 2, behind: 0, newest: 'step 4' };
  await page().worker.send({ type: 'frame', frame: { ...FRAME, run: 'one', states } });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(stateBytes(useStates.getState())).toBe(1000);
});
