/** A task from a file of data: its rows are the problems, its config says what the columns mean. */
import { DEFAULT_HELD_OUT } from '../data/config.ts';
import type { Example } from '../data/example.ts';
import { loadDataset } from '../data/load-dataset.ts';
import { inputError } from '../errors.ts';
import type { DatasetConfig } from '../run/config/task.ts';
import type { ChatMessage } from '../text/tokenizer.ts';
import { fill, textOf } from './prompt-writer.ts';
import type { TaskOptions, TaskSources } from './task-sources.ts';
import type { ListedProblems, Problem, Task } from './task.ts';

/** Largest vocabulary of a new model, one token per character. */
const MOST_CHARACTERS = 1000;
/** Between a question and its answer in a text, where the data does not say. */
const QUESTION_AND_ANSWER = '{prompt}\n';

/** A problem that knows its solution. */
interface DataProblem extends Problem {
  solution?: string | readonly ChatMessage[];
}

/**
 * @param config with a file; the task's config names it by content
 * @throws StudioError `input` for a file that is missing, has another content, or has bad rows that are not left out
 */
export async function datasetTask(
  config: DatasetConfig,
  sources: TaskSources,
  { signal, onProgress }: TaskOptions,
): Promise<Task> {
  const { data, columns, held_out: heldOut = DEFAULT_HELD_OUT } = config;
  if (!data) throw inputError('task.data', 'expected a file of data, which training needs', 'task.data');
  // A held-out file without a checksum may have any content, whatever the data file's is.
  const { sha256: _sha256, rows: _rows, ...place } = data;
  const loaded = await loadDataset(await sources.data(data), {
    columns,
    heldOut,
    ...('path' in heldOut && { heldOutFile: await sources.data({ ...place, ...heldOut }) }),
    ...(data.sha256 !== undefined && { sha256: data.sha256 }),
    ...(data.rows !== undefined && { rows: data.rows }),
    skipBadRows: data.skip_bad_rows,
    signal,
    onProgress: ({ name }, done, total, rows) => onProgress?.({ work: 'reading', name, done, total, rows }),
  });
  const problems = {
    kind: 'listed' as const,
    training: loaded.training.map(problemOf),
    heldOut: loaded.heldOut.map(problemOf),
  };
  return datasetTaskOf(problems, {
    ...config,
    data: { ...data, sha256: loaded.sha256, rows: data.rows ?? loaded.rows + loaded.badRows.count },
    ...('path' in heldOut && { held_out: { ...heldOut, sha256: loaded.heldOutSha256 } }),
  });
}

/** A task on problems that were read. @param config may write them otherwise than the one they were read for */
export function datasetTaskOf(problems: ListedProblems, config: DatasetConfig): Task {
  let characters: { list: string[] | undefined } | undefined;
  return {
    config,
    problems,
    ...writingOf(config.columns),
    // Only new models ask for it.
    get characters() {
      if (!characters) {
        const found = new Characters(config);
        for (const problem of problems.training) found.add(problem);
        for (const problem of problems.heldOut) found.add(problem);
        characters = { list: found.list };
      }
      return characters.list;
    },
  };
}

/** How the problems of a data set are written: what a PromptWriter needs to know of its task. */
export const writingOf = (columns: DatasetConfig['columns']) => ({
  chats: true,
  ...(columns.completion === undefined && columns.messages === undefined && { template: QUESTION_AND_ANSWER }),
  solution: (problem: DataProblem) => problem.solution,
});

export function problemOf({
  prompt,
  system,
  messages,
  completion,
  answer,
  key,
  difficulty,
  row,
}: Example): DataProblem {
  const asked = typeof prompt === 'string' ? undefined : prompt;
  const text = typeof prompt === 'string' ? prompt : (prompt.at(-1)?.content ?? '');
  const solution = messages && asked ? messages.slice(asked.length) : (completion ?? answer);
  return {
    prompt: text,
    ...(asked && { messages: asked }),
    ...(system !== undefined && { system }),
    answer: answer ?? completion ?? '',
    key,
    row,
    ...(difficulty !== undefined && { difficulty: String(difficulty) }),
    ...(solution !== undefined && solution.length > 0 && { solution }),
  };
}

/** The characters of problems as their prompts are written, and of solutions. */
export class Characters {
  private readonly found = new Set<string>(['\n']);
  private readonly template: string | undefined;

  constructor({ template, columns, system }: DatasetConfig) {
    this.template = template ?? writingOf(columns).template;
    for (const character of system ?? '') this.found.add(character);
  }

  add({ prompt, messages, row, solution }: DataProblem): void {
    if (this.found.size > MOST_CHARACTERS) return;
    const asked = messages ? textOf(messages) : prompt;
    const written = this.template === undefined ? asked : fill(this.template, asked, row);
    const solved = typeof solution === 'string' ? solution : textOf(solution ?? []);
    for (const text of [written, solved]) for (const character of text) this.found.add(character);
  }

  /** In order of their code points; undefined if there are too many for a vocabulary. */
  get list(): string[] | undefined {
    if (this.found.size > MOST_CHARACTERS) return undefined;
    return [...this.found].sort((a, b) => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0));
  }
}
