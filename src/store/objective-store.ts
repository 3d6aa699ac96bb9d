/** What the Objective page draws in addition to the recipe's strategy, and the token's properties. */
import { create } from 'zustand';
import type { CustomStrategyConfig, StrategyConfig } from '../run/strategies/strategy-config.ts';
import { STARTING_STRATEGY } from './strategies-store.ts';

interface ObjectiveState {
  overlays: StrategyConfig[];
  /** Probability of the token when it was sampled: DCPO's bounds depend on it. */
  oldProbability: number;
  /** Current entropy over old entropy, for ERC. */
  entropyRatio: number;
  /** Tokens of the response, all with the same ratio: for strategies on whole responses. */
  length: number;
  /** The custom strategy in the editor. */
  draft: CustomStrategyConfig;
  setOverlays: (overlays: StrategyConfig[]) => void;
  setToken: (token: Partial<Pick<ObjectiveState, 'oldProbability' | 'entropyRatio' | 'length'>>) => void;
  setDraft: (draft: CustomStrategyConfig) => void;
}

export const useObjective = create<ObjectiveState>()((set) => ({
  overlays: [{ name: 'ppo' }, { name: 'cispo' }],
  oldProbability: 0.3,
  entropyRatio: 1,
  length: 1,
  draft: STARTING_STRATEGY,
  setOverlays: (overlays) => set({ overlays }),
  setToken: (token) => set(token),
  setDraft: (draft) => set({ draft }),
}));
