/** Whether supervised examples fit into the model, checked before a run is planned. */
import { StudioError } from '../errors.ts';
import type { ResolvedRun } from './resolved-run.ts';

/** The parts of a resolved run that decide it. */
interface Lengths {
  config: Pick<ResolvedRun['config'], 'sft' | 'model'>;
  model: Pick<ResolvedRun['model'], 'maxPositions'>;
  task: Pick<ResolvedRun['task'], 'lengths' | 'byRow'>;
}

/**
 * A prompt with its solution, without the end token, which the model only predicts, takes one position per token.
 *
 * @throws StudioError `input`, at the field of the model's positions where it has new weights, else at the task
 */
export function assertSolutionsFit({ config, model: { maxPositions }, task }: Lengths): void {
  // A data set leaves out the rows that do not fit.
  if (!config.sft || task.byRow) return;
  // Examples are cut, or are from elsewhere.
  if (config.sft.truncation !== 'drop' || config.sft.sources?.every((source) => !source.task)) return;
  const positions = task.lengths.prompt + task.lengths.response - 1;
  if (positions <= maxPositions) return;
  const fresh = 'architecture' in config.model;
  throw new StudioError(
    'input',
    `A prompt with its solution may take ${positions} positions, the model has ${maxPositions}.`,
    fresh
      ? `Set at least ${positions} positions, or make the task's problems shorter.`
      : "Make the task's problems shorter, or choose a model with more positions.",
    fresh ? 'model.architecture.max_positions' : 'task.name',
  );
}
