/**
 * The recipe that is being edited, with its problems by field, its history, and the fields of its other choices. It is
 * kept in this browser.
 */
import { create, type StateCreator } from 'zustand';
import type { RunConfig } from '../run/config.ts';
import { LoraConfig } from '../run/config/model.ts';
import { SftConfig } from '../run/config/sft.ts';
import { TaskConfig } from '../run/config/task.ts';
import { DEMO_CONFIG } from '../run/presets.ts';
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import { NO_ALTERNATIVES, remembered, strategyAgain, type Alternatives } from './alternatives.ts';
import { withConsent } from './foreign-code.ts';
import { browserStorage, keepRecipe, readKept, type RecipeStorage } from './kept-recipe.ts';
import {
  checkRecipe,
  fieldOf,
  recipeOf,
  withField,
  type CheckedRecipe,
  type FoundProblem,
  type Recipe,
  type Unparsed,
} from './recipe.ts';

export { fieldOf };

/** A state of the recipe to return to. */
export interface Version {
  config: Recipe;
  unparsed: Record<string, Unparsed>;
  alternatives: Alternatives;
}

export interface Offer {
  config: RunConfig;
  /** Its source, as the start of a sentence: `The link`, `recipe.json`. */
  bringer: string;
  /** Called once the recipe is loaded; not if its programs are declined. */
  accepted?: () => void;
}

/** A whole recipe that replaced another one; the page reports it. */
export interface Replacement {
  /** What was loaded, as a sentence without its full stop. */
  title: string;
  text: string;
  /** The recipe before; undefined if it was the same one. */
  before: Version | undefined;
}

interface RecipeState extends CheckedRecipe {
  alternatives: Alternatives;
  /** Oldest first; the newest change is undone first. */
  past: readonly Version[];
  future: readonly Version[];
  replacement: Replacement | undefined;
  /** Why the recipe that this browser kept could not be used. */
  dropped: string | undefined;
  /** Sets one field by dotted path; undefined removes it. */
  set: (path: string, value: unknown) => void;
  /** Sets a field's text: keystrokes up to `settle` are one change. Text that is not a number is kept. */
  type: (path: string, entry: { value: unknown } | Unparsed) => void;
  /** The field that was typed into was left: the next keystroke begins another change. */
  settle: () => void;
  /** Each selects an alternative with its last fields, else with defaults. */
  chooseStrategy: (strategy: StrategyConfig) => void;
  /** @returns false for data before any was chosen: only the Data page knows files and columns */
  chooseTask: (name: TaskConfig['name']) => boolean;
  /** Takes over a recipe that trains on data. */
  trainOn: (config: Recipe) => void;
  chooseSft: (on: boolean) => void;
  chooseTrainable: (kind: 'weights' | 'lora') => void;
  chooseNewWeights: () => void;
  /** Selects another initial checkpoint and the task it was trained on; the choice of trained weights is kept. */
  startFrom: (model: { id: string; task?: RunConfig['task'] }) => void;
  /** Loads another recipe. @param title what was loaded @param text what to do with it */
  replace: (config: RunConfig, title: string, text?: string) => void;
  /** Returns to another version, which is a change like any other. */
  restore: (version: Version) => void;
  /** Reverts fields to those of a run's config. */
  revertTo: (config: RunConfig) => void;
  undo: () => void;
  redo: () => void;
  /** What the worker found; it counts until the next report. */
  found: FoundProblem | undefined;
  report: (found: FoundProblem | undefined) => void;
  /** As `replace` for an imported recipe; programs in it that are not known here are shown first. */
  offer: (offer: Offer) => void;
}

/** Longest history, in changes. */
const MOST_VERSIONS = 100;
/** Changes of one field within this many ms are one change: a handle that is dragged. */
const DRAG_MS = 500;
const DEFAULT_SFT = SftConfig.parse({ steps: 50, batch_size: 128, learning_rate: 1e-3 });

/** Whether a run can be started with the recipe. */
export const isStartable = ({ checked, problems }: CheckedRecipe): boolean =>
  checked !== undefined && Object.keys(problems).length === 0;

/** A recipe that is kept in a storage, if there is one. */
export function createRecipeStore(storage: RecipeStorage | undefined) {
  const store = create<RecipeState>()(recipeState(storage));
  store.subscribe((recipe, before) => {
    if (recipe.config !== before.config || recipe.unparsed !== before.unparsed) keepRecipe(storage, recipe);
  });
  return store;
}

