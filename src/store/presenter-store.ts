/** Presenter mode: whether it is open, and which charts it shows; the choice stays until the page is closed. */
import { create } from 'zustand';

export const NO_CHART = '';

interface PresenterState {
  opened: boolean;
  /** Names of charts (charts.ts); the second may be NO_CHART. */
  charts: readonly [string, string];
  open: () => void;
  close: () => void;
  choose: (place: 0 | 1, chart: string) => void;
}

export const usePresenter = create<PresenterState>()((set) => ({
  opened: false,
  charts: ['reward', NO_CHART],
  open: () => set({ opened: true }),
  close: () => set({ opened: false }),
  choose: (place, chart) =>
    set(({ charts: [first, second] }) => ({ charts: place === 0 ? [chart, second] : [first, chart] })),
}));
