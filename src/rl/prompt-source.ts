/** Which problems a step samples, and the part of a run's state that decides it. */
import { stream } from '../random.ts';
import type { RlConfig } from '../run/config.ts';
import type { ModelTask } from '../tasks/model-task.ts';
import type { Problem } from '../tasks/task.ts';
import { Curriculum, type ItemCount } from './curriculum.ts';

/** Decides the prompts of later steps, beside the config and its seed; plain data, saved with a run. */
export interface PromptState {
  /** Prompts of all completed steps, those of further batches included. */
  dealt: number;
  /** Of a run with a curriculum. */
  counts?: ItemCount[];
}

type PromptTask = Pick<ModelTask, 'trainingProblem' | 'items' | 'itemProblem' | 'itemOf'>;
type PromptConfig = Pick<RlConfig, 'prompts' | 'curriculum' | 'curriculum_floor' | 'curriculum_memory'>;

export class PromptSource {
  private dealt = 0;
  private readonly curriculum: Curriculum | undefined;

  constructor(
    private readonly task: PromptTask,
    private readonly config: PromptConfig,
    private readonly seed: number,
  ) {
    if (config.curriculum === 'pass-rate') this.curriculum = new Curriculum(task.items.count, config);
  }

  /**
   * @param step 1-based
   * @param batch 0-based within the step
   * @returns `prompts` problems, the same until the step is committed
   */
  problems(step: number, batch: number): Problem[] {
    const { task, config, seed } = this;
    const random = stream(seed, 'rl prompts', step, ...labelOf(batch));
    const items = this.chosenItems(step, batch);
    if (items) return items.map((item) => task.itemProblem(item, random));
    return Array.from({ length: config.prompts }, (_, i) =>
      task.trainingProblem(random, { stage: 'rl', seed, index: this.dealt + batch * config.prompts + i }),
    );
  }

  /** Items of the curriculum for a batch. Rows of a data set are not repeated within a step until all were used. */
  private chosenItems(step: number, batch: number): number[] | undefined {
    const { curriculum, task, config, seed } = this;
    if (!curriculum) return undefined;
    if (!task.items.distinct) return curriculum.draw(config.prompts, stream(seed, 'curriculum', step, batch));
    const order = curriculum.order(stream(seed, 'curriculum', step));
    return Array.from(
      { length: config.prompts },
      (_, i) => order[(batch * config.prompts + i) % order.length] as number,
    );
  }

  /** Seed of the samples of a batch. */
  samplingSeed(step: number, batch: number): number {
    return stream(this.seed, 'rollout', step, ...labelOf(batch)).uint32();
  }

  /** Takes a completed step into account. */
  commit({ batches, responses }: { batches: number; responses: readonly { problem: Problem; correct: boolean }[] }) {
    this.dealt += batches * this.config.prompts;
    this.curriculum?.observe(responses.map(({ problem, correct }) => ({ item: this.task.itemOf(problem), correct })));
  }

  /** @returns a function that takes back the steps that are committed from now on */
  checkpoint(): () => void {
    const { dealt } = this;
    const restoreCounts = this.curriculum?.checkpoint();
    return () => {
      this.dealt = dealt;
      restoreCounts?.();
    };
  }

  get state(): PromptState {
    return { dealt: this.dealt, ...(this.curriculum && { counts: this.curriculum.state }) };
  }

  /** @param state undefined in a snapshot of older versions, whose steps had one batch each */
  restore(state: PromptState | undefined, steps: number): void {
    this.dealt = state?.dealt ?? steps * this.config.prompts;
    this.curriculum?.restore(state?.counts ?? []);
  }
}

/** A step's first batch has the streams that steps of one batch always had. */
const labelOf = (batch: number): number[] => (batch === 0 ? [] : [batch]);
