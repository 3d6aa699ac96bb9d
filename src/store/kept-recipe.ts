/** Keeps the edited recipe in this browser's storage, so that it survives a reload. */
import { z } from 'zod';
import { CONFIG_FIELDS } from '../run/config-fields.ts';
import { RunConfig } from '../run/config.ts';
import { RENAMED_FIELDS, withCurrentNames } from '../run/config/renamed-fields.ts';
import { readJsonText } from '../json-text.ts';
import { readAs } from '../run/schema-issues.ts';
import { NO_ALTERNATIVES, readAlternatives, remembered, type Alternatives } from './alternatives.ts';
import type { Recipe, Unparsed } from './recipe.ts';

export interface KeptRecipe {
  config: Recipe;
  unparsed: Record<string, Unparsed>;
  alternatives: Alternatives;
}

export type RecipeStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Its key in the browser's storage. */
export const KEPT_RECIPE = 'gppo-studio-recipe';

const Stored = z.object({
  config: z.unknown(),
  unparsed: z.record(z.string(), z.object({ text: z.string(), problem: z.string() })).default({}),
  alternatives: z.unknown().optional(),
});

/** The browser's storage; undefined where there is none, or where the browser refuses it. */
export function browserStorage(): RecipeStorage | undefined {
  try {
    return typeof window === 'undefined' ? undefined : window.localStorage;
  } catch {
    return undefined;
  }
}

/** @returns the stored recipe; `dropped`, with the reason, where it cannot be used; undefined if there is none */
export function readKept(storage: RecipeStorage | undefined): KeptRecipe | { dropped: string } | undefined {
  const text = storage?.getItem(KEPT_RECIPE) ?? null;
  if (text === null) return undefined;
  const read = readJsonText(text);
  if ('fault' in read) return { dropped: 'it is not valid JSON' };
  const stored = Stored.safeParse(read.value);
  if (!stored.success) return { dropped: 'its format is unknown' };
  const { unparsed, alternatives } = stored.data;
  const problem = unusable(stored.data.config);
  if (problem !== undefined) return { dropped: problem };
  const config = withCurrentNames(stored.data.config, RENAMED_FIELDS) as Recipe;
  return {
    config,
    unparsed: Object.fromEntries(Object.entries(unparsed).filter(([path]) => isEditable(path))),
    alternatives: remembered({ ...NO_ALTERNATIVES, ...readAlternatives(alternatives) }, config),
  };
}

/** The reason why a config cannot be edited: a problem that has no input at which it could be shown. */
function unusable(config: unknown): string | undefined {
  const result = readAs(RunConfig, config);
  if (result.ok) return undefined;
  const issue = result.issues.find(({ path }) => !isEditable(path));
  return issue && `${issue.path || 'the recipe'}: ${issue.message}`;
}

/** Whether a problem at this path can be corrected in a field. */
const isEditable = (path: string): boolean =>
  CONFIG_FIELDS.some(
    ({ path: field, kind }) =>
      (field === path || (kind === 'list' && path.startsWith(`${field}.`))) &&
      ['number', 'integer', 'list', 'text'].includes(kind),
  );

export function keepRecipe(storage: RecipeStorage | undefined, { config, unparsed, alternatives }: KeptRecipe): void {
  try {
    storage?.setItem(KEPT_RECIPE, JSON.stringify({ config, unparsed, alternatives }));
  } catch {
    // Storage is full or refused: the recipe then lasts as long as the tab.
  }
}
