/** Whether the bench of rewards is open; apart from its state, which loads with the bench. */
import { create } from 'zustand';
import type { Row } from '../data/row.ts';

interface BenchDialog {
  opened: boolean;
  /** Rows of the task's data, to choose from. */
  rows: readonly Row[];
  open: (rows?: readonly Row[]) => void;
  close: () => void;
}

export const useBenchDialog = create<BenchDialog>()((set) => ({
  opened: false,
  rows: [],
  open: (rows = []) => set({ opened: true, rows }),
  close: () => set({ opened: false }),
}));
