/** What the page shows in the place of the worker's run, which is set aside meanwhile: a recording, or nothing. */
import type { RunConfig } from '../run/config.ts';
import type { Frame } from '../views/run-view.ts';
import { keepUnchanged } from './frames.ts';
import { isActive, isRecorded, liveRun, RECORDED_ID, useRun } from './run-store.ts';

/** Sets the worker's run aside and shows nothing, as before the first run. */
function showNothing(): void {
  const { state, frame, running, id, held, exported } = liveRun();
  useRun.setState({
    aside: { state, frame, running, id, held, exported },
    state: 'idle',
    frame: undefined,
    running: undefined,
    id: undefined,
    held: false,
    error: undefined,
  });
}

/** Whether something else may be shown: the worker's run is not active. */
export const canShowOther = (): boolean => !isActive(liveRun().state);

/**
 * Shows a recording in the place of the run.
 *
 * @returns its id; undefined while a run is active
 */
export function showRecorded(config: RunConfig): string | undefined {
  if (!canShowOther()) return undefined;
  showNothing();
  const id = RECORDED_ID + crypto.randomUUID();
  useRun.setState({ id, running: config });
  return id;
}

/** The next frame of a recording, unless it is no longer shown. */
export function showFrame(id: string, next: Frame): void {
  useRun.setState(({ frame, id: shown }) => (shown === id ? { frame: keepUnchanged(frame, next) } : {}));
}

/** Shows the worker's run again. */
export function endRecorded(): void {
  useRun.setState((run) => (isRecorded(run) ? { ...(run.aside ?? { id: undefined }), aside: undefined } : {}));
}

/** Resolves when the worker's run is no longer active. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    if (canShowOther()) return resolve();
    const end = useRun.subscribe(() => {
      if (!canShowOther()) return;
      end();
      resolve();
    });
  });
}

/**
 * Stops the run and clears the charts; the recipe stays, so that Train starts the same run again. The stopped run stays
 * with the worker, until the next one replaces it and keeps its policy.
 */
export async function resetRun(): Promise<void> {
  if (!canShowOther()) useRun.getState().stop();
  await settled();
  if (!isRecorded(useRun.getState())) showNothing();
}
