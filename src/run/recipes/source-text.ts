import { numberText } from '../config/fields.ts';
import type { RecipeField } from './recipe.ts';

/** "DAPO, section 4.1. Scaled from: 16.", or the place alone where the recipe has the source's own value. */
export function sourceText({ cited: { source, place }, scaledFrom }: RecipeField): string {
  const where = place === '' ? source.title : `${source.title}, ${place}`;
  return scaledFrom === undefined ? `${where}.` : `${where}. Scaled from: ${scaledFrom}.`;
}

/** A value as a person reads it: `2e-4`, `on`, `exact, weight 1; length, weight 0.5`. */
export function valueText(value: RecipeField['value']): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' ? value : value.map(entryText).join('; ');
}

/** An entry of a list: a reward by its name, then its fields. */
function entryText(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null) return String(entry);
  const { name, ...fields } = entry as Record<string, unknown>;
  const text = Object.entries(fields).map(([key, field]) => `${key} ${JSON.stringify(field)}`);
  return [...(name === undefined ? [] : [String(name)]), ...text].join(', ');
}
