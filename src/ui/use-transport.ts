import { isComparing, useCompare } from '../store/compare-store.ts';
import { isStartable, useRecipe } from '../store/recipe-store.ts';
import { useRun } from '../store/run-store.ts';
import type { RunStatus } from '../worker/protocol.ts';

export interface Transport {
  state: RunStatus;
  /** A run exists that can be resumed or stopped. */
  active: boolean;
  /** The recipe can be run. */
  ready: boolean;
  /** A comparison is using the GPU: no run can be started or resumed. */
  comparing: boolean;
  run: () => void;
  pause: () => void;
  oneStep: () => void;
  stop: () => void;
}

/** Train, pause, step and stop: what the buttons and keys do in each state. */
export function useTransport(): Transport {
  const state = useRun((run) => run.state);
  const ready = useRun((run) => run.adapter !== undefined && run.models.length > 0);
  const valid = useRecipe(isStartable);
  const comparing = useCompare(isComparing);
  const active = state === 'preparing' || state === 'running' || state === 'pausing' || state === 'paused';
  const begin = (paused: boolean) => {
    const { checked } = useRecipe.getState();
    if (ready && valid && checked && !comparing && state !== 'preparing')
      void useRun.getState().start(checked, { paused });
  };
  return {
    state,
    active,
    ready: ready && valid && !comparing,
    comparing,
    run: () => {
      if (state === 'paused' && !comparing) useRun.getState().resume();
      else if (!active) begin(false);
    },
    pause: () => {
      if (state === 'running') useRun.getState().pause();
    },
    oneStep: () => {
      if (state === 'paused' && !comparing) useRun.getState().resume({ oneStep: true });
      else if (!active) begin(true);
    },
    stop: () => {
      if (active) useRun.getState().stop();
    },
  };
}
