/** Grades responses that people type, with a task's rewards or its verifier. The newest grader stays open. */
import { StudioError } from '../errors.ts';
import type { RewardConfig } from '../rewards/config.ts';
import type { GradedResponse, Grade, ResponseGrader } from '../rewards/grader.ts';
import { createGrader } from '../rewards/registry.ts';
import type { RunConfig } from '../run/config.ts';
import { generatedTask } from '../tasks/registry.ts';
import type { Task } from '../tasks/task.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import { MOST_BENCH_ITEMS, type BenchGrades, type BenchItem } from '../views/reward-bench.ts';
import type { ModelLibrary } from './model-library.ts';

/** Counts the tokens of a text; undefined where no tokenizer is known. */
type Count = (text: string) => number | undefined;

export class RewardBench {
  private grader: { key: string; opened: Promise<ResponseGrader> } | undefined;
  private counter: { id: string; count: Promise<Count> } | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly library: Pick<ModelLibrary, 'get'>) {}

  /**
   * @param model whose tokenizer counts tokens
   * @throws StudioError `input` for a reward that cannot be made, or a task that nothing grades
   */
  grade(task: RunConfig['task'], model: RunConfig['model'], items: readonly BenchItem[]): Promise<BenchGrades> {
    // One after the other: a grader is closed only when nothing uses it.
    const grades = this.last.then(() => this.gradeNow(task, model, items));
    this.last = grades.catch(() => undefined);
    return grades;
  }

  /** @throws StudioError `input` for a reward that cannot be made, at its field */
  async check({ task, model }: RunConfig): Promise<void> {
    if (task.rewards) await this.grade(task, model, []);
  }

  private async gradeNow(
    task: RunConfig['task'],
    model: RunConfig['model'],
    items: readonly BenchItem[],
  ): Promise<BenchGrades> {
    if (items.length > MOST_BENCH_ITEMS)
      throw new StudioError(
        'input',
        `Expected at most ${MOST_BENCH_ITEMS} responses at once, found ${items.length}.`,
        'Remove some of them.',
      );
    const count = await this.counterOf(model);
    const responses = items.map(({ row, answer, response, finished }): GradedResponse => {
      const written = count(response);
      const tokens = written === undefined ? undefined : written + (finished ? 1 : 0);
      return { row, answer, response, finished, ...(tokens !== undefined && { tokens }) };
    });
    const { keys, grade } = await this.graderOf(task);
    const grades = grade(responses);
    return {
      keys: [...keys],
      grades: grades.map((one, i) => {
        const tokens = responses[i]?.tokens;
        return { ...one, ...(tokens !== undefined && { tokens }) };
      }),
    };
  }

  private async graderOf(
    task: RunConfig['task'],
  ): Promise<{ keys: readonly string[]; grade: (responses: readonly GradedResponse[]) => Grade[] }> {
    const { rewards } = task;
    const verify = task.name === 'dataset' ? undefined : generatedTask(task).verify;
    if (!rewards) {
      if (!verify)
        throw new StudioError(
          'input',
          'This task has no rewards yet, so nothing grades a response.',
          'Add a reward.',
          'task.rewards',
        );
      return { keys: [], grade: (responses) => responses.map((one) => verify(one)) };
    }
    const key = JSON.stringify(rewards.some(({ name }) => name === 'verifier') ? task : rewards);
    if (this.grader?.key !== key) {
      this.close();
      this.grader = { key, opened: openGrader(rewards, verify) };
    }
    try {
      const grader = await this.grader.opened;
      return { keys: grader.keys, grade: (responses) => grader.grade(responses) };
    } catch (error) {
      this.grader = undefined;
      throw error;
    }
  }

  private close(): void {
    void this.grader?.opened.then(
      (grader) => grader.destroy(),
      () => undefined,
    );
    this.grader = undefined;
  }

  private counterOf(model: RunConfig['model']): Promise<Count> {
    const id = 'checkpoint' in model ? model.checkpoint : '';
    if (this.counter?.id !== id) this.counter = { id, count: this.openCounter(model) };
    return this.counter.count;
  }

  private async openCounter(model: RunConfig['model']): Promise<Count> {
    // A new model has one token per character.
    if (!('checkpoint' in model)) return (text) => [...text].length;
    // A model that is missing or has no tokenizer is reported at its own field.
    const checkpoint = await this.library.get(model.checkpoint).catch(() => undefined);
    if (checkpoint?.tokenizerJson === undefined) return () => undefined;
    const { tokenizerFiles, endTokens = [], name } = checkpoint;
    const tokenizer = await loadTokenizer(tokenizerFiles, endTokens, name).catch(() => undefined);
    return (text) => {
      try {
        return tokenizer?.encode(text).length;
      } catch {
        // A text outside the vocabulary, which the model cannot write.
        return undefined;
      }
    };
  }

  /** A model's files may change. */
  forget(id: string): void {
    if (this.counter?.id === id) this.counter = undefined;
  }
}

const openGrader = (rewards: readonly RewardConfig[], verify: Task['verify']): Promise<ResponseGrader> =>
  createGrader(rewards.map(neverStopping), verify);

/** The bench shows every error and never stops. */
const neverStopping = (reward: RewardConfig): RewardConfig =>
  reward.name === 'custom' ? { ...reward, max_errors: Number.MAX_SAFE_INTEGER } : reward;
