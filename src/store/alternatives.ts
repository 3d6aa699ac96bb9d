/**
 * Fields of the choices that a recipe does not use at the moment: the parameters of each strategy, the fields of each
 * task, and so on. Selecting a choice again restores its fields.
 */
import { z } from 'zod';
import { LoraConfig, ModelSource } from '../run/config/model.ts';
import { SftConfig } from '../run/config/sft.ts';
import { TaskConfig } from '../run/config/task.ts';
import { StrategyConfig, type CustomStrategyConfig } from '../run/strategies/strategy-config.ts';
import type { Recipe } from './recipe.ts';

export interface Alternatives {
  /** By `strategyKey`. */
  strategies: Record<string, StrategyConfig>;
  /** By the task's name, and by the checkpoint that it was chosen with. */
  tasks: Record<string, TaskConfig>;
  tasksOfModels: Record<string, TaskConfig>;
  /** The architecture of new weights. */
  architecture?: ModelSource;
  sft?: SftConfig;
  lora?: z.output<typeof LoraConfig>;
  freeze?: string[];
}

export const NO_ALTERNATIVES: Alternatives = { strategies: {}, tasks: {}, tasksOfModels: {} };

/** A custom strategy is known by its title. */
export const strategyKey = (strategy: StrategyConfig): string =>
  strategy.name === 'custom' ? `custom: ${(strategy as CustomStrategyConfig).title}` : strategy.name;

/** The alternatives, with the current fields of a recipe added. */
export function remembered(before: Alternatives, { model, task, sft, rl }: Recipe): Alternatives {
  const after: Alternatives = {
    ...before,
    tasks: { ...before.tasks, [task.name]: task },
    ...(rl && { strategies: { ...before.strategies, [strategyKey(rl.strategy)]: rl.strategy } }),
    ...(sft && { sft }),
    ...(model.lora && { lora: model.lora }),
  };
  if ('checkpoint' in model) after.tasksOfModels = { ...before.tasksOfModels, [model.checkpoint]: task };
  else after.architecture = { architecture: model.architecture };
  // Frozen groups exist only while all other weights are trained; removing the last one is a choice as well.
  if (!model.lora) {
    if (model.freeze) after.freeze = model.freeze;
    else delete after.freeze;
  }
  return after;
}

/** The strategy with its last parameters, if only a name is given. */
export function strategyAgain({ strategies }: Alternatives, wanted: StrategyConfig): StrategyConfig {
  const named = Object.keys(wanted).length === 1;
  return (named && strategies[wanted.name]) || wanted;
}

/** Custom strategies of this recipe, saved or not. */
export const customStrategies = ({ strategies }: Alternatives): CustomStrategyConfig[] =>
  Object.values(strategies).filter((one): one is CustomStrategyConfig => one.name === 'custom');

const valid = <S extends z.ZodType>(schema: S, value: unknown): z.output<S> | undefined => {
  const result = schema.safeParse(value);
  return result.success ? result.data : undefined;
};
const validOnes = <S extends z.ZodType>(schema: S, value: unknown): Record<string, z.output<S>> =>
  Object.fromEntries(
    Object.entries(valid(z.record(z.string(), z.unknown()), value) ?? {}).flatMap(([key, one]) => {
      const found = valid(schema, one);
      return found === undefined ? [] : [[key, found]];
    }),
  );

/** Alternatives that another version of the studio may have stored: entries that are not valid now are left out. */
export function readAlternatives(stored: unknown): Alternatives {
  const found = valid(z.record(z.string(), z.unknown()), stored) ?? {};
  const architecture = valid(ModelSource, found['architecture']);
  const [sft, lora] = [valid(SftConfig, found['sft']), valid(LoraConfig, found['lora'])];
  const freeze = valid(z.array(z.string()), found['freeze']);
  return {
    strategies: validOnes(StrategyConfig, found['strategies']),
    tasks: validOnes(TaskConfig, found['tasks']),
    tasksOfModels: validOnes(TaskConfig, found['tasksOfModels']),
    ...(architecture && 'architecture' in architecture && { architecture }),
    ...(sft && { sft }),
    ...(lora && { lora }),
    ...(freeze && { freeze }),
  };
}
