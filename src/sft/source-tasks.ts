/** The sources of an SFT stage as tasks: their files are read as those of a task on data, and refused like them. */
import { inputError, StudioError } from '../errors.ts';
import type { RunConfig, SftConfig, TaskConfig } from '../run/config.ts';
import type { SftSource } from '../run/config/sft.ts';
import type { DatasetConfig } from '../run/config/task.ts';
import type { Task } from '../tasks/task.ts';
import { taughtTasks } from './taught-source.ts';

export interface SourceTasks {
  /** With files named by content. */
  config: SftConfig;
  /** One per source; undefined for the run's own task. */
  tasks: readonly (Task | undefined)[];
}

/**
 * @param run the run's task, with which sources share columns and the writing of prompts, and which teachers solve
 * @param seed decides which problems teachers solve, and how
 * @throws StudioError `input` at the source's field for data that is missing, has another content, or cannot be used
 */
export async function sourceTasks(
  config: SftConfig,
  run: Task,
  seed: number,
  createTask: (config: RunConfig['task']) => Promise<Task>,
): Promise<SourceTasks> {
  const tasks: (Task | undefined)[] = [];
  const named: SftSource[] = [];
  const written = taughtTasks(config, run, seed);
  for (const [i, source] of (config.sources ?? []).entries()) {
    const task = source.data ? await atSource(i, () => createTask(datasetOf(source, run.config))) : written[i];
    tasks.push(task);
    named.push(task?.config.name === 'dataset' ? withContent(source, task.config) : source);
  }
  return { config: config.sources ? { ...config, sources: named } : config, tasks };
}

/** A source as a task, written like the run's own. @throws StudioError `input` without columns */
export function datasetOf({ data, columns, held_out: heldOut }: SftSource, run: TaskConfig): DatasetConfig {
  const { format, system, date, template } = run;
  const meaning = columns ?? (run.name === 'dataset' ? run.columns : undefined);
  if (!meaning) throw inputError('columns', "expected columns, because the run's task has none", 'columns');
  // Tasks that make their own problems ask in plain text, if their config does not say otherwise.
  const written = format ?? (run.name === 'dataset' ? undefined : 'text');
  return {
    name: 'dataset',
    data,
    columns: meaning,
    ...(heldOut && { held_out: heldOut }),
    ...(written && { format: written }),
    ...(system !== undefined && { system }),
    ...(date !== undefined && { date }),
    ...(template !== undefined && { template }),
  };
}

const withContent = (source: SftSource, { data, held_out: heldOut }: DatasetConfig): SftSource => ({
  ...source,
  data,
  ...(source.held_out && { held_out: heldOut }),
});

/** Errors of a source name its fields instead of the task's. */
export async function atSource<T>(index: number, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StudioError) || error.kind === 'cancelled') throw error;
    const path = `sft.sources.${index}`;
    const field = /^(?:task\.)?((?:data|columns|held_out)(?:\..+)?)$/.exec(error.field ?? 'data')?.[1];
    const message = error.message.replace(/^(?:task\.)?(data|columns|held_out)(?=[.:])/, `${path}.$1`);
    throw new StudioError(
      error.kind,
      message.includes(path) ? message : `${path}: ${message}`,
      error.advice,
      field === undefined ? error.field : `${path}.${field}`,
    );
  }
}
