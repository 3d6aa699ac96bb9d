/** Held-out accuracy: greedy and sampled responses to problems that are never trained on. */
import { atField } from '../errors.ts';
import type { Tuner } from '../gpu/tuner.ts';
import { Generator } from '../model/generation/generator.ts';
import type { Model } from '../model/model.ts';
import type { ScratchArena } from '../model/scratch-arena.ts';
import { stream } from '../random.ts';
import type { RunConfig } from '../run/config.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { ModelTask } from '../tasks/model-task.ts';
import type { TaskGrader } from '../tasks/task-grader.ts';
import type { Problem } from '../tasks/task.ts';
import type { Tokenizer } from '../text/tokenizer.ts';

/** Number of sequences generated concurrently. */
const BATCH = 512;

export interface EvaluatorParts {
  model: Model;
  tuner: Tuner;
  task: ModelTask;
  grader: TaskGrader;
  tokenizer: Tokenizer;
  config: RunConfig;
  arena?: ScratchArena;
}

/** A problem with the tokens of its prompt. */
interface Prompted {
  problem: Problem;
  prompt: number[];
}

export class Evaluator {
  private constructor(
    private readonly parts: EvaluatorParts,
    private readonly generator: Generator,
    private readonly problems: Prompted[],
    private readonly samples: number,
  ) {}

  /** @returns undefined when the config has no evaluation */
  static async create(parts: EvaluatorParts): Promise<Evaluator | undefined> {
    const { model, tuner, task, config, arena } = parts;
    if (!config.evaluation) return undefined;
    const problems = task
      .heldOutProblems(config.evaluation.problems, config.seed)
      .map((problem) => ({ problem, prompt: task.prompt(problem) }));
    const { samples } = config.evaluation;
    const generator = await atField(config.rl ? 'rl.max_response_tokens' : 'task.name', () =>
      Generator.create(model, tuner, {
        sequences: Math.min(BATCH, problems.length * samples),
        promptTokens: task.lengths.prompt,
        responseTokens: responseTokens(parts),
        ...(arena && { arena }),
      }),
    );
    return new Evaluator(parts, generator, problems, samples);
  }

  /**
   * @param step completed steps, over all phases
   * @throws StudioError `cancelled`
   */
  async evaluate(step: number, signal?: AbortSignal): Promise<StepRecord> {
    const started = performance.now();
    const { evaluation, rl } = this.parts.config;
    const temperature = evaluation?.temperature ?? rl?.temperature ?? 1;
    const greedy = await this.accuracy(0, 1, 0, signal);
    const sampled = await this.accuracy(
      temperature,
      this.samples,
      stream(this.parts.config.seed, 'evaluation', step).uint32(),
      signal,
    );
    const milliseconds = performance.now() - started;
    return {
      step,
      phase: 'evaluation',
      metrics: {
        'accuracy/greedy': greedy.accuracy,
        'accuracy/sampled': sampled.accuracy,
        ...(this.samples > 1 && { 'accuracy/pass_at_k': sampled.solved }),
        'response_length/mean': sampled.length,
      },
      time: { step_ms: milliseconds, tokens_per_second: ((greedy.tokens + sampled.tokens) * 1000) / milliseconds },
    };
  }

  private async accuracy(temperature: number, samples: number, seed: number, signal: AbortSignal | undefined) {
    const { grader, tokenizer } = this.parts;
    const prompted = this.problems.flatMap((problem) => Array.from({ length: samples }, () => problem));
    let [correct, tokens] = [0, 0];
    const solved = new Set<Problem>();
    const batch = this.generator.options.sequences;
    for (let first = 0; first < prompted.length; first += batch) {
      const part = prompted.slice(first, first + batch);
      const responses = await this.generator.generate(
        part.map(({ prompt }) => prompt),
        // Samples are keyed by the position in the batch; the batch's number distinguishes batches.
        {
          temperature,
          topK: 0,
          topP: 1,
          seed: (seed + first) >>> 0,
          maxTokens: responseTokens(this.parts),
          endTokens: tokenizer.endTokens,
          ...(signal && { signal }),
        },
      );
      const grades = grader.grade(
        responses.map((response, i) => ({ ...(part[i] as Prompted), tokens: response.tokens })),
      );
      for (const [i, grade] of grades.entries()) {
        if (!grade.correct) continue;
        correct++;
        solved.add((part[i] as Prompted).problem);
      }
      tokens += responses.reduce((sum, response) => sum + response.tokens.length, 0);
    }
    return {
      accuracy: correct / prompted.length,
      /** Share of problems with a correct response. */
      solved: solved.size / this.problems.length,
      length: tokens / prompted.length,
      tokens,
    };
  }

  destroy(): void {
    this.generator.destroy();
  }
}

function responseTokens({ task, config }: Pick<EvaluatorParts, 'task' | 'config'>): number {
  return config.evaluation?.max_response_tokens ?? config.rl?.max_response_tokens ?? task.lengths.response;
}
