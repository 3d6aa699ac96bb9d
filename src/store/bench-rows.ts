/** Rows of a task's data for the bench of rewards: the first ones, which the Data page has read. */
import type { Row } from '../data/row.ts';
import type { RunConfig } from '../run/config.ts';
import type { CellView, DataSetView, DataSummaryView } from '../views/data.ts';
import { isOf } from './data-recipe.ts';

interface KnownData {
  sets: readonly DataSetView[];
  summaries: Readonly<Record<string, DataSummaryView>>;
}

/** @returns none for a task without data, or with a file that has not been read */
export function benchRows(task: RunConfig['task'], { sets, summaries }: KnownData): Row[] {
  if (task.name !== 'dataset') return [];
  const found = sets.find((set) => isOf(task, set));
  const summary = found && summaries[found.id];
  if (!summary) return [];
  return summary.preview.map(({ cells }) =>
    Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, valueOf(cell, summary.columns[name])])),
  );
}

/** A value again from its text; long ones are cut. */
function valueOf({ text, length }: CellView, type: string | undefined): unknown {
  if (type === 'string' || text.length < length) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
