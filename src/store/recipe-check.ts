/**
 * The worker's check of the recipe before the start: the memory that the run takes, or the problem that would refuse
 * it, which is shown at its field.
 */
import { create } from 'zustand';
import type { RunConfig } from '../run/config.ts';
import type { RecipePlan } from '../views/memory.ts';
import type { DataSetView } from '../views/data.ts';
import type { CheckpointView } from '../views/models.ts';
import type { ErrorView } from '../views/result.ts';
import { studioApi } from './connection.ts';
import { useDataSets } from './data-sets.ts';
import { useRecipe } from './recipe-store.ts';
import { useRun } from './run-store.ts';
import { useStateSettings } from './state-settings.ts';
import { capital } from '../views/capital.ts';

/** The newest plan; undefined before the first, and while the recipe is refused. */
export const useRecipeCheck = create<{ plan: RecipePlan | undefined }>()(() => ({ plan: undefined }));

/** Milliseconds without an edit before the worker is asked. */
const PAUSE = 120;
const NO_SETS: readonly DataSetView[] = [];
/** The kinds of errors that another recipe would avoid. */
const KINDS: readonly ErrorView['kind'][] = ['input', 'unsupported', 'memory'];

/** A message that begins with the name of a file or field, which is written as it is. */
const NAMED = /^[^\s:]*\.[^\s:]*:/;

/** The field that an error is shown at, and its text there, which need not name the field. */
export function problemOf({ kind, field, message, advice }: ErrorView): { path: string; message: string } {
  // Data that is read outside a config names its own fields.
  const named = field?.replace(/^(columns|held_out)(?=\.|$)/, 'task.$1');
  const path = named ?? (kind === 'memory' ? 'memory.budget_mb' : '');
  // The message may begin with the field, or with the section that it is in.
  const begin = /^([\w.]+): /.exec(message)?.[1] ?? '';
  const shown = begin !== '' && `${path}.`.startsWith(`${begin}.`) ? message.slice(begin.length + 2) : message;
  const sentence = NAMED.test(shown) ? shown : capital(shown);
  return { path, message: `${/[.!?]$/.test(sentence) ? sentence : `${sentence}.`} ${advice}`.trim() };
}

let stopWatching: () => void = () => undefined;

/**
 * Checks the recipe now and after each edit, once models are listed. A later call replaces the earlier one's watch.
 *
 * @returns a function that stops it
 */
export function watchRecipe(): () => void {
  stopWatching();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seen: { checked: RunConfig; models: readonly CheckpointView[]; sets: readonly DataSetView[] } | undefined;
  let [asked, number]: [string | undefined, number] = [undefined, 0];
  const ask = async (config: RunConfig): Promise<void> => {
    const mine = ++number;
    const result = await studioApi()
      .planMemory(config, { states: useStateSettings.getState().every > 0 })
      .catch(() => undefined);
    // A newer edit is being checked, or the worker was lost, which is reported elsewhere.
    if (mine !== number || !result) return;
    if (result.ok) useRecipeCheck.setState({ plan: result.value });
    else if (KINDS.includes(result.error.kind)) useRecipeCheck.setState({ plan: undefined });
    useRecipe.getState().report(result.ok || !KINDS.includes(result.error.kind) ? undefined : problemOf(result.error));
  };
  const consider = () => {
    const { checked } = useRecipe.getState();
    const { adapter, models } = useRun.getState();
    if (!checked || !adapter || models.length === 0) return;
    // Files of data matter to tasks and sources of SFT on data alone.
    const usesData = checked.task.name === 'dataset' || checked.sft?.sources?.some(({ data }) => data !== undefined);
    const sets = usesData ? useDataSets.getState().sets : NO_SETS;
    // A running run changes its store many times per second.
    if (seen?.checked === checked && seen.models === models && seen.sets === sets) return;
    seen = { checked, models, sets };
    // Name and seed do not matter, but the models do: a checkpoint may have been opened or removed; so do files.
    const { name: _name, seed, ...config } = checked;
    // Teachers write as the seed says.
    const taught = checked.sft?.sources?.some(({ teacher }) => teacher !== undefined) === true;
    const key = JSON.stringify([
      config,
      taught && seed,
      models.map(({ id }) => id),
      sets.map(({ id, loaded }) => [id, loaded]),
    ]);
    if (key === asked) return;
    asked = key;
    clearTimeout(timer);
    timer = setTimeout(() => void ask(checked), PAUSE);
  };
  const stops = [useRecipe.subscribe(consider), useRun.subscribe(consider), useDataSets.subscribe(consider)];
  consider();
  stopWatching = () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
  return stopWatching;
}
