/** A recording in the place of the page's run: what it shows, what it leaves alone, and when it gives way. */
import 'fake-indexeddb/auto';
import { beforeEach, expect, it, vi } from 'vitest';
import { record } from '../../tests/support/archived.ts';
import { eachTestConnects, FRAME } from '../../tests/support/page-worker.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import type { Recording } from '../recording/format.ts';
import type { Frame } from '../views/run-view.ts';
import { tabArchive } from './archive.ts';
import { wouldLose } from './leaving-store.ts';
import { openStudio } from './open-studio.ts';
import { playRecording } from './play-recording.ts';
import { useReplay } from './replay-store.ts';
import { isRecorded, shownState, useRun } from './run-store.ts';
import { useShownRecording } from './shown-recording.ts';
import { resetRun } from './shown-run.ts';

const page = eachTestConnects();
const { sft: _sft, ...config } = tinyRun({ name: 'recorded' });
const STEPS = 4;

/** Steps of 1 s each. */
const RECORDING: Recording = {
  config,
  adapter: 'test',
  steps: { sft: 0, rl: STEPS },
  end: 'finished',
  tokens_every: 1,
  lines: Array.from({ length: STEPS }, (_, i) => ({
    record: { ...record(i + 1), time: { step_ms: 1000, tokens_per_second: 1 } },
  })),
};

beforeEach(() => {
  // Time passes by `advance` alone.
  vi.stubGlobal('requestAnimationFrame', () => 0);
  return () => useReplay.getState().close();
});

const show = (play = true) => useReplay.getState().show(RECORDING, { file: 'a.recording.jsonl.gz', play });
const step = () => useRun.getState().frame?.step;

it('plays at a speed, pauses at a step, goes back, and ends as the run did; nothing is stored', async () => {
  await openStudio();
  const before = await tabArchive.archive.runs();
  show();
  expect(useRun.getState()).toMatchObject({ state: 'idle', held: false, running: { name: 'recorded' } });
  expect(isRecorded(useRun.getState())).toBe(true);
  expect(step()).toBe(0);
  const { advance, setSpeed, pause, play, step: next, seek } = useReplay.getState();
  advance(999);
  expect(step()).toBe(0);
  advance(1);
  expect(step()).toBe(1);
  setSpeed(2);
  advance(500);
  expect(step()).toBe(2);
  pause();
  advance(10_000);
  expect([step(), shownState(useRun.getState())]).toEqual([2, 'paused']);
  next();
  expect(step()).toBe(3);
  seek(1);
  expect(step()).toBe(1);
  play();
  setSpeed('max');
  advance(1);
  advance(1);
  expect([step(), shownState(useRun.getState())]).toEqual([3, 'running']);
  advance(1);
  expect([step(), shownState(useRun.getState()), useReplay.getState().playing]).toEqual([4, 'finished', false]);
  // Playing from the end begins at the start.
  play();
  expect(step()).toBe(0);
  await tabArchive.writer.settled();
  expect(await tabArchive.archive.runs()).toEqual(before);
  expect(page().worker.started).toBeUndefined();
  expect(wouldLose()).toBe(false);
});

it('sets a run that the worker holds aside, and gives it back with the frames that came meanwhile', async () => {
  await openStudio();
  const frame: Frame = { ...FRAME, state: 'finished', run: 'mine', policyBytes: 65e6, latest: record(1) };
  useRun.setState({ frame, running: tinyRun(), id: 'mine', state: 'finished', held: true });
  show();
  expect(useRun.getState().held).toBe(false);
  // The policy of the run would be lost by leaving the page, recording or not.
  expect(wouldLose()).toBe(true);
  vi.stubGlobal('requestAnimationFrame', (work: () => void) => work());
  await page().worker.send({ type: 'frame', frame: { ...frame, activity: 'keeping a state' } });
  expect(step()).toBe(0);
  // Another recording does not replace what is set aside.
  show(false);
  useReplay.getState().close();
  expect(useRun.getState()).toMatchObject({
    id: 'mine',
    state: 'finished',
    held: true,
    aside: undefined,
    frame: { step: 1, activity: 'keeping a state' },
  });
});

it('gives way to a run that starts, and a late frame of the recording is not shown', async () => {
  await openStudio();
  show();
  await useRun.getState().start(tinyRun({ name: 'mine' }), { paused: false });
  expect(useReplay.getState().replay).toBeUndefined();
  useReplay.getState().advance(5000);
  expect(useRun.getState()).toMatchObject({ running: { name: 'mine' }, held: true, frame: undefined });
});

it('does not replace a run that trains, and says so', async () => {
  await openStudio();
  useRun.setState({ frame: { ...FRAME, run: 'mine' }, running: tinyRun(), id: 'mine', state: 'running', held: true });
  show();
  expect(useShownRecording.getState().problem?.message).toBe('A run is training or paused on this page.');
  expect(useRun.getState()).toMatchObject({ id: 'mine', state: 'running' });
});

it('a file that is none leaves the page as it was, with the reason', async () => {
  await openStudio();
  await playRecording(new File(['{"a":1}'], 'metrics.jsonl'));
  expect(useShownRecording.getState().problem?.message).toMatch(/^metrics\.jsonl: line 1: expected "format"/);
  expect(useShownRecording.getState().loading).toBe(false);
  expect(isRecorded(useRun.getState())).toBe(false);
});

it('a reset clears the page and keeps the policy that the worker holds', async () => {
  await openStudio();
  const frame: Frame = { ...FRAME, state: 'finished', run: 'mine', latest: record(1) };
  useRun.setState({ frame, running: tinyRun(), id: 'mine', state: 'finished', held: true });
  await resetRun();
  expect(useRun.getState()).toMatchObject({ state: 'idle', frame: undefined, running: undefined });
  expect(wouldLose()).toBe(true);
});
