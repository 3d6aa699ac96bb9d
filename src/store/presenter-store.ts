/** Presenter mode: whether it is open, what it presents, and its charts; the choices stay until the page is closed. */
import { create } from 'zustand';

export const NO_CHART = '';

/** The run or recording of the Train page, or the race. */
export type PresentedSource = 'run' | 'race';

interface PresenterState {
  opened: boolean;
  source: PresentedSource;
  /** Names of charts (presented-charts.ts); the second may be NO_CHART. */
  charts: Record<PresentedSource, readonly [string, string]>;
  open: () => void;
  openRace: () => void;
  close: () => void;
  show: (source: PresentedSource) => void;
  choose: (place: 0 | 1, chart: string) => void;
}

export const usePresenter = create<PresenterState>()((set) => ({
  opened: false,
  source: 'run',
  charts: { run: ['reward', NO_CHART], race: ['critic/score/mean', 'accuracy/sampled'] },
  open: () => set({ opened: true, source: 'run' }),
  openRace: () => set({ opened: true, source: 'race' }),
  close: () => set({ opened: false }),
  show: (source) => set({ source }),
  choose: (place, chart) =>
    set(({ source, charts }) => {
      const [first, second] = charts[source];
      return { charts: { ...charts, [source]: place === 0 ? [chart, second] : [first, chart] } };
    }),
}));
