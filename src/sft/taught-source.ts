/** Sources whose rows teachers write: a fixed number of the task's problems, each with one trace, from the seed. */
import { inputError } from '../errors.ts';
import { stream } from '../random.ts';
import type { SftConfig } from '../run/config.ts';
import type { SftSource } from '../run/config/sft.ts';
import type { TeacherConfig } from '../run/config/teacher.ts';
import type { Problem, Task } from '../tasks/task.ts';
import { taught } from '../tasks/teachers.ts';
import type { TaughtBand } from '../views/sft.ts';

/** Draws without a new problem after which there is none. */
const PATIENCE = 20_000;

type TeacherSource = SftSource & { teacher: TeacherConfig; amount: number };

export const hasTeacher = (source: SftSource): source is TeacherSource => source.teacher !== undefined;

/**
 * The sources of teachers as tasks with rows; undefined for other sources. All teachers take their problems from one
 * sequence, one after the other, so that no two have the same problem, and a mixture has the same problems however it
 * is divided among teachers of the same bands.
 *
 * @throws StudioError `input` at a source's amount where the task has fewer different problems
 */
export function taughtTasks({ sources = [], validation }: SftConfig, task: Task, seed: number): (Task | undefined)[] {
  const { problems } = task;
  if (problems.kind !== 'generated') return sources.map(() => undefined);
  const random = stream(seed, 'problems of teachers');
  const seen = new Set<string>();
  return sources.map((source, i) => {
    if (!hasTeacher(source)) return undefined;
    const { teacher, amount, bands } = source;
    const fresh = (turn: number): Problem | undefined => {
      const band = bands?.[turn % bands.length];
      for (let misses = 0; misses < PATIENCE; misses++) {
        const problem = problems.draw(random, band);
        if (seen.has(problem.key)) continue;
        seen.add(problem.key);
        return problem;
      }
      return undefined;
    };
    const write = (problem: Problem): Problem =>
      taught(task, teacher, problem, stream(seed, 'traces of teachers', problem.prompt)).problem;
    const training: Problem[] = [];
    while (training.length < amount) {
      const problem = fresh(training.length);
      if (!problem) throw tooMany(`sft.sources.${i}.amount`, amount, training.length, bands);
      training.push(write(problem));
    }
    const held = validation ? problems.heldOut(validation.rows, seed) : [];
    const heldOut = held.filter(({ difficulty = '' }) => bands?.includes(difficulty) ?? true).map(write);
    return {
      ...task,
      problems: { kind: 'listed', training, heldOut },
      solution: ({ row }) => String(row['completion']),
    };
  });
}

function tooMany(field: string, amount: number, most: number, bands: readonly string[] | undefined) {
  const where = bands ? ` in ${bands.map((band) => JSON.stringify(band)).join(', ')}` : '';
  return inputError(
    field,
    `expected at most ${most}, because the task has no more training problems${where} that other teachers have not ` +
      `solved, found ${amount}`,
    field,
  );
}

/** @param rows with the number of tokens of each trace */
export function taughtBands(rows: readonly { problem: Problem; tokens: number }[]): TaughtBand[] {
  const bands = new Map<string, { rows: number; correct: number; tokens: number }>();
  for (const { problem, tokens } of rows) {
    const name = problem.difficulty ?? '';
    const band = bands.get(name) ?? { rows: 0, correct: 0, tokens: 0 };
    band.rows += 1;
    band.correct += problem.row['correct'] === true ? 1 : 0;
    band.tokens += tokens;
    bands.set(name, band);
  }
  return [...bands]
    .map(([name, band]) => ({
      name,
      rows: band.rows,
      correct: band.correct / band.rows,
      tokens: band.tokens / band.rows,
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
