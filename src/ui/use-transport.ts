import { useMemo } from 'react';
import { gpuUser, useGpuUser, type GpuUser } from '../store/gpu-user.ts';
import { useLeaving } from '../store/leaving-store.ts';
import { isStartable, useRecipe } from '../store/recipe-store.ts';
import { isActive, useRun } from '../store/run-store.ts';
import { transportView, type Command, type TransportState, type TransportView } from './run/transport-view.ts';

export interface Transport {
  view: TransportView;
  /** A run exists that trains or is paused. */
  active: boolean;
  /** The recipe can be started. */
  ready: boolean;
  /** What else trains on the GPU. */
  user: GpuUser | undefined;
  /** What Space does: trains, pauses or resumes. */
  toggle: () => void;
  /** A new run, also where `toggle` resumes. */
  startAgain: () => void;
  oneStep: () => void;
  stop: () => void;
}

/** Reads the current state: a key may be pressed before the page has rendered it. */
const currentView = (): TransportView => {
  const { state, held, adapter, models, unavailable } = useRun.getState();
  return transportView({
    state,
    held,
    open: adapter !== undefined && models.length > 0,
    unavailable: unavailable !== undefined,
    valid: isStartable(useRecipe.getState()),
    user: gpuUser(),
  });
};

function run(command: Command | undefined): void {
  const { resume, pause, stop } = useRun.getState();
  if (command === 'resume' || command === 'resume-one') resume({ oneStep: command === 'resume-one' });
  else if (command === 'pause') pause();
  else if (command === 'stop') stop();
  else if (command) begin(command === 'start-one');
}

function begin(paused: boolean): void {
  const { checked } = useRecipe.getState();
  if (checked) useLeaving.getState().start(checked, { paused });
}

/** What the buttons and keys do now; reading them subscribes to nothing. */
export const TRANSPORT_ACTIONS = {
  toggle: () => run(currentView().main.command),
  startAgain: () => run(currentView().again?.command),
  oneStep: () => run(currentView().step.command),
  stop: () => run(currentView().stop.command),
};

/** Train, pause, step and stop: what the buttons and keys do in each state. */
export function useTransport(): Transport {
  const state = useRun((store) => store.state);
  const held = useRun((store) => store.held);
  const open = useRun((store) => store.adapter !== undefined && store.models.length > 0);
  const unavailable = useRun((store) => store.unavailable !== undefined);
  const valid = useRecipe(isStartable);
  const user = useGpuUser();
  return useMemo(() => {
    const given: TransportState = { state, held, open, unavailable, valid, user };
    return {
      view: transportView(given),
      active: isActive(state),
      ready: open && valid && user === undefined,
      user,
      ...TRANSPORT_ACTIONS,
    };
  }, [state, held, open, unavailable, valid, user]);
}
