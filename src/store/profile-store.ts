/** The latest profile of a training step. */
import { create } from 'zustand';
import type { StepProfile } from '../views/step-profile.ts';
import type { ErrorView } from '../views/result.ts';
import { studioApi } from './connection.ts';

interface ProfileState {
  profile: StepProfile | undefined;
  busy: boolean;
  error: ErrorView | undefined;
  measure: () => Promise<void>;
}

export const useProfile = create<ProfileState>()((set) => ({
  profile: undefined,
  busy: false,
  error: undefined,
  measure: async () => {
    set({ busy: true, error: undefined });
    const answer = await studioApi().profileStep();
    if (answer.ok) set({ busy: false, profile: answer.value });
    else set({ busy: false, ...(answer.error.kind !== 'cancelled' && { error: answer.error }) });
  },
}));
