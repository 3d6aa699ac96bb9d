/** A recipe as it is edited: a RunConfig whose name may be missing, texts that are not numbers, and problems. */
import { RunConfig } from '../run/config.ts';
import { DEMO_CONFIG } from '../run/presets.ts';
import { defaultRunName } from '../run/run-name.ts';
import { readAs, type FieldIssue } from '../run/schema-issues.ts';
import { capital } from '../views/capital.ts';

/** As entered in the fields; an empty field is missing. Without a name, a run is named after its recipe. */
export type Recipe = Omit<RunConfig, 'name'> & { name?: string };

/** The name of the recipe's next run. */
export const nameOf = (recipe: Recipe): string => recipe.name ?? defaultRunName(recipe);

/** A field's text that is not a number, and the problem with it. */
export interface Unparsed {
  text: string;
  problem: string;
}

export interface CheckedRecipe {
  config: Recipe;
  /** By dotted path; the config keeps the last number there, which does not count. */
  unparsed: Record<string, Unparsed>;
  /** With defaults filled in; undefined while the recipe has problems. */
  checked: RunConfig | undefined;
  /** Messages by dotted path, for example `rl.minibatches`. */
  problems: Record<string, string>;
}

/** A problem that only the worker can find: whether model, task and memory fit. It belongs to a checked config. */
export interface FoundProblem {
  path: string;
  message: string;
}

/** @param found applies while the recipe itself has no problems */
export function checkRecipe(
  config: Recipe,
  unparsed: Record<string, Unparsed> = {},
  found?: FoundProblem,
): CheckedRecipe {
  const result = readAs(RunConfig, config);
  const typed = Object.entries(unparsed).map(([path, { problem }]) => [path, problem] as const);
  const issues = result.ok
    ? result.value.sft || result.value.rl
      ? []
      : [['', 'Enable at least one stage: SFT or RL.'] as const]
    : result.issues.map((issue) => [issue.path, sentence(issue)] as const);
  const problems = Object.fromEntries([...issues, ...typed]);
  const checked =
    result.ok && Object.keys(problems).length === 0
      ? { ...result.value, name: config.name ?? defaultRunName(result.value) }
      : undefined;
  return { config, unparsed, checked, problems: checked && found ? { [found.path]: found.message } : problems };
}

/** An issue as a sentence to show under its field. */
const sentence = ({ message }: FieldIssue): string => `${capital(message)}.`;

/** Names that nobody chose: of a config without a name, and of the demo's file. */
const UNCHOSEN = ['run', DEMO_CONFIG.name];

/** A config to edit. A name that was derived from the recipe, or that nobody chose, is left out and derived again. */
export function recipeOf(config: RunConfig): Recipe {
  const { name, ...recipe } = config;
  return UNCHOSEN.includes(name) || name === defaultRunName(config) ? recipe : config;
}

/** The recipe with another value at a dotted path; undefined removes the field. */
export const withField = (recipe: Recipe, path: string, value: unknown): Recipe =>
  changed(recipe, path.split('.'), value) as Recipe;

function changed(node: unknown, [head, ...rest]: string[], value: unknown): unknown {
  if (head === undefined) return value;
  if (Array.isArray(node)) return node.map((one: unknown, i) => (String(i) === head ? changed(one, rest, value) : one));
  const fields = { ...(node as Record<string, unknown> | undefined) };
  const inner = changed(fields[head], rest, value);
  if (inner === undefined) {
    const { [head]: _removed, ...others } = fields;
    return others;
  }
  return { ...fields, [head]: inner };
}

/** The value at a dotted path; undefined if absent. */
export function fieldOf(config: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (node, key) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined),
      config,
    );
}
