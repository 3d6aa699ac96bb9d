/** The strategy comparison on the current batch: its request and its result. */
import { create } from 'zustand';
import { atSettingsOf } from '../run/strategies/at-settings-of.ts';
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { WhatIf } from '../views/what-if.ts';
import type { ErrorView } from '../views/result.ts';
import { studioApi } from './connection.ts';

interface WhatIfState {
  opened: boolean;
  strategies: StrategyConfig[];
  busy: boolean;
  result: WhatIf | undefined;
  error: ErrorView | undefined;
  /** @param own the run's strategy, at whose clip range the others are compared until the user changes them */
  open: (own?: StrategyConfig) => void;
  close: () => void;
  setStrategies: (strategies: StrategyConfig[]) => void;
  ask: () => Promise<void>;
}

const OTHERS: StrategyConfig[] = [{ name: 'ppo' }, { name: 'gppo' }, { name: 'cispo' }, { name: 'importance' }];
/** The strategies that the user has not changed. */
let proposed = OTHERS;

export const useWhatIf = create<WhatIfState>()((set, get) => ({
  opened: false,
  strategies: proposed,
  busy: false,
  result: undefined,
  error: undefined,
  open: (own) => {
    if (own && get().strategies === proposed) {
      proposed = atSettingsOf(own, OTHERS);
      set({ strategies: proposed });
    }
    set({ opened: true });
  },
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
