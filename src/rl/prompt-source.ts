/** Which problems a step samples, and the part of a run's state that decides it. */
import { stream } from '../random.ts';
import type { RlConfig } from '../run/config.ts';
import type { ModelTask } from '../tasks/model-task.ts';
import type { Problem } from '../tasks/task.ts';

/** Decides the prompts of later steps, beside the config and its seed; plain data, saved with a run. */
export interface PromptState {
  /** Prompts of all completed steps, those of further batches included. */
  dealt: number;
}

export class PromptSource {
  private dealt = 0;

  constructor(
    private readonly task: Pick<ModelTask, 'trainingProblem'>,
    private readonly config: Pick<RlConfig, 'prompts'>,
    private readonly seed: number,
  ) {}

  /**
   * @param step 1-based
   * @param batch 0-based within the step
   * @returns `prompts` problems, the same until the step is committed
   */
  problems(step: number, batch: number): Problem[] {
    const { task, config, seed } = this;
    const random = stream(seed, 'rl prompts', step, ...labelOf(batch));
    return Array.from({ length: config.prompts }, (_, i) =>
      task.trainingProblem(random, { stage: 'rl', seed, index: this.dealt + batch * config.prompts + i }),
    );
  }

  /** Seed of the samples of a batch. */
  samplingSeed(step: number, batch: number): number {
    return stream(this.seed, 'rollout', step, ...labelOf(batch)).uint32();
  }

  /** Takes a completed step into account. */
  commit({ batches }: { batches: number }): void {
    this.dealt += batches * this.config.prompts;
  }

  get state(): PromptState {
    return { dealt: this.dealt };
  }

  /** @param state undefined in a snapshot of older versions, whose steps had one batch each */
  restore(state: PromptState | undefined, steps: number): void {
    this.dealt = state?.dealt ?? steps * this.config.prompts;
  }
}

/** A step's first batch has the streams that steps of one batch always had. */
const labelOf = (batch: number): number[] => (batch === 0 ? [] : [batch]);
