/**
 * Rollouts: the problems of a step, the policy's responses, their rewards and group-relative advantages. The next
 * step's rollout can start early, while the host still reads the last step's statistics.
 */
import { atField, StudioError } from '../errors.ts';
import type { Tuner } from '../gpu/tuner.ts';
import { Generator, type Generated } from '../model/generation/generator.ts';
import type { Model } from '../model/model.ts';
import { stream } from '../random.ts';
import type { Grade } from '../rewards/grader.ts';
import type { RlConfig } from '../run/config.ts';
import type { ModelTask, TaskGrader } from '../tasks/model-task.ts';
import type { Problem } from '../tasks/task.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { advantages } from './advantages.ts';
import { spread } from '../objective/statistics.ts';
import type { TrainerMemory } from '../objective/trainer-memory.ts';

/** A response of the newest rollout. */
export interface Response extends Generated {
  problem: Problem;
  /** The prompt's tokens; one array per group. */
  prompt: readonly number[];
  group: number;
  reward: number;
  correct: boolean;
  /** Score of each reward by its key, before weights; empty for a task's own verifier. */
  rewards: Readonly<Record<string, number>>;
  advantage: number;
  /** First of its tokens in `TokenRecords`; -1 when its group was filtered out. */
  index: number;
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
  private ahead: { step: number; responses: Promise<Response[]>; abort: AbortController } | undefined;

  private constructor(
    private readonly parts: RolloutParts,
    private readonly generator: Generator,
  ) {}

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
    const responses = this.rollout(step, abort.signal);
    responses.catch(() => undefined);
    this.ahead = { step, responses, abort };
  }

  /**
   * The rollout of a step under the current weights, started early or now.
   *
   * @throws StudioError `cancelled`, `device-lost`
   */
  async take(step: number, signal: AbortSignal | undefined): Promise<Response[]> {
    const { ahead } = this;
    if (ahead?.step !== step) {
      await this.settled();
      return this.rollout(step, signal);
    }
    this.ahead = undefined;
    const stop = () => ahead.abort.abort(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    try {
      return await ahead.responses;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Waits for a rollout that was started early; then the generator is free and the rollout is kept for its step. */
  async settled(): Promise<void> {
    await this.ahead?.responses.catch(() => undefined);
  }

  private async rollout(step: number, signal: AbortSignal | undefined): Promise<Response[]> {
    const { task, config, seed } = this.parts;
    const random = stream(seed, 'rl prompts', step);
    const problems = Array.from({ length: config.prompts }, (_, i) =>
      task.trainingProblem(random, { stage: 'rl', seed, index: (step - 1) * config.prompts + i }),
    );
    return this.answer(problems, stream(seed, 'rollout', step).uint32(), signal);
  }

  /**
   * A rollout of given problems, `config.responses` per problem, with rewards and group-relative advantages.
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

/** Sets the advantages of a whole rollout. */
function setAdvantages(responses: readonly Response[], config: Pick<RlConfig, 'responses' | 'advantage'>): void {
  const groups = Array.from({ length: responses.length / config.responses }, (_, group) =>
    responses.slice(group * config.responses, (group + 1) * config.responses).map(({ reward }) => reward),
  );
  const values = advantages(groups, config.advantage).flat();
  for (const [i, response] of responses.entries()) response.advantage = values[i] ?? 0;
}

/** Groups used in updates, their token indices, and the share of groups filtered out. */
export function selectGroups(
  responses: readonly Response[],
  config: RlConfig,
): { groups: Response[][]; tokens: number; filtered: number } {
  const groups: Response[][] = [];
  let tokens = 0;
  for (let group = 0; group < config.prompts; group++) {
    const members = responses.slice(group * config.responses, (group + 1) * config.responses);
    // A single response has no group to compare with: nothing to learn, filtered or not.
    if (config.filter_groups && members.every((member) => member.advantage === 0)) continue;
    for (const member of members) {
      member.index = tokens;
      tokens += member.tokens.length;
    }
    groups.push(members);
  }
  return { groups, tokens, filtered: 1 - groups.length / config.prompts };
}

/** Metrics of a rollout alone. @param filtered share of groups filtered out @param longest maximum response tokens */
export function rolloutMetrics(
  responses: readonly Response[],
  filtered: number,
  longest: number,
): Record<string, number> {
  const lengths = responses.map((response) => response.tokens.length);
  return {
    ...spread(
      'critic/score',
      responses.map((response) => response.reward),
    ),
    ...spread(
      'critic/advantages',
      responses.map((response) => response.advantage),
      lengths,
    ),
    ...spread('response_length', lengths),
    ...rewardMetrics(responses),
    'response_length/clip_ratio': lengths.filter((length) => length === longest).length / lengths.length,
    'groups/filtered_fraction': filtered,
  };
}

/** Share of correct responses, and each reward by its key; nothing for a task graded by its own verifier. */
function rewardMetrics(responses: readonly Response[]): Record<string, number> {
  const keys = Object.keys(responses[0]?.rewards ?? {});
  if (keys.length === 0) return {};
  const metrics: Record<string, number> = {
    'accuracy/rollout': responses.filter(({ correct }) => correct).length / responses.length,
  };
  for (const key of keys) {
    const scores = responses.map(({ rewards }) => rewards[key] ?? 0);
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / Math.max(1, scores.length - 1);
    metrics[`rewards/${key}/mean`] = mean;
    metrics[`rewards/${key}/std`] = Math.sqrt(variance);
  }
  return metrics;
}
