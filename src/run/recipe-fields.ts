/** The basic fields of a recipe, and the fields in which two recipes differ. */
import { CONFIG_FIELDS } from './config-fields.ts';
import { RunConfig } from './config.ts';
import { declarationOf, GENERATED_TASKS } from './config/task.ts';
import { strategyInfo, type StrategyConfig } from './strategies/strategy-config.ts';

/** A config as it is edited: fields may be missing. */
type Entered = Omit<RunConfig, 'name'>;

const BASIC = /^(name|seed|model(\.checkpoint|\.architecture.*)?|task(\.name)?|rl\.steps|rl\.strategy.*)?$/;
const BASIC_OF_TASKS = new Set(
  Object.values(GENERATED_TASKS).flatMap(({ basic }) => basic.map((key) => `task.${key}`)),
);

/** Whether a field is shown under Basic. Without RL, the steps are those of SFT. */
export const isBasicField = (path: string, config: Pick<Entered, 'rl'>): boolean =>
  BASIC.test(path) || BASIC_OF_TASKS.has(path) || (/^sft\.(steps|epochs)$/.test(path) && config.rl === undefined);

/** Fields that are shown only under Advanced and differ from the recipe's defaults. */
export function advancedDifferences(config: Entered): string[] {
  return recipeDifferences(config, plainRecipe(config)).filter((path) => !isBasicField(path, config));
}

/** A recipe with the same basic fields and defaults in all others. */
function plainRecipe({ seed, model, task, sft, rl }: Entered): Entered {
  const { freeze: _freeze, lora: _lora, ...source } = model;
  return RunConfig.parse({
    seed,
    model: source,
    task: plainTask(task),
    ...(rl
      ? { rl: { steps: rl.steps, strategy: rl.strategy } }
      : sft && { sft: sft.epochs === undefined ? { steps: sft.steps } : { epochs: sft.epochs } }),
    evaluation: {},
  });
}

/** A task without what only Advanced shows; own data is shown whole. */
function plainTask(task: Entered['task']): object {
  const declaration = declarationOf(task.name);
  if (!declaration) return task;
  const basic = Object.entries(task).filter(([key]) => key === 'name' || declaration.basic.includes(key));
  return Object.fromEntries(basic);
}

/**
 * Paths in which two recipes differ; a missing field has its default. A stage or choice that only one of them has
 * (SFT, LoRA, another strategy or task) is one difference. Names are left out.
 */
export function recipeDifferences(a: Entered, b: Entered): string[] {
  const whole: [path: string, one: unknown, other: unknown][] = [
    ['model.checkpoint', sourceOf(a.model), sourceOf(b.model)],
    ['model.lora', a.model.lora === undefined, b.model.lora === undefined],
    ['task.name', a.task.name, b.task.name],
    ['sft', a.sft === undefined, b.sft === undefined],
    ['sft.validation', a.sft?.validation === undefined, b.sft?.validation === undefined],
    ['rl', a.rl === undefined, b.rl === undefined],
    ['rl.strategy', strategyOf(a.rl?.strategy), strategyOf(b.rl?.strategy)],
    ['evaluation', a.evaluation === undefined, b.evaluation === undefined],
    ['report', a.report === undefined, b.report === undefined],
  ];
  const differing = whole
    .filter(([, one, other]) => one !== other)
    .map(([path]) => path)
    // Strategy and validation belong to a stage that only one of them has.
    .filter((path, _, all) => !all.some((other) => path.startsWith(`${other}.`) && /^(sft|rl)$/.test(other)));
  const sections: Record<string, string> = { 'task.name': 'task', 'model.checkpoint': 'model.architecture' };
  const inside = (path: string) => differing.some((one) => path === one || path.startsWith(`${sections[one] ?? one}.`));
  const paths = new Set(
    CONFIG_FIELDS.filter(({ kind, path }) => kind !== 'section' && path !== 'name').map(({ path }) => path),
  );
  const leaves = [...paths].filter(
    (path) => !inside(path) && JSON.stringify(valueOf(a, path)) !== JSON.stringify(valueOf(b, path)),
  );
  return [...differing, ...leaves];
}

const sourceOf = (model: Entered['model']) =>
  'checkpoint' in model ? model.checkpoint : JSON.stringify(model.architecture);
/** Custom strategies differ as a whole, by source or parameters; built-in ones differ field by field. */
const strategyOf = (strategy: StrategyConfig | undefined) =>
  strategy?.name === 'custom' ? JSON.stringify(strategy) : strategy?.name;

/** A field's value; its default where it is missing. */
function valueOf(config: Entered, path: string): unknown {
  const given = path
    .split('.')
    .reduce<unknown>(
      (node, key) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined),
      config,
    );
  if (given !== undefined) return given;
  const parameter = /^rl\.strategy\.(.+)$/.exec(path)?.[1];
  const name = config.rl?.strategy.name;
  if (parameter !== undefined)
    return name === undefined || name === 'custom' ? undefined : strategyInfo(name).parameters[parameter]?.default;
  return CONFIG_FIELDS.find((one) => one.path === path && (one.variant ?? config.task.name) === config.task.name)
    ?.default;
}
