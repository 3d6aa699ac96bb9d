/** Clip rules of the user's own, kept in this browser. */
import { z } from 'zod';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { StrategyConfig, type CustomStrategyConfig } from '../run/strategies/strategy-config.ts';

/** What a new rule begins with: GPPO on the high side only, with a strength of its own. */
export const STARTING_RULE: CustomStrategyConfig = {
  name: 'custom',
  title: 'My strategy',
  parameters: { eps_low: 0.2, eps_high: 0.2, strength: 0.5 },
  source: `// Called for every response token. Answers the surrogate's value and the gradient weight w,
// with grad J = w * A * grad log pi. Fields of \`token\`: ratio, log_ratio, advantage, logprob,
// old_logprob, entropy, old_entropy, sequence_ratio, length. \`parameters\` are the numbers below.
fn strategy(token: Token) -> Outcome {
  let r = token.ratio;
  let a = token.advantage;
  let high = 1.0 + parameters.eps_high;
  let low = 1.0 - parameters.eps_low;
  if (a > 0.0 && r > high) {
    // A good token above the band keeps a part of its gradient.
    return outcome(high * a, parameters.strength * high, CLIPPED);
  }
  if (a < 0.0 && r < low) {
    return outcome(low * a, 0.0, CLIPPED);
  }
  return outcome(r * a, r, 0u);
}
`,
};

const RuleFile = z.object({ kind: z.literal('gppo-studio-rule'), rule: StrategyConfig });

interface StrategiesState {
  rules: CustomStrategyConfig[];
  /** Adds a rule, or replaces the one of the same title. */
  save: (rule: CustomStrategyConfig) => void;
  remove: (title: string) => void;
}

export const useStrategies = create<StrategiesState>()(
  persist(
    (set) => ({
      rules: [],
      save: (rule) => set(({ rules }) => ({ rules: [...rules.filter(({ title }) => title !== rule.title), rule] })),
      remove: (title) => set(({ rules }) => ({ rules: rules.filter((rule) => rule.title !== title) })),
    }),
    {
      name: 'gppo-studio-rules',
      // What another version of the studio has left there is checked like any other input.
      merge: (saved, current) => {
        const found = z.object({ rules: z.array(StrategyConfig) }).safeParse(saved);
        return {
          ...current,
          rules: found.success
            ? found.data.rules.filter((rule): rule is CustomStrategyConfig => rule.name === 'custom')
            : [],
        };
      },
    },
  ),
);

export function strategyFile(rule: CustomStrategyConfig): string {
  return `${JSON.stringify({ kind: 'gppo-studio-rule', rule }, null, 2)}\n`;
}

/** @returns undefined when the text is no rule file */
export function strategyOfFile(text: string): CustomStrategyConfig | undefined {
  try {
    const found = RuleFile.safeParse(JSON.parse(text));
    return found.success && found.data.rule.name === 'custom' ? (found.data.rule as CustomStrategyConfig) : undefined;
  } catch {
    return undefined;
  }
}
