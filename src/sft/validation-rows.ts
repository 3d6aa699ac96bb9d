/** The held-out examples that the validation loss is measured on. */
import { StudioError } from '../errors.ts';
import { stream } from '../random.ts';
import type { TrainingExample } from '../tasks/prompt-writer.ts';
import type { Problem } from '../tasks/task.ts';

/** Problems that a source or the task holds out. */
export interface HeldOutPool {
  /** Of its source, unique in the stage. */
  name: string;
  /** @param most for a task that makes its own problems */
  problems(most: number): readonly Problem[];
  /** @returns undefined for a problem without a solution, or one that is left out */
  example(problem: Problem): TrainingExample | undefined;
}

/** An example of the validation loss. */
export interface HeldOutExample extends TrainingExample {
  /** Name of the pool. */
  source: string;
}

/**
 * Up to `rows` examples of all pools together, in an order that the seed decides.
 *
 * @throws StudioError `input` if there is none
 */
export function validationExamples(pools: readonly HeldOutPool[], rows: number, seed: number): HeldOutExample[] {
  const all = pools.flatMap((pool) => pool.problems(rows).map((problem) => ({ pool, problem })));
  const examples: HeldOutExample[] = [];
  for (const { pool, problem } of stream(seed, 'sft validation rows').shuffle(all)) {
    if (examples.length === rows) break;
    const example = pool.example(problem);
    if (example) examples.push({ ...example, source: pool.name });
  }
  if (examples.length > 0) return examples;
  throw new StudioError(
    'input',
    `sft.validation: no held-out row has a solution that fits the model; found ${all.length} held-out rows.`,
    'Hold out rows of a source (held_out), or remove sft.validation.',
    'sft.validation.rows',
  );
}
