/** The recipe: a RunConfig being edited, with its problems by field. */
import { create } from 'zustand';
import { RunConfig } from '../run/config.ts';
import { DEMO_CONFIG } from '../run/presets.ts';
import { readAs, type FieldIssue } from '../run/schema-issues.ts';
import { useStrategies } from './strategies-store.ts';

interface Checked {
  /** As entered in the fields; an empty field is missing. */
  config: RunConfig;
  /** With defaults filled in; undefined while it has problems. */
  checked: RunConfig | undefined;
  /** Messages by dotted path, for example `rl.minibatches`. */
  problems: Record<string, string>;
}

interface RecipeState extends Checked {
  /** Sets one field by dotted path; undefined removes it. */
  set: (path: string, value: unknown) => void;
  replace: (config: RunConfig) => void;
  /** Selects another initial checkpoint and the task it was trained on; the choice of trained weights is kept. */
  startFrom: (model: { id: string; task?: RunConfig['task'] }) => void;
  /** An imported recipe with a custom strategy that is not saved here, pending acceptance. */
  offered: Offer | undefined;
  /** As `replace` for an imported recipe; a custom strategy that is not saved here is shown first. */
  offer: (offer: Offer) => void;
  accept: () => void;
  decline: () => void;
}

export interface Offer {
  config: RunConfig;
  /** Its source, as the start of a sentence: `The link`, `recipe.json`. */
  bringer: string;
}

export const useRecipe = create<RecipeState>()((update, get) => ({
  ...check(DEMO_CONFIG),
  set: (path, value) => update(({ config }) => check(withField(config, path.split('.'), value) as RunConfig)),
  replace: (config) => update(check(config)),
  startFrom: ({ id, task }) =>
    update(({ config }) => {
      const { freeze, lora } = config.model;
      return check({
        ...config,
        model: { checkpoint: id, ...(freeze && { freeze }), ...(lora && { lora }) },
        ...(task && { task }),
      });
    }),
  offered: undefined,
  offer: (offer) => {
    const strategy = offer.config.rl?.strategy;
    const known = useStrategies
      .getState()
      .strategies.some(({ source }) => strategy?.name === 'custom' && source === strategy.source);
    if (strategy?.name === 'custom' && !known) update({ offered: offer });
    else get().replace(offer.config);
  },
  accept: () => {
    const { offered, replace } = get();
    if (offered) replace(offered.config);
    update({ offered: undefined });
  },
  decline: () => update({ offered: undefined }),
}));

function check(config: RunConfig): Checked {
  const result = readAs(RunConfig, config);
  if (!result.ok)
    return {
      config,
      checked: undefined,
      problems: Object.fromEntries(result.issues.map((issue) => [issue.path, sentence(issue)])),
    };
  if (!result.value.sft && !result.value.rl)
    return { config, checked: undefined, problems: { '': 'Enable at least one stage: SFT or RL.' } };
  return { config, checked: result.value, problems: {} };
}

/** An issue as a sentence to show under its field. */
const sentence = ({ message }: FieldIssue): string => `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`;

function withField(node: unknown, [head, ...rest]: string[], value: unknown): unknown {
  if (head === undefined) return value;
  const fields = { ...(node as Record<string, unknown> | undefined) };
  const changed = withField(fields[head], rest, value);
  if (changed === undefined) {
    const { [head]: _removed, ...others } = fields;
    return others;
  }
  return { ...fields, [head]: changed };
}

/** The value at a dotted path; undefined if absent. */
export function fieldOf(config: RunConfig, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (node, key) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined),
      config,
    );
}