const recipeState =
  (storage: RecipeStorage | undefined): StateCreator<RecipeState> =>
  (update, get) => {
    /** The newest change, while further keystrokes belong to it. */
    let open: { path: string; at: number; typing: boolean } | undefined;

    const versionOf = ({ config, unparsed, alternatives }: Version): Version => ({ config, unparsed, alternatives });
    const show = (version: Version, rest: Partial<RecipeState>) =>
      update({
        ...checkRecipe(version.config, version.unparsed, get().found),
        alternatives: version.alternatives,
        ...rest,
      });

    /** Makes a change that can be undone. @returns whether anything changed */
    const change = (next: Version, by?: { path: string; typing: boolean }): boolean => {
      const before = versionOf(get());
      if (JSON.stringify([before.config, before.unparsed]) === JSON.stringify([next.config, next.unparsed]))
        return false;
      const now = performance.now();
      const same = by !== undefined && open?.path === by.path;
      const joins = same && (open?.typing === true ? by.typing : now - (open?.at ?? 0) < DRAG_MS);
      open = by && { ...by, at: now };
      show(next, { past: joins ? get().past : [...get().past, before].slice(-MOST_VERSIONS), future: [] });
      return true;
    };
    /** Makes a change to the fields; the texts of a removed section are dropped. */
    const edit = (config: Recipe, by?: { path: string; typing: boolean }, unparsed = get().unparsed) =>
      change({ config, unparsed, alternatives: remembered(get().alternatives, config) }, by);
    const editWithout = (config: Recipe, path: string) => edit(config, undefined, without(get().unparsed, path));
    const move = (from: 'past' | 'future', to: 'past' | 'future') => {
      const version = get()[from].at(-1);
      if (!version) return;
      open = undefined;
      show(version, { [from]: get()[from].slice(0, -1), [to]: [...get()[to], versionOf(get())] });
    };

    const kept = readKept(storage);
    const demo = recipeOf(DEMO_CONFIG);
    const first: Version =
      kept && 'config' in kept ? kept : { config: demo, unparsed: {}, alternatives: remembered(NO_ALTERNATIVES, demo) };
    return {
      ...checkRecipe(first.config, first.unparsed),
      alternatives: first.alternatives,
      past: [],
      future: [],
      replacement: undefined,
      dropped: kept && 'dropped' in kept ? kept.dropped : undefined,
      set: (path, value) =>
        edit(withField(get().config, path, value), { path, typing: false }, without(get().unparsed, path)),
      type: (path, entry) => {
        const { config, unparsed } = get();
        const others = without(unparsed, path);
        const by = { path, typing: true };
        if ('value' in entry) edit(withField(config, path, entry.value), by, others);
        else edit(config, by, { ...others, [path]: entry });
      },
      settle: () => (open = undefined),
      chooseStrategy: (strategy) =>
        editWithout(withField(get().config, 'rl.strategy', strategyAgain(get().alternatives, strategy)), 'rl.strategy'),
      chooseTask: (name) => {
        const task = get().alternatives.tasks[name] ?? (name === 'dataset' ? undefined : TaskConfig.parse({ name }));
        if (task) editWithout({ ...get().config, task }, 'task');
        return task !== undefined;
      },
      trainOn: (config) => editWithout(config, 'task'),
      chooseSft: (on) =>
        editWithout(withField(get().config, 'sft', on ? (get().alternatives.sft ?? DEFAULT_SFT) : undefined), 'sft'),
      chooseTrainable: (kind) => {
        const { config, alternatives } = get();
        const { freeze: _freeze, lora: _lora, ...model } = config.model;
        const chosen =
          kind === 'lora'
            ? { lora: alternatives.lora ?? LoraConfig.parse({}) }
            : alternatives.freeze && { freeze: alternatives.freeze };
        editWithout({ ...config, model: { ...model, ...chosen } as RunConfig['model'] }, 'model');
      },
      chooseNewWeights: () => {
        const { config, alternatives } = get();
        if (alternatives.architecture)
          editWithout({ ...config, model: { ...alternatives.architecture, ...trainedOf(config.model) } }, 'model');
      },
      startFrom: ({ id, task }) => {
        const again = get().alternatives.tasksOfModels[id] ?? task;
        withConsent(`The model ${id.replace(/^\w+:/, '')}`, again, versionOf(get()), () => {
          const { config } = get();
          const model = { checkpoint: id, ...trainedOf(config.model) };
          editWithout({ ...config, model, ...(again && { task: again }) }, 'task');
        });
      },
      replace: (config, title, text = '') => {
        const before = versionOf(get());
        const recipe = recipeOf(config);
        const replaced = change({ config: recipe, unparsed: {}, alternatives: remembered(NO_ALTERNATIVES, recipe) });
        update({ replacement: { title, text, before: replaced ? before : undefined } });
      },
      restore: (version) => void change(version),
      revertTo: (config) => void edit(recipeOf(config), undefined, {}),
      undo: () => move('past', 'future'),
      redo: () => move('future', 'past'),
      found: undefined,
      report: (found) => update(({ config, unparsed }) => ({ found, ...checkRecipe(config, unparsed, found) })),
      offer: (offer) =>
        withConsent(offer.bringer, offer.config, versionOf(get()), () => {
          get().replace(offer.config, loaded(offer));
          offer.accepted?.();
        }),
    };
  };

const loaded = ({ bringer }: Offer): string => `Recipe loaded: ${bringer.replace(/^The /, 'the ')}`;

type Trained = Pick<RunConfig['model'], 'freeze' | 'lora'>;

/** The choice of trained weights, without the fields that are absent. */
function trainedOf({ freeze, lora }: Trained): Trained {
  return { ...(freeze && { freeze }), ...(lora && { lora }) };
}

/** Texts of other fields than one, and its inner ones. */
const without = (unparsed: Record<string, Unparsed>, path: string): Record<string, Unparsed> =>
  Object.fromEntries(Object.entries(unparsed).filter(([other]) => other !== path && !other.startsWith(`${path}.`)));

export const useRecipe = createRecipeStore(browserStorage());

/** What consentTo takes as this browser's own. */
export const ownRecipe = (): unknown => {
  const { config, alternatives, past } = useRecipe.getState();
  return [config, alternatives, past];
};
