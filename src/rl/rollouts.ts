/**
 * Rollouts: the policy's responses to the problems of a step, their rewards and advantages. With dynamic sampling
 * (DAPO, arXiv 2503.14476, section 3.2) further batches of prompts follow until enough groups have an advantage. The
 * next step's rollout can start early, while the host still reads the last step's statistics.
 */
import { atField, StudioError } from '../errors.ts';
import type { Tuner } from '../gpu/tuner.ts';
import { Generator } from '../model/generation/generator.ts';
import type { Model } from '../model/model.ts';
import type { Grade } from '../rewards/grader.ts';
import type { RlConfig } from '../run/config.ts';
import type { ModelTask } from '../tasks/model-task.ts';
import type { TaskGrader } from '../tasks/task-grader.ts';
import type { Problem } from '../tasks/task.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { TrainerMemory } from '../objective/trainer-memory.ts';
import { setAdvantages, usableGroups } from './group-selection.ts';
import { PromptSource } from './prompt-source.ts';
import type { Response } from './response.ts';

/** All responses sampled for a step. */
export interface Rollout {
  responses: Response[];
  /** Batches of prompts that they are from. */
  batches: number;
}

export interface RolloutParts {
  model: Model;
  tuner: Tuner;
  task: ModelTask;
  grader: TaskGrader;
  tokenizer: Tokenizer;
  config: RlConfig;
  seed: number;
  /** By default whole minibatches, no recomputation, separate memory. */
  memory?: TrainerMemory;
}

/** Maximum prompt and response length of a task under a config, in tokens. */
export function rolloutLengths(
  { lengths }: Pick<ModelTask, 'lengths'>,
  config: RlConfig,
): { prompt: number; response: number } {
  return { prompt: lengths.prompt, response: config.max_response_tokens ?? lengths.response };
}

export class Rollouts {
  readonly prompts: PromptSource;
  private ahead: { step: number; rollout: Promise<Rollout>; abort: AbortController } | undefined;
  /** Hears of every further batch, while `take` waits. */
  private onBatch: ((batch: number) => void) | undefined;

  private constructor(
    private readonly parts: RolloutParts,
    private readonly generator: Generator,
  ) {
    this.prompts = new PromptSource(parts.task, parts.config, parts.seed);
  }

  static async create(parts: RolloutParts): Promise<Rollouts> {
    const { model, tuner, task, config, memory } = parts;
    const lengths = rolloutLengths(task, config);
    const generator = await atField('rl.max_response_tokens', () =>
      Generator.create(model, tuner, {
        sequences: config.prompts * config.responses,
        prompts: config.prompts,
        promptTokens: lengths.prompt,
        responseTokens: lengths.response,
        ...(memory?.arena && { arena: memory.arena }),
      }),
    );
    return new Rollouts(parts, generator);
  }

  /** Starts the rollout that `take` will request next; `take` reports its failure. */
  begin(step: number): void {
    const abort = new AbortController();
    const rollout = this.rollout(step, abort.signal);
    rollout.catch(() => undefined);
    this.ahead = { step, rollout, abort };
  }

  /**
   * The rollout of a step under the current weights, started early or now.
   *
   * @param onBatch called when a further batch of prompts is sampled, with its number from 2 on
   * @throws StudioError `cancelled`, `device-lost`
   */
  async take(step: number, signal: AbortSignal | undefined, onBatch?: (batch: number) => void): Promise<Rollout> {
    const { ahead } = this;
    if (ahead?.step !== step) await this.settled();
    this.onBatch = onBatch;
    try {
      if (ahead?.step !== step) return await this.rollout(step, signal);
      this.ahead = undefined;
      const stop = () => ahead.abort.abort(signal?.reason);
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop);
      try {
        return await ahead.rollout;
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    } finally {
      this.onBatch = undefined;
    }
  }

  /** Waits for a rollout that was started early; then the generator is free and the rollout is kept for its step. */
  async settled(): Promise<void> {
    await this.ahead?.rollout.catch(() => undefined);
  }

  /** Gives up a rollout that was started early. */
  async discard(reason: unknown): Promise<void> {
    this.ahead?.abort.abort(reason);
    await this.settled();
    this.ahead = undefined;
  }

  private async rollout(step: number, signal: AbortSignal | undefined): Promise<Rollout> {
    const { config, tokenizer } = this.parts;
    const responses: Response[] = [];
    let batches = 0;
    do {
      if (batches > 0) this.onBatch?.(batches + 1);
      const problems = this.prompts.problems(step, batches);
      const answered = await this.answer(problems, this.prompts.samplingSeed(step, batches), signal);
      for (const response of answered) response.group += batches * config.prompts;
      responses.push(...answered);
      batches += 1;
    } while (
      batches < config.max_num_gen_batches &&
      usableGroups(responses, config, tokenizer.endTokens).length < config.prompts
    );
    // Those over the whole rollout depend on all of its batches.
    if (batches > 1) setAdvantages(responses, config);
    return { responses, batches };
  }

  /**
   * Responses to given problems, `config.responses` per problem, with rewards, and advantages as of a whole rollout.
   *
   * @param problems as many as `config.prompts`, or fewer
   */
  async answer(problems: readonly Problem[], seed: number, signal: AbortSignal | undefined): Promise<Response[]> {
    const { task, grader, tokenizer, config } = this.parts;
    const prompts = problems.map((problem) => task.prompt(problem));
    const generated = await this.generator.generate(
      prompts.flatMap((tokens) => new Array<number[]>(config.responses).fill(tokens)),
      {
        temperature: config.temperature,
        topK: config.top_k,
        topP: config.top_p,
        seed,
        maxTokens: rolloutLengths(task, config).response,
        endTokens: tokenizer.endTokens,
        ...(signal && { signal }),
      },
    );
    const answered = generated.map((response, i) => {
      const group = Math.floor(i / config.responses);
      return { ...response, problem: problems[group] as Problem, prompt: prompts[group] ?? [], group };
    });
    const grades = grader.grade(answered);
    const responses = answered.map((response, i): Response => {
      const { reward, correct, rewards } = grades[i] as Grade;
      return { ...response, reward, correct, rewards, advantage: 0, index: -1 };
    });
    setAdvantages(responses, config);
    return responses;
  }

  destroy(): void {
    this.ahead?.abort.abort(new StudioError('cancelled', 'The run has ended.'));
    this.generator.destroy();
  }
}
