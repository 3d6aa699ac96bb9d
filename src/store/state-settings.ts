/** How often the next run keeps its state, set in this browser: not a field of a recipe, as it changes no metric. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { DEFAULT_STATE_EVERY } from '../views/states.ts';

/** Steps; 0 keeps none. */
export const STATE_EVERY = [0, 1, 5, 10, 20, 50, 100] as const;

interface StateSettings {
  every: number;
  setEvery: (every: number) => void;
}

export const useStateSettings = create<StateSettings>()(
  persist((set) => ({ every: DEFAULT_STATE_EVERY, setEvery: (every) => set({ every }) }), {
    name: 'gppo-studio-states',
    // What is stored may be from another version, or edited.
    merge: (kept, fresh) => {
      const { every } = (kept ?? {}) as { every?: unknown };
      return { ...fresh, ...(STATE_EVERY.some((one) => one === every) && { every: every as number }) };
    },
  }),
);
