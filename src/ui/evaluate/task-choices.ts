/** Tasks to evaluate on: the recipe's, the model's own, data of this session, and the built-in ones. */
import { DataColumns } from '../../data/config.ts';
import { GENERATED_TASKS, TaskConfig } from '../../run/config/task.ts';
import { taskOf, usualRewards, type DataDraft } from '../../store/data-recipe.ts';
import type { DataSetView, DataSummaryView } from '../../views/data.ts';

export interface TaskChoice {
  /** The task as JSON, which tells two choices apart. */
  value: string;
  label: string;
  task: TaskConfig;
}

const BUILT_IN: readonly TaskConfig[] = Object.keys(GENERATED_TASKS).map((name) => TaskConfig.parse({ name }));

/** Whether it can be evaluated: data without a file has no problems. */
const hasProblems = (task: TaskConfig): boolean => task.name !== 'dataset' || task.data !== undefined;

export function taskChoices(
  recipe: TaskConfig,
  own: TaskConfig | undefined,
  others: readonly TaskConfig[],
): TaskChoice[] {
  const choices = new Map<string, TaskChoice>();
  const add = (task: TaskConfig | undefined, origin: string) => {
    const checked = task && hasProblems(task) ? TaskConfig.safeParse(task) : undefined;
    if (!checked?.success) return;
    const value = JSON.stringify(checked.data);
    if (!choices.has(value))
      choices.set(value, { value, label: `${taskLabel(checked.data)}${origin}`, task: checked.data });
  };
  add(recipe, ' (recipe)');
  add(own, ' (the model’s)');
  for (const task of others) add(task, '');
  for (const task of BUILT_IN) add(task, '');
  return [...choices.values()];
}

interface KnownData {
  sets: readonly DataSetView[];
  drafts: Readonly<Record<string, DataDraft>>;
  summaries: Readonly<Record<string, DataSummaryView>>;
}

/** Data sets that were read on the Data page, with the mapping made there and the rewards that fit their answers. */
export function dataTasks({ sets, drafts, summaries }: KnownData): TaskConfig[] {
  return sets.flatMap((set) => {
    const [draft, summary] = [drafts[set.id], summaries[set.id]];
    if (!draft || !summary || !DataColumns.safeParse(draft.columns).success) return [];
    return [taskOf(set, summary.sha256, draft, usualRewards(summary))];
  });
}

export function taskLabel(task: TaskConfig): string {
  const rewards = task.rewards ? `, ${task.rewards.map(({ name }) => name).join(' + ')}` : '';
  const named =
    task.name === 'dataset'
      ? (task.data?.path.replace(/^embedded:|.*\//, '') ?? 'data')
      : GENERATED_TASKS[task.name].label(task);
  return `${named}${bandsLabel(task)}${rewards}`;
}

function bandsLabel(task: TaskConfig): string {
  return 'bands' in task && task.bands ? `, ${Object.keys(task.bands).join(' and ')}` : '';
}
