/** recipe.json: what the Python of an exported recipe reads. */
import { inputError, StudioError } from '../errors.ts';
import type { RunConfig } from '../run/config.ts';
import {
  resolveStrategy,
  STRATEGY_NAMES,
  strategyInfo,
  type BuiltInStrategy,
  type StrategyConfig,
} from '../run/strategies/strategy-config.ts';
import { pythonPattern, withPythonPatterns } from './python-pattern.ts';

type Parameters = Record<string, number | boolean | null>;
type Rl = NonNullable<RunConfig['rl']>;

export type Recipe = Omit<Rl, 'strategy' | 'aggregation' | 'max_response_tokens'> & {
  name: string;
  seed: number;
  strategy: { name: BuiltInStrategy; parameters: Parameters };
  aggregation: string;
  /** Longest response in tokens, its end token included. */
  max_response_tokens: number;
  max_prompt_tokens: number;
  micro_batch: number | null;
  recompute: boolean;
  lora: RunConfig['model']['lora'] | null;
  task: Record<string, unknown>;
  /** Defaults of every strategy, for another one by the environment. */
  defaults: Record<string, Parameters>;
};

/** @throws StudioError `input` for a config without RL, or with a strategy, pattern or group that has no counterpart */
export function recipeOf(config: RunConfig, lengths: { prompt: number; response: number }): Recipe {
  const rl = exportableRl(config);
  const { name, seed, memory, model, task } = config;
  const strategy = rl.strategy.name as BuiltInStrategy;
  return {
    ...rl,
    name,
    seed,
    strategy: { name: strategy, parameters: parametersOf(strategy, rl.strategy) },
    aggregation: rl.aggregation ?? strategyInfo(strategy).aggregation,
    max_response_tokens: rl.max_response_tokens ?? lengths.response,
    max_prompt_tokens: lengths.prompt,
    micro_batch: memory?.micro_batch ?? null,
    recompute: memory?.recompute ?? false,
    lora: model.lora ?? null,
    task: withPythonPatterns(task),
    defaults: Object.fromEntries(STRATEGY_NAMES.map((one) => [one, parametersOf(one, { name: one })])),
  };
}

/** Checks what decides whether a config can be exported, before anything is read. @throws StudioError `input` */
export function exportableRl({ rl, task }: RunConfig): Rl {
  if (!rl) throw inputError('rl', 'expected a section rl: an exported recipe is its RL stage, found none', 'rl');
  if (rl.strategy.name === 'custom') {
    const { title } = resolveStrategy(rl.strategy);
    throw new StudioError(
      'input',
      `rl.strategy: the custom strategy ${JSON.stringify(title)} is WGSL, which is not translated to PyTorch.`,
      'Choose a built-in strategy, export, and add yours to STRATEGIES in gppo_studio/strategies.py.',
      'rl.strategy',
    );
  }
  if (rl.responses < 2)
    throw inputError('rl.responses', `expected at least 2 responses per prompt, found ${rl.responses}`, 'rl.responses');
  for (const [i, reward] of (task.rewards ?? []).entries()) {
    if (reward.name !== 'regex') continue;
    const found = pythonPattern(reward.pattern, reward.ignore_case);
    const field = `task.rewards.${i}.pattern`;
    if ('missing' in found)
      throw inputError(field, `expected a pattern that Python's re has too, found ${found.missing}`, field);
  }
  return rl;
}

/** All parameters of a strategy, with null for off; those that only define zones are included. */
function parametersOf(name: BuiltInStrategy, given: StrategyConfig): Parameters {
  const values = given as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(strategyInfo(name).parameters).map(([key, info]) => [
      key,
      (values[key] === undefined ? info.default : values[key]) as number | boolean | null,
    ]),
  );
}
