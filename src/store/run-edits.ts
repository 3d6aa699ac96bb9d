/** Fields of the recipe that differ from the config of the active run: they apply to the next one. */
import { useMemo } from 'react';
import type { RunConfig } from '../run/config.ts';
import { recipeDifferences } from '../run/recipe-fields.ts';
import { defaultRunName } from '../run/run-name.ts';
import type { RunStatus } from '../views/run-view.ts';
import { nameOf, type Recipe, type Unparsed } from './recipe.ts';
import { useRecipe } from './recipe-store.ts';
import { useRun } from './run-store.ts';

const ACTIVE: readonly RunStatus[] = ['running', 'pausing', 'paused'];
const NONE: ReadonlySet<string> = new Set();

/** @returns paths of the fields; text that is not a number differs from every number */
export function editsSince(
  running: RunConfig,
  config: Recipe,
  unparsed: Record<string, Unparsed>,
): ReadonlySet<string> {
  // A name that is made from the recipe changes with the fields that it is made from.
  const bothMade = config.name === undefined && running.name === defaultRunName(running);
  return new Set([
    ...(bothMade || nameOf(config) === running.name ? [] : ['name']),
    ...recipeDifferences(config, running),
    ...Object.keys(unparsed),
  ]);
}

/** Cached, because every field of the panel reads it. */
let newest: { running: RunConfig; config: Recipe; unparsed: Record<string, Unparsed>; edits: ReadonlySet<string> };

function cachedEdits(running: RunConfig, config: Recipe, unparsed: Record<string, Unparsed>): ReadonlySet<string> {
  if (newest?.running !== running || newest.config !== config || newest.unparsed !== unparsed)
    newest = { running, config, unparsed, edits: editsSince(running, config, unparsed) };
  return newest.edits;
}

/** Empty while no run is active; a stopped run that can be resumed counts as active. */
export function useRunEdits(): ReadonlySet<string> {
  const running = useRun((run) =>
    ACTIVE.includes(run.state) || (run.state === 'stopped' && run.held) ? run.running : undefined,
  );
  const config = useRecipe((recipe) => recipe.config);
  const unparsed = useRecipe((recipe) => recipe.unparsed);
  return useMemo(() => (running ? cachedEdits(running, config, unparsed) : NONE), [running, config, unparsed]);
}
