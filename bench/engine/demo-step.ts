/** Steps of the recipes that ship (64 prompts x 8 responses, GPPO), on their embedded models. */
import { Model } from '../../src/model/model.ts';
import { RlTrainer, type RlTrainerParts } from '../../src/rl/trainer.ts';
import { parseRunConfig, type RlConfig, type RunConfig } from '../../src/run/config.ts';
import { initialWeights, resolveRun } from '../../src/session/resolved-run.ts';
import type { EngineContext } from './context.ts';

export interface DemoTrainer {
  config: RunConfig;
  trainer: RlTrainer;
  model: Model;
  destroy: () => void;
}

const EMBEDDED = 'embedded:';

/**
 * A trainer with its own model, from the recipe's embedded checkpoint and seed: two of them make the same steps.
 *
 * @param change overrides of the recipe's RL stage
 */
export async function demoTrainer(
  { gpu, tuner, checkpoint }: EngineContext,
  recipe: { rl: object },
  change: Partial<RlConfig> = {},
  options: Pick<RlTrainerParts, 'distributions'> = {},
): Promise<DemoTrainer> {
  const config = parseRunConfig({ ...recipe, rl: { ...recipe.rl, ...change } }, 'recipe');
  if (!('checkpoint' in config.model)) throw new Error('the recipe names a checkpoint');
  const name = config.model.checkpoint.slice(EMBEDDED.length);
  const run = await resolveRun(config, await checkpoint(name));
  const model = await Model.load(gpu, run.model, initialWeights(run));
  if (!config.rl) throw new Error('the demo has an RL stage');
  const trainer = await RlTrainer.create({
    model,
    tuner,
    task: run.task,
    grader: await run.task.createGrader(),
    tokenizer: run.tokenizer,
    config: config.rl,
    seed: config.seed,
    ...options,
  });
  return {
    config,
    trainer,
    model,
    destroy: () => {
      trainer.destroy();
      model.destroy();
    },
  };
}
