/** The page's handlers of worker events: one table, exhaustive by type, for the connection's single listener. */
import type { ErrorView } from '../views/result.ts';
import type { Frame } from '../views/run-view.ts';
import type { WorkerEvent } from '../worker/events.ts';
import { failSweep, receiveSweep } from './compare-store.ts';
import { endEvaluation, receiveEvaluation } from './evaluation-progress.ts';
import { receiveData } from './data-sets.ts';
import { onDumpProgress } from './dump-store.ts';
import { FrameQueue } from './frames.ts';
import { receiveDownload } from './models-store.ts';
import { receivePlayground } from './playground-store.ts';
import { loseRace, receiveRace } from './race-store.ts';
import { offerLost } from './interrupted-run.ts';
import { failRun, loseRun, receiveFrame, receivePolicy, receivePreparing, receiveRun, useRun } from './run-store.ts';

/** An event type without a handler does not compile. */
export type WorkerEventHandlers = {
  readonly [Type in WorkerEvent['type']]: (event: Extract<WorkerEvent, { type: Type }>) => void;
};

/** @param frames draws the newest frame before each repaint */
export function storeHandlers(
  frames: { push: (frame: Frame) => void } = new FrameQueue(receiveFrame),
): WorkerEventHandlers {
  return {
    frame: ({ frame }) => frames.push(frame),
    preparing: ({ progress }) => receivePreparing(progress),
    'run-records': receiveRun,
    'run-report': receiveRun,
    'run-resumed': receiveRun,
    'run-end': receiveRun,
    'policy-kept': receivePolicy,
    failed: ({ error }) => failRun(error),
    'device-lost': ({ error }) => workerLost(error),
    'sweep-run': receiveSweep,
    'sweep-records': receiveSweep,
    'sweep-run-end': receiveSweep,
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

/** @returns the listener that passes each event to the handler of its type */
export function dispatcher(handlers: WorkerEventHandlers): (event: WorkerEvent) => void {
  return <Event extends WorkerEvent>(event: Event) =>
    // TypeScript does not relate the type of `event` to that of the handler found by its `type`.
    (handlers[event.type] as (event: Event) => void)(event);
}

/**
 * The worker or its device was lost: everything running on it has failed, and the worker may be unable to report it.
 */
export function workerLost(error: ErrorView): void {
  const { recording } = useRun.getState();
  loseRun(error);
  offerLost(recording);
  failSweep(error);
  loseRace(error);
  endEvaluation();
}
