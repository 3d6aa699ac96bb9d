import type { RecipeField } from './recipe.ts';

/** "DAPO, section 4.1. Scaled from: 16.", or the place alone where the recipe has the source's own value. */
export function sourceText({ cited: { source, place }, scaledFrom }: RecipeField): string {
  const where = place === '' ? source.title : `${source.title}, ${place}`;
  return scaledFrom === undefined ? `${where}.` : `${where}. Scaled from: ${scaledFrom}.`;
}
