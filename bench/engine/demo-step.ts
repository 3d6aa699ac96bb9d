/** The step that parts of the benchmark measure: the default recipe's (64 prompts x 8 responses, GPPO) on the embedded model. */
import demo from '../../configs/demo-gppo.json';
import { Model } from '../../src/model/model.ts';
import { RlTrainer, type RlTrainerParts } from '../../src/rl/trainer.ts';
import { parseRunConfig, type RlConfig, type RunConfig } from '../../src/run/config.ts';
import { startingPoint } from '../../src/session/starting-point.ts';
import type { EngineContext } from './context.ts';

const MODEL = 'addition-0.1M';

export interface DemoTrainer {
  config: RunConfig;
  trainer: RlTrainer;
  model: Model;
  destroy: () => void;
}

/**
 * A trainer of its own model, from the embedded checkpoint and the recipe's seed: two of them make the same steps.
 *
 * @param change what differs from the recipe's RL stage
 */
export async function demoTrainer({ gpu, tuner, checkpoint }: EngineContext, change: Partial<RlConfig> = {}, options: Pick<RlTrainerParts, 'distributions'> = {}): Promise<DemoTrainer> {
  const config = parseRunConfig({ ...demo, rl: { ...demo.rl, ...change } }, 'configs/demo-gppo.json');
  const start = startingPoint(config, await checkpoint(MODEL));
  const model = await Model.create(gpu, start.config, start.tensors);
  if (!config.rl) throw new Error('the demo has an RL stage');
  const trainer = await RlTrainer.create({ model, tuner, task: start.task, tokenizer: start.tokenizer, config: config.rl, seed: config.seed, ...options });
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
