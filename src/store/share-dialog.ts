/** What the share dialog is open for: a recipe, and a run of it whose curves may be in the link. */
import { create } from 'zustand';
import type { ArchivedRun } from '../archive/archived-run.ts';
import type { RunConfig } from '../run/config.ts';
import type { StepRecord } from '../run/step-record.ts';

export interface ToShare {
  config: RunConfig;
  run?: { about: Pick<ArchivedRun, 'name' | 'started' | 'adapter'>; records: readonly StepRecord[] };
}

interface ShareDialogState {
  sharing: ToShare | undefined;
  share: (what: ToShare) => void;
  close: () => void;
}

export const useShareDialog = create<ShareDialogState>()((set) => ({
  sharing: undefined,
  share: (sharing) => set({ sharing }),
  close: () => set({ sharing: undefined }),
}));
