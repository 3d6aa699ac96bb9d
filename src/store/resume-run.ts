/** Resumes a stored run from a kept state, as the same run: its record in the archive is continued from there. */
import { EMPTY_DIGEST, digested, type ArchivedRun } from '../archive/archived-run.ts';
import { isStepRecord, type StepRecord } from '../run/step-record.ts';
import { adapterName } from '../views/run-view.ts';
import { DEFAULT_STATE_EVERY, type ResumedRun, type ResumeOptions } from '../views/states.ts';
import { softwareHere, tabArchive } from './archive.ts';
import { studioApi } from './connection.ts';
import { endOffer } from './interrupted-run.ts';
import { painted } from './painted.ts';
import { useRolloutSettings } from './rollout-settings.ts';
import { liveRun, stopsMade, useRun } from './run-store.ts';
import { useStateSettings } from './state-settings.ts';
import { useStates } from './states-store.ts';
import { useWhatIf } from './what-if-store.ts';

export interface KeptRun {
  run: string;
  /** Undefined for the newest. */
  state?: string | undefined;
  /** Larger numbers of steps, to extend the run. */
  steps?: ResumeOptions['steps'];
  /** Stays paused at the state. */
  paused?: boolean;
}

/** The run that is being prepared. */
let preparing: KeptRun | undefined;
export const resumePreparing = (): KeptRun | undefined => preparing;

/** @returns where it resumed; undefined if it could not, which the page shows */
export async function resumeKept(kept: KeptRun): Promise<ResumedRun | undefined> {
  preparing = kept;
  try {
    return await resume(kept, () => preparing === kept && useRun.getState().id === kept.run);
  } finally {
    if (preparing === kept) preparing = undefined;
  }
}

/** @param isCurrent false once the worker or its GPU is lost */
async function resume(
  { run, state, steps, paused = false }: KeptRun,
  isCurrent: () => boolean,
): Promise<ResumedRun | undefined> {
  const { state: status, frame, running, id, held, exported } = liveRun();
  const { recording } = useRun.getState();
  const before = { state: status, frame, running, id, held, exported, recording };
  const stops = stopsMade();
  const stored = (await tabArchive.archive.runs().catch(() => [])).find((one) => one.id === run);
  endOffer();
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
  if (!isCurrent()) return undefined;
  // The event of the loss comes, too (recovery.ts).
  if (!resumed.ok && resumed.error.kind === 'device-lost') return undefined;
  if (!resumed.ok) {
    const cancelled = resumed.error.kind === 'cancelled';
    const kept = before.held && (await studioApi().heldRun()) === before.id;
    useRun.setState({
      ...(kept ? before : { state: cancelled ? 'idle' : 'failed', id: undefined, frame: undefined }),
      preparation: undefined,
      ...(!cancelled && { error: resumed.error }),
    });
    return undefined;
  }
  const { config, records, from } = resumed.value;
  const row = await continuedRow(run, { stored, config, records, state: from });
  if (!isCurrent()) return undefined;
  tabArchive.writer.resume(row.run, row.written, row.missing);
  useRun.setState({ held: true, running: config, recording: run, preparation: undefined, workerProblem: undefined });
  void useStates.getState().refresh();
  if (!paused && stopsMade() === stops) useRun.getState().resume();
  return resumed.value;
}

interface Continued {
  stored: ArchivedRun | undefined;
  config: ArchivedRun['config'];
  records: number;
  state: string;
}

/**
 * Its row and records for the archive's writer: records after the state are removed, as they are recomputed; those that
 * a closed tab did not store are missing, and from the first damaged one on the state's own replace them.
 */
async function continuedRow(
  id: string,
  { stored, config, records, state }: Continued,
): Promise<{ run: ArchivedRun; written: number; missing: StepRecord[] }> {
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
  return { run, written: there.length, missing: added };
}
