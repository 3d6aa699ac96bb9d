/** The recipes of papers as presets of the page, which loads them when it is ready. */
import type { Preset } from '../gallery.ts';
import { RECIPES } from './index.ts';
import { recipeConfig } from './recipe.ts';

export const RECIPE_PRESETS: readonly Preset[] = RECIPES.map((recipe) => {
  const { id, title, summary, watch } = recipe;
  return { id, title, summary, watch, recipe, runs: [recipeConfig(recipe)] };
});
