/** Settings of charts over steps, kept in this browser: one smoothing for all, a logarithmic axis per chart. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** The strongest smoothing: the weight of the past in the moving average. */
export const MOST_SMOOTHING = 0.99;

interface ChartSettings {
  /** From 0 (off) to MOST_SMOOTHING. */
  smoothing: number;
  /** Names of charts whose axis of values is logarithmic. */
  log: string[];
  setSmoothing: (smoothing: number) => void;
  setLog: (chart: string, on: boolean) => void;
}

export const useChartSettings = create<ChartSettings>()(
  persist(
    (set) => ({
      smoothing: 0,
      log: [],
      setSmoothing: (smoothing) => set({ smoothing: Math.min(MOST_SMOOTHING, Math.max(0, smoothing)) }),
      setLog: (chart, on) =>
        set(({ log }) => ({ log: on ? [...new Set([...log, chart])] : log.filter((name) => name !== chart) })),
    }),
    {
      name: 'gppo-studio-charts',
      // What is stored may be from another version, or edited.
      merge: (kept, fresh) => {
        const { smoothing, log } = (kept ?? {}) as { smoothing?: unknown; log?: unknown };
        const valid = typeof smoothing === 'number' && smoothing >= 0 && smoothing <= MOST_SMOOTHING;
        return {
          ...fresh,
          ...(valid && { smoothing }),
          ...(Array.isArray(log) && { log: log.filter((name) => typeof name === 'string') }),
        };
      },
    },
  ),
);
