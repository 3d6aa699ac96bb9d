/**
 * Resumes what a lost GPU or an ended worker interrupted, once per run: the run from its newest kept state, or from its
 * beginning before it has one, and a comparison with its complete runs. After that, the page asks (docs/faults.md).
 */
import { create } from 'zustand';
import type { ErrorView } from '../views/result.ts';
import type { AdapterView } from '../views/run-view.ts';
import { stateLabel } from '../views/states.ts';
import { isComparing, isDone, useCompare } from './compare-store.ts';
import { studioApi } from './connection.ts';
import { useEvaluationProgress } from './evaluation-progress.ts';
import { offerLost } from './interrupted-run.ts';
import { resumeKept, resumePreparing, type KeptRun } from './resume-run.ts';
import { isStepping, liveRun, useRun } from './run-store.ts';
import { workerLost } from './worker-events.ts';

interface RecoveryState {
  /** What was lost, while the worker is replaced and the work resumed. */
  recovering: string | undefined;
  /** What was lost and what was done about it. */
  notice: string | undefined;
  dismiss: () => void;
}

export const useRecovery = create<RecoveryState>()((set) => ({
  recovering: undefined,
  notice: undefined,
  dismiss: () => set({ notice: undefined }),
}));

/** Work that is resumed by itself. */
interface LostWork {
  run?: LostRun;
  /** Id of the comparison. */
  sweep?: string;
  /** An evaluation was running, which is not repeated. */
  evaluating: boolean;
  adapter: AdapterView | undefined;
}

interface LostRun {
  kept: KeptRun;
  /** Where it was: `at step 7`. */
  at: string;
}

/** Runs and comparisons that were resumed by themselves. */
const resumed = new Set<string>();
/** Number of the newest loss. */
let losses = 0;

/** What can be resumed by itself now: nothing that the user stops, and nothing for the second time. */
function lostWork(): LostWork | undefined {
  // The worker's run, also while a recording is shown in its place.
  const { state, id, frame } = liveRun();
  const { adapter } = useRun.getState();
  const work: LostWork = { evaluating: useEvaluationProgress.getState().progress !== undefined, adapter };
  const resumes = state === 'running' || state === 'pausing' || state === 'paused' || state === 'preparing';
  if (resumes && id !== undefined && !resumed.has(id)) {
    const preparing = resumePreparing();
    const paused = state === 'paused' || state === 'pausing' || isStepping();
    work.run = {
      kept: preparing?.run === id ? { ...preparing } : { run: id, paused },
      at: frame && frame.phase !== 'evaluation' ? `at ${stateLabel({ phase: frame.phase, step: frame.step })}` : '',
    };
  }
  const { kept, state: comparing } = useCompare.getState();
  if (isComparing({ state: comparing }) && comparing !== 'stopping' && kept && !resumed.has(kept.id))
    work.sweep = kept.id;
  return work.run || work.sweep !== undefined ? work : undefined;
}

/** The user restarts the worker: nothing resumes by itself any more. */
export function endRecovery(): void {
  losses += 1;
  useRecovery.setState({ recovering: undefined, notice: undefined });
}

/**
 * The worker or its device was lost.
 *
 * @param restart replaces the worker; returns why it could not
 */
export async function loseWorker(error: ErrorView, restart: () => Promise<ErrorView | undefined>): Promise<void> {
  const loss = ++losses;
  const work = lostWork();
  workerLost(error, { resumes: work !== undefined });
  const lost = error.kind === 'device-lost' ? 'The GPU was lost' : 'The training worker ended';
  useRecovery.setState({ recovering: work && lost, notice: undefined });
  if (!work) return;
  for (const id of [work.run?.kept.run, work.sweep]) if (id !== undefined) resumed.add(id);
  const isCurrent = () => loss === losses;
  const problem = await restart();
  if (!isCurrent()) return;
  const notice = problem ? undefined : await resume(work, lost, isCurrent);
  if (!isCurrent()) return;
  if (problem) {
    offerLost(work.run?.kept.run);
    useRun.setState({ workerProblem: problem });
  }
  useRecovery.setState({ recovering: undefined, notice });
}

/** @returns what to tell the user */
async function resume(
  { run, sweep, evaluating, adapter }: LostWork,
  lost: string,
  isCurrent: () => boolean,
): Promise<string | undefined> {
  const notices: string[] = [];
  if (!sameAdapter(adapter, useRun.getState().adapter)) {
    offerLost(run?.kept.run);
    return `${lost}, and the browser now offers another adapter, with which results differ: resume it yourself.`;
  }
  if (run) notices.push(`${lost}${run.at === '' ? '' : ` ${run.at}`}; ${await resumeRun(run)}.`);
  if (!isCurrent()) return undefined;
  const { sweep: compared, adapter: adapterName, runs, start } = useCompare.getState();
  if (sweep !== undefined && compared) {
    const done = runs.filter(isDone).length;
    notices.push(`${run ? 'T' : `${lost}; t`}he comparison resumed with ${done} of ${runs.length} runs complete.`);
    await start(compared, adapterName);
  }
  if (evaluating) notices.push('An evaluation was cancelled: start it again.');
  return notices.join(' ');
}

/** @returns what became of it, as a clause */
async function resumeRun({ kept }: LostRun): Promise<string> {
  const listed = await studioApi().listStates();
  const stored = listed.ok ? listed.value.find(({ run }) => run === kept.run) : undefined;
  if (stored && stored.states.length > 0) {
    const past = await resumeKept(kept);
    const from = stored.states.find(({ id }) => id === past?.from);
    if (past) return `the run resumed from ${from ? stateLabel(from) : past.from}`;
    offerLost(kept.run);
    return 'the run could not be resumed';
  }
  const { running, start } = useRun.getState();
  const never = listed.ok || listed.error.kind === 'unsupported';
  // A paused run would train to where it was paused, or further.
  if (!never || !running || kept.paused) return 'the run has no kept state: start it again';
  await start(running, { paused: false, run: kept.run });
  return 'the run had no kept state yet and started from its beginning';
}

const sameAdapter = (a: AdapterView | undefined, b: AdapterView | undefined): boolean =>
  a === undefined || JSON.stringify(a) === JSON.stringify(b);
