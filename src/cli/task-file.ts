/** Reads `task.json`: what is under `task` in a RunConfig. */
import { parseJsonText } from '../json-text.ts';
import { TaskConfig } from '../run/config/task.ts';
import { parseAs } from '../run/schema-issues.ts';
import { readText } from './files.ts';

/** Grading reads no prompts, so that their column may be missing. @throws StudioError `input` */
export async function readTask(path: string): Promise<TaskConfig> {
  return parseAs(TaskConfig, withPromptColumn(parseJsonText(await readText(path), path)), path);
}

function withPromptColumn(task: unknown): unknown {
  const { columns } = (task ?? {}) as { columns?: unknown };
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) return task;
  return 'prompt' in columns || 'messages' in columns
    ? task
    : { ...(task as object), columns: { ...columns, prompt: 'prompt' } };
}
