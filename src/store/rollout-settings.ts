/** Bytes of rollouts that the next run keeps, set in this browser: not a field of a recipe, as it changes no metric. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** Bytes; 0 keeps none. */
export const ROLLOUT_BYTES = [0, 8e6, 32e6, 128e6] as const;
const DEFAULT = 32e6;

interface RolloutSettings {
  bytes: number;
  setBytes: (bytes: number) => void;
}

export const useRolloutSettings = create<RolloutSettings>()(
  persist((set) => ({ bytes: DEFAULT, setBytes: (bytes) => set({ bytes }) }), {
    name: 'gppo-studio-rollouts',
    // What is stored may be from another version, or edited.
    merge: (kept, fresh) => {
      const { bytes } = (kept ?? {}) as { bytes?: unknown };
      return { ...fresh, ...(ROLLOUT_BYTES.some((one) => one === bytes) && { bytes: bytes as number }) };
    },
  }),
);
