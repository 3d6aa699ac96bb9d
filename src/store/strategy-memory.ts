/** The parameters of strategies that were removed from a list; adding one again restores them. */
import { z } from 'zod';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { EntryScope } from './entry-store.ts';

interface StrategyMemory {
  /** By list and name. */
  strategies: Record<string, StrategyConfig>;
  remember: (scope: EntryScope, strategies: readonly StrategyConfig[]) => void;
}

const keyOf = (scope: EntryScope, { name }: StrategyConfig): string => `${scope} ${name}`;

export const useStrategyMemory = create<StrategyMemory>()(
  persist(
    (set) => ({
      strategies: {},
      remember: (scope, listed) =>
        set(({ strategies }) => ({
          strategies: {
            ...strategies,
            ...Object.fromEntries(
              listed
                .filter(({ name }) => name !== 'custom')
                .map((strategy) => [keyOf(scope, strategy), strategy] as const),
            ),
          },
        })),
    }),
    {
      name: 'gppo-studio-strategy-parameters',
      partialize: ({ strategies }) => ({ strategies }),
      // Another version of the studio may have stored parameters that no longer exist.
      merge: (saved, current) => {
        const found = z.object({ strategies: z.record(z.string(), z.unknown()) }).safeParse(saved);
        const known = Object.entries(found.success ? found.data.strategies : {}).flatMap(([key, value]) => {
          const strategy = StrategyConfig.safeParse(value);
          return strategy.success ? [[key, strategy.data] as const] : [];
        });
        return { ...current, strategies: Object.fromEntries(known) };
      },
    },
  ),
);

/** The strategy to add to a list: with its last parameters there, else with defaults; undefined if both are listed. */
export function strategyToAdd(
  { strategies }: Pick<StrategyMemory, 'strategies'>,
  scope: EntryScope,
  wanted: StrategyConfig,
  taken: ReadonlySet<string>,
): StrategyConfig | undefined {
  return [strategies[keyOf(scope, wanted)], wanted].find((one) => one !== undefined && !taken.has(JSON.stringify(one)));
}
