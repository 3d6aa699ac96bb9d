/**
 * A recipe of a paper: its config with the source of every value that the paper or its code sets. The page, the files
 * configs/recipe-*.json and docs/recipes.md are made from it.
 */
import { parseRunConfig, type RunConfig } from '../config.ts';

export interface Source {
  title: string;
  url: string;
}

/** Where a value is from: a paper or a file of released code, and the place in it. */
export interface Citation {
  source: Source;
  /** Section, table, equation, or lines; empty for a whole file. */
  place: string;
}

export interface RecipeField {
  /** Of the RunConfig, with dots. */
  path: string;
  value: string | number | boolean | readonly unknown[];
  cited: Citation;
  /** What the source has, where `value` is a scaled-down or a differently counted one. */
  scaledFrom?: string;
}

export interface Recipe {
  id: string;
  title: string;
  /** What it trains, in one sentence. */
  summary: string;
  /** What to look at while it trains, in order. */
  watch: readonly string[];
  fields: readonly RecipeField[];
}

/** A value as the source has it. */
export const as = (path: string, value: RecipeField['value'], cited: Citation): RecipeField => ({ path, value, cited });

/** A value that the source has larger or in another unit; `from` is the source's. */
export const scaled = (path: string, value: RecipeField['value'], from: string, cited: Citation): RecipeField => ({
  path,
  value,
  cited,
  scaledFrom: from,
});

export const cite =
  (source: Source) =>
  (place: string): Citation => ({ source, place });

/** What no paper sets: the model, the task and the length of the run. `fields` of a recipe replace these values. */
const STUDIO = {
  seed: 7,
  model: { checkpoint: 'embedded:addition-0.1M' },
  task: { name: 'addition', digits: 2 },
  rl: { steps: 40, prompts: 32, responses: 8, learning_rate: 2e-4 },
  evaluation: { every: 10, problems: 128 },
};

/** The config as one writes it: only what the recipe sets, without defaults. */
export function recipeInput({ id, fields }: Recipe): Record<string, unknown> {
  const config = structuredClone({ name: id, ...STUDIO }) as Record<string, unknown>;
  for (const { path, value } of fields) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let part = config;
    for (const name of names) part = (part[name] ??= {}) as Record<string, unknown>;
    part[last] = value;
  }
  return config;
}

export const recipeConfig = (recipe: Recipe): RunConfig => parseRunConfig(recipeInput(recipe), `recipe ${recipe.id}`);
