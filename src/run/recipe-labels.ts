/** Labels of a recipe's fields, as the form and docs/run-config.md have them. */
import { configField } from './config-fields.ts';
import type { Recipe, RecipeField } from './recipes/recipe.ts';

/** @throws Error for a path that no RunConfig has */
export function recipeFieldLabel({ path }: RecipeField, { fields }: Recipe): string {
  const strategy = fields.find((field) => field.path === 'rl.strategy.name')?.value;
  if (path === 'rl.strategy.name') return configField('rl.strategy').label;
  return configField(path, path.startsWith('rl.strategy.') ? String(strategy) : undefined).label;
}
