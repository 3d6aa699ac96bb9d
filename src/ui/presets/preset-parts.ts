/** Parts of the presets that load when they are first shown. */
import { Part } from '../part.ts';

export const RECIPE_GALLERY = new Part(async () => (await import('./RecipeGallery.tsx')).RecipeGallery);
export const RECIPE_SOURCES = new Part(async () => (await import('./RecipeSources.tsx')).RecipeSources);
