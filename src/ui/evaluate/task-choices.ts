/** Tasks to evaluate on: the recipe's, the model's own, data of this session, and the built-in ones. */
import { DataColumns } from '../../data/config.ts';
import { TaskConfig } from '../../run/config/task.ts';
import { taskOf, usualRewards, type DataDraft } from '../../store/data-recipe.ts';
import type { DataSetView, DataSummaryView } from '../../views/data.ts';

export interface TaskChoice {
  /** The task as JSON, which tells two choices apart. */
  value: string;
  label: string;
  task: TaskConfig;
}

const BUILT_IN: readonly TaskConfig[] = [
  TaskConfig.parse({ name: 'addition', digits: 2 }),
  TaskConfig.parse({ name: 'arithmetic' }),
];

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
  switch (task.name) {
    case 'addition':
      return `addition, ${task.digits} ${task.digits === 1 ? 'digit' : 'digits'}${rewards}`;
    case 'arithmetic':
      return (
        `arithmetic, ${task.operations} ${task.operations === 1 ? 'operation' : 'operations'} ` +
        `up to ${task.max_operand}${rewards}`
      );
    case 'dataset':
      return `${task.data?.path.replace(/^embedded:|.*\//, '') ?? 'data'}${rewards}`;
  }
}
