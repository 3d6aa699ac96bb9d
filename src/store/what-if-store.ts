/** The strategy comparison on the current batch: its request and its result. */
import { create } from 'zustand';
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { WhatIf } from '../views/what-if.ts';
import type { ErrorView } from '../worker/protocol.ts';
import { studioApi } from './connection.ts';

interface WhatIfState {
  opened: boolean;
  strategies: StrategyConfig[];
  busy: boolean;
  result: WhatIf | undefined;
  error: ErrorView | undefined;
  open: () => void;
  close: () => void;
  setStrategies: (strategies: StrategyConfig[]) => void;
  ask: () => Promise<void>;
}

export const useWhatIf = create<WhatIfState>()((set, get) => ({
  opened: false,
  strategies: [{ name: 'ppo' }, { name: 'gppo' }, { name: 'cispo' }, { name: 'importance' }],
  busy: false,
  result: undefined,
  error: undefined,
  open: () => set({ opened: true }),
  close: () => {
    set({ opened: false });
    if (get().busy) void studioApi().cancelWhatIf();
  },
  setStrategies: (strategies) => set({ strategies }),
  ask: async () => {
    set({ busy: true, error: undefined });
    const answer = await studioApi().whatIf(get().strategies);
    if (answer.ok) set({ busy: false, result: answer.value });
    else set({ busy: false, ...(answer.error.kind !== 'cancelled' && { error: answer.error }) });
  },
}));
