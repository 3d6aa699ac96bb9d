/** Resumes a stored run from a kept state, as the same run: its record in the archive is continued from there. */
import { EMPTY_DIGEST, digested, type ArchivedRun } from '../archive/archived-run.ts';
import { isStepRecord } from '../run/step-record.ts';
import { DEFAULT_STATE_EVERY, type ResumeOptions } from '../views/states.ts';
import { adapterName } from '../views/run-view.ts';
import { softwareHere, tabArchive } from './archive.ts';
import { studioApi } from './connection.ts';
import { useInterrupted } from './interrupted-run.ts';
import { painted } from './painted.ts';
import { useRolloutSettings } from './rollout-settings.ts';
import { liveRun, stopsMade, useRun } from './run-store.ts';
import { useStateSettings } from './state-settings.ts';
import { useStates } from './states-store.ts';
import { useWhatIf } from './what-if-store.ts';

/**
 * @param state undefined for the newest
 * @param steps larger numbers of steps, to extend the run
 */
export async function resumeKept(run: string, state?: string, steps?: ResumeOptions['steps']): Promise<void> {
  const { state: status, frame, running, id, held, exported } = liveRun();
  const { recording } = useRun.getState();
  const before = { state: status, frame, running, id, held, exported, recording };
  const stops = stopsMade();
  const stored = (await tabArchive.archive.runs().catch(() => [])).find((one) => one.id === run);
  useInterrupted.setState({ found: undefined });
  useRun.setState({
    state: 'preparing',
    preparation: { stage: 'checking' },
    error: undefined,
    frame: undefined,
    running: stored?.config ?? running,
    id: run,
    aside: undefined,
    held: false,
    exported: undefined,
  });
  useWhatIf.setState({ result: undefined, error: undefined });
  // Preparing keeps all cores busy, so the page is repainted first.
  await painted();
  const resumed = await studioApi().resumeRun(run, state, {
    paused: true,
    rolloutBytes: useRolloutSettings.getState().bytes,
    // A run that was kept is kept further.
    stateEvery: useStateSettings.getState().every || DEFAULT_STATE_EVERY,
    ...(steps && { steps }),
  });
  // The worker or its GPU was lost meanwhile.
  if (useRun.getState().id !== run) return;
  if (!resumed.ok) {
    const cancelled = resumed.error.kind === 'cancelled';
    const kept = before.held && (await studioApi().heldRun()) === before.id;
    useRun.setState({
      ...(kept ? before : { state: cancelled ? 'idle' : 'failed', id: undefined, frame: undefined }),
      preparation: undefined,
      ...(!cancelled && { error: resumed.error }),
    });
    return;
  }
  const { config, records, from } = resumed.value;
  await continueRecord(run, { stored, config, records, state: from });
  useRun.setState({ held: true, running: config, recording: run, preparation: undefined, workerProblem: undefined });
  void useStates.getState().refresh();
  if (stopsMade() === stops) useRun.getState().resume();
}

interface Continued {
  stored: ArchivedRun | undefined;
  config: ArchivedRun['config'];
  records: number;
  state: string;
}

/**
 * Records after the state are removed, as they are recomputed; those that a closed tab did not store are added, and
 * from the first damaged one on the state's own replace them.
 */
async function continueRecord(id: string, { stored, config, records, state }: Continued): Promise<void> {
  const { archive, writer, tab } = tabArchive;
  // Nothing of its earlier life is written after this.
  await writer.settled();
  const stay = await archive.truncate(id, records).catch(() => []);
  const damaged = stay.findIndex((record) => !isStepRecord(record));
  const there = damaged < 0 ? stay : stay.slice(0, damaged);
  const missing = there.length < records ? await studioApi().stateRecords(id, state, there.length) : undefined;
  const added = missing?.ok ? missing.value : stay.slice(there.length);
  const now = Date.now();
  const { error: _, ...row } = stored ?? {
    id,
    name: config.name,
    note: '',
    started: now,
    adapter: adapterName(useRun.getState().adapter),
    software: softwareHere(),
  };
  const run: ArchivedRun = {
    ...row,
    config,
    state: 'running',
    changed: now,
    tab,
    records: there.length + added.length,
    digest: digested(EMPTY_DIGEST, [...there, ...added.filter(isStepRecord)]),
  };
  writer.resume(run, there.length, added);
}
