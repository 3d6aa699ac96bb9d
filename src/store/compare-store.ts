/** A comparison: its set-up, and the records of its runs as they come in. */
import { create } from 'zustand';
import type { RunRecords } from '../compare/summary.ts';
import type { Sweep } from '../compare/sweep.ts';
import type { StrategyConfig } from '../run/strategies.ts';
import type { ErrorView, SweepEvent } from '../worker/protocol.ts';
import { studioApi } from './connection.ts';

export interface SweepRunView extends RunRecords {
  state: 'waiting' | 'running' | 'done' | 'broken';
}

interface CompareState {
  strategies: StrategyConfig[];
  /** As typed: "1, 2, 3". */
  seeds: string;
  /** The comparison that the runs belong to. */
  sweep: Sweep | undefined;
  runs: SweepRunView[];
  /** `stopping`: asked to stop, while the worker still ends the step it is in. */
  state: 'idle' | 'starting' | 'running' | 'stopping' | 'finished' | 'stopped' | 'failed';
  error: ErrorView | undefined;
  setStrategies: (strategies: StrategyConfig[]) => void;
  setSeeds: (seeds: string) => void;
  /** Starts a comparison, or goes on with the one that was stopped. */
  start: (sweep: Sweep) => Promise<void>;
  stop: () => Promise<void>;
}

/** Whether the GPU is a comparison's. */
export const isComparing = ({ state }: Pick<CompareState, 'state'>): boolean => state === 'starting' || state === 'running' || state === 'stopping';

const key = ({ label, seed }: { label: string; seed: number }) => `${seed} ${label}`;

export const useCompare = create<CompareState>()((set, get) => ({
  strategies: [{ name: 'ppo' }, { name: 'clip-higher' }, { name: 'gppo' }],
  seeds: '1, 2, 3',
  sweep: undefined,
  runs: [],
  state: 'idle',
  error: undefined,
  setStrategies: (strategies) => set({ strategies }),
  setSeeds: (seeds) => set({ seeds }),

  start: async (sweep) => {
    const same = JSON.stringify(sweep) === JSON.stringify(get().sweep);
    const done = same ? get().runs.filter(({ state }) => state === 'done' || state === 'broken') : [];
    const runs = sweep.seeds.flatMap((seed) => sweep.strategies.map(({ label }): SweepRunView => done.find((run) => key(run) === key({ label, seed })) ?? { label, seed, records: [], state: 'waiting' }));
    set({ sweep, runs, state: 'starting', error: undefined });
    const started = await studioApi().startSweep(sweep, done.map(({ label, seed, records, error }) => ({ label, seed, records, ...(error !== undefined && { error }) })));
    if (!started.ok) set({ state: 'failed', error: started.error });
    else if (get().state === 'starting') set({ state: 'running' });
  },

  stop: async () => {
    set({ state: 'stopping' });
    await studioApi().stopSweep();
    // A run that was cut off is made again from its beginning.
    set(({ runs, state }) => ({ state: state === 'stopping' ? 'stopped' : state, runs: runs.map((run) => (run.state === 'running' ? { ...run, state: 'waiting', records: [] } : run)) }));
  },
}));

/** Takes in what the worker says of a comparison. */
export function receiveSweep(event: SweepEvent): void {
  const change = (which: { label: string; seed: number }, of: (run: SweepRunView) => SweepRunView) =>
    useCompare.setState(({ runs }) => ({ runs: runs.map((run) => (key(run) === key(which) ? of(run) : run)) }));
  switch (event.type) {
    case 'sweep-run':
      useCompare.setState(({ state }) => ({ state: state === 'stopping' ? state : 'running' }));
      change(event, (run) => ({ ...run, state: 'running' }));
      break;
    case 'sweep-records':
      change(event, (run) => ({ ...run, records: [...run.records, ...event.records] }));
      break;
    case 'sweep-run-end': {
      const { error } = event;
      change(event, (run) => (error === undefined ? { ...run, state: 'done' } : { ...run, state: 'broken', error }));
      break;
    }
    case 'sweep-end': {
      const { error } = event;
      useCompare.setState(({ state }) => (error ? { state: 'failed', error } : { state: state === 'stopping' ? state : 'finished' }));
    }
  }
}
