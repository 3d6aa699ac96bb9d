/** Trained policies that would be lost: by a new run, when they are too large to be kept, and by leaving the page. */
import { create } from 'zustand';
import type { RunConfig } from '../run/config.ts';
import { MAX_KEPT_POLICY_BYTES } from '../views/run-view.ts';
import { STATE_MODEL } from '../views/states.ts';
import { useRace } from './race-store.ts';
import { isActive, liveRun, policyKey, useRun } from './run-store.ts';

interface Pending {
  config: RunConfig;
  options: { paused: boolean };
}

interface LeavingState {
  /** Ids of kept policies whose files were saved. */
  saved: string[];
  markSaved: (id: string) => void;
  /** A start that waits for an answer about the policy that it would discard. */
  pending: Pending | undefined;
  /** Starts a run; asks first if that would discard a trained policy. */
  start: (config: RunConfig, options: { paused: boolean }) => void;
  /** Starts the pending run and discards the policy. */
  discard: () => void;
  cancel: () => void;
}

export const useLeaving = create<LeavingState>()((set, get) => ({
  saved: [],
  markSaved: (id) => set(({ saved }) => ({ saved: [...saved, id] })),
  pending: undefined,
  start: (config, options) => {
    const { held, frame } = liveRun();
    const tooLarge = held && (frame?.policyBytes ?? 0) > MAX_KEPT_POLICY_BYTES;
    if (tooLarge && unsavedPolicy()) set({ pending: { config, options } });
    else void useRun.getState().start(config, { ...options, discard: tooLarge });
  },
  discard: () => {
    const { pending } = get();
    set({ pending: undefined });
    if (pending) void useRun.getState().start(pending.config, { ...pending.options, discard: true });
  },
  cancel: () => set({ pending: undefined }),
}));

/** The worker holds a policy with training steps that is neither kept nor exported since its newest step. */
function unsavedPolicy(): boolean {
  const { held, exported, id, frame } = liveRun();
  const key = policyKey({ id, frame });
  return held && key !== undefined && key !== exported && frame?.states?.behind !== 0;
}

/** The run can be resumed from a kept state; the steps after it are recomputed. */
function resumable(): boolean {
  const states = liveRun().frame?.states;
  return states !== undefined && states.problem === undefined && (states.notice === undefined || states.behind === 0);
}

/** Leaving the page would end a run that cannot be resumed, or a race, or lose a trained policy. */
export const wouldLose = (): boolean => {
  const { state } = liveRun();
  const { models } = useRun.getState();
  const { saved } = useLeaving.getState();
  const racing = isActive(useRace.getState().state);
  return (
    racing ||
    ((isActive(state) || unsavedPolicy()) && !resumable()) ||
    models.some(({ id, trained }) => trained && !id.startsWith(STATE_MODEL) && !saved.includes(id))
  );
};
