/** The recipe: a RunConfig being edited, with what is wrong in it by field. */
import { create } from 'zustand';
import { RunConfig } from '../run/config.ts';
import { DEMO_CONFIG } from '../run/presets.ts';

interface RecipeState {
  config: RunConfig;
  /** Messages by dotted path, for example `rl.minibatches`. */
  problems: Record<string, string>;
  /** Sets one field by dotted path; undefined removes it. */
  set: (path: string, value: unknown) => void;
  replace: (config: RunConfig) => void;
}

export const useRecipe = create<RecipeState>()((update) => ({
  config: DEMO_CONFIG,
  problems: {},
  set: (path, value) =>
    update(({ config }) => {
      const changed = withField(config, path.split('.'), value) as RunConfig;
      return { config: changed, problems: problemsOf(changed) };
    }),
  replace: (config) => update({ config, problems: problemsOf(config) }),
}));

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

function problemsOf(config: RunConfig): Record<string, string> {
  const result = RunConfig.safeParse(config);
  if (result.success) return result.data.sft || result.data.rl ? {} : { '': 'Switch on a stage: SFT or RL.' };
  return Object.fromEntries(result.error.issues.map((issue) => [issue.path.join('.'), issue.message]));
}

/** The value at a dotted path; undefined where there is none. */
export function fieldOf(config: RunConfig, path: string): unknown {
  return path.split('.').reduce<unknown>((node, key) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined), config);
}
