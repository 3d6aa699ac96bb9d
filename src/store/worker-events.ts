/** The page's handlers of worker events: one table, exhaustive by type, for the connection's single listener. */
import type { ErrorView } from '../views/result.ts';
import type { Frame } from '../views/run-view.ts';
import type { StalledCompile, WorkerEvent } from '../worker/events.ts';
import { failSweep, receiveSweep } from './compare-store.ts';
import { endEvaluation, receiveEvaluation } from './evaluation-progress.ts';
import { receiveData } from './data-sets.ts';
import { onDumpProgress } from './dump-store.ts';
import { FrameQueue } from './frames.ts';
import { receiveDownload } from './models-store.ts';
import { receivePlayground } from './playground-store.ts';
import { loseRace, receiveRace } from './race-store.ts';
import { offerLost } from './interrupted-run.ts';
import {
  failRun,
  isActive,
  loseRun,
  receiveFrame,
  receivePolicy,
  receivePreparing,
  receiveRun,
  useRun,
} from './run-store.ts';

/** An event type without a handler does not compile. */
export type WorkerEventHandlers = {
  readonly [Type in WorkerEvent['type']]: (event: Extract<WorkerEvent, { type: Type }>) => void;
};

export interface HandlerParts {
  /** Draws the newest frame before each repaint. */
  frames?: { push: (frame: Frame) => void };
  /** The device was lost. */
  onLost?: (error: ErrorView) => void;
}

export function storeHandlers({
  frames = new FrameQueue(receiveFrame),
  onLost = workerLost,
}: HandlerParts = {}): WorkerEventHandlers {
  return {
    frame: ({ frame }) => frames.push(frame),
    preparing: ({ progress }) => receivePreparing(progress),
    'run-records': receiveRun,
    'run-report': receiveRun,
    'run-resumed': receiveRun,
    'run-end': receiveRun,
    'policy-kept': receivePolicy,
    failed: ({ error }) => failRun(error),
    'compiling-stalled': ({ stalled }) => receiveStalled(stalled),
    'device-lost': ({ error }) => onLost(error),
    'sweep-run': receiveSweep,
    'sweep-records': receiveSweep,
    'sweep-run-end': receiveSweep,
    'sweep-run-refused': receiveSweep,
    'sweep-end': receiveSweep,
    'race-preparing': receiveRace,
    'race-frame': receiveRace,
    'race-records': receiveRace,
    'race-lane-end': receiveRace,
    download: ({ download }) => receiveDownload(download),
    'evaluation-progress': ({ progress }) => receiveEvaluation(progress),
    'dump-progress': ({ done, total }) => onDumpProgress(done, total),
    'data-progress': receiveData,
    'data-download': receiveData,
    'playground-begin': receivePlayground,
    'playground-tokens': receivePlayground,
  };
}

/** The driver does not finish compiling: the user may wait, or restart the worker with another device. */
function receiveStalled(stalled: StalledCompile | undefined): void {
  const { workerProblem } = useRun.getState();
  if (stalled)
    useRun.setState({
      workerProblem: {
        kind: 'unsupported',
        message: `The graphics driver has not finished any kernel for ${stalled.seconds} s (${stalled.label}).`,
        advice: 'Wait for it, or restart the worker. If it recurs, update the driver or restart the browser.',
      },
    });
  else if (workerProblem?.kind === 'unsupported') useRun.setState({ workerProblem: undefined });
}

/** @returns the listener that passes each event to the handler of its type */
export function dispatcher(handlers: WorkerEventHandlers): (event: WorkerEvent) => void {
  return <Event extends WorkerEvent>(event: Event) =>
    // TypeScript does not relate the type of `event` to that of the handler found by its `type`.
    (handlers[event.type] as (event: Event) => void)(event);
}

/**
 * The worker or its device was lost: everything running on it has failed, and the worker may be unable to report it.
 *
 * @param resumes the run is not offered, because it is about to resume by itself
 */
export function workerLost(error: ErrorView, { resumes = false } = {}): void {
  const { recording, id, state } = useRun.getState();
  loseRun(error);
  if (!resumes) offerLost(recording ?? (isActive(state) ? id : undefined));
  failSweep(error);
  loseRace(error);
  endEvaluation();
}
