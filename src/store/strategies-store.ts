/** The user's custom strategies, kept in this browser. */
import { z } from 'zod';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { StrategyConfig, type CustomStrategyConfig } from '../run/strategies/strategy-config.ts';

/** The source of a new strategy: GPPO on the upper side only, with its own strength. */
export const STARTING_STRATEGY: CustomStrategyConfig = {
  name: 'custom',
  title: 'My strategy',
  parameters: { eps_low: 0.2, eps_high: 0.2, strength: 0.5 },
  source: `// Called for every response token. Returns the surrogate's value and the gradient weight w,
// with grad J = w * A * grad log pi. Fields of \`token\`: ratio, log_ratio, advantage, logprob,
// old_logprob, entropy, old_entropy, sequence_ratio, length. \`parameters\` are the values below.
fn strategy(token: Token) -> Outcome {
  let r = token.ratio;
  let a = token.advantage;
  let high = 1.0 + parameters.eps_high;
  let low = 1.0 - parameters.eps_low;
  if (a > 0.0 && r > high) {
    // Above the clip range, keep a part of the gradient.
    return outcome(high * a, parameters.strength * high, CLIPPED);
  }
  if (a < 0.0 && r < low) {
    return outcome(low * a, 0.0, CLIPPED);
  }
  return outcome(r * a, r, 0u);
}
`,
};

/** Names in the file and in the browser's storage date from earlier versions, which wrote `rule`. */
const StrategyFile = z.object({ kind: z.literal('gppo-studio-rule'), rule: StrategyConfig });

interface StrategiesState {
  strategies: CustomStrategyConfig[];
  /** Adds a strategy, or replaces the one with the same title. */
  save: (strategy: CustomStrategyConfig) => void;
  remove: (title: string) => void;
}

export const useStrategies = create<StrategiesState>()(
  persist(
    (set) => ({
      strategies: [],
      save: (saved) =>
        set(({ strategies }) => ({ strategies: [...strategies.filter(({ title }) => title !== saved.title), saved] })),
      remove: (removed) =>
        set(({ strategies }) => ({ strategies: strategies.filter(({ title }) => title !== removed) })),
    }),
    {
      name: 'gppo-studio-rules',
      partialize: ({ strategies }) => ({ rules: strategies }),
      // Data stored by another version of the studio is checked like any other input.
      merge: (saved, current) => {
        const found = z.object({ rules: z.array(StrategyConfig) }).safeParse(saved);
        return {
          ...current,
          strategies: found.success
            ? found.data.rules.filter((one): one is CustomStrategyConfig => one.name === 'custom')
            : [],
        };
      },
    },
  ),
);

export function strategyFile(strategy: CustomStrategyConfig): string {
  return `${JSON.stringify({ kind: 'gppo-studio-rule', rule: strategy }, null, 2)}\n`;
}

/** @returns undefined when the text is not a strategy file */
export function strategyOfFile(text: string): CustomStrategyConfig | undefined {
  try {
    const found = StrategyFile.safeParse(JSON.parse(text));
    return found.success && found.data.rule.name === 'custom' ? (found.data.rule as CustomStrategyConfig) : undefined;
  } catch {
    return undefined;
  }
}
