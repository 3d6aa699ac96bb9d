/** Evaluations of the page: one model on one task at a time, by the code of the command `evaluate`. */
import { StudioError } from '../errors.ts';
import { finalAnswer } from '../evaluation/final-answer.ts';
import { evaluationReport, problemScores, type ProblemScores } from '../evaluation/report.ts';
import type { Model } from '../model/model.ts';
import { responseDetails, scoreDetail } from '../session/evaluation-details.ts';
import { evaluatedProblems, evaluateModel, type ModelEvaluationParts } from '../session/model-evaluation.ts';
import type { RunSources } from '../session/resolved-run.ts';
import { ModelTask } from '../tasks/model-task.ts';
import type { TaskOptions } from '../tasks/task-sources.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import {
  parseEvaluation,
  type EvaluationProgress,
  type EvaluationRequest,
  type EvaluationResult,
} from '../views/evaluation.ts';
import { POLICY, START } from '../views/playground.ts';
import type { Device } from './device.ts';
import { besideRun } from './memory-beside.ts';
import { loadFrozen, loadStart, tokenizerOf } from './frozen-model.ts';
import type { GpuUse } from './gpu-use.ts';
import type { ModelLibrary } from './model-library.ts';
import type { WorkerEvent } from './events.ts';
import type { RunTransport } from './run-transport.ts';
import { StagedReport } from './staged-report.ts';

export interface EvaluationJobParts {
  device: Device;
  library: Pick<ModelLibrary, 'get'>;
  transport: RunTransport;
  sources: RunSources;
  use: GpuUse;
  send: (event: WorkerEvent) => void;
}

interface AskedModel {
  model: Model;
  tokenizer: Tokenizer;
}

/** What an evaluation in progress is given. */
interface Job {
  signal: AbortSignal;
  report: StagedReport<EvaluationProgress>;
}

export class EvaluationJob {
  private job: { abort: AbortController; model: string; done: Promise<unknown> } | undefined;

  constructor(private readonly parts: EvaluationJobParts) {}

  /**
   * @throws StudioError `input` for a request, task or model that does not fit, or while the GPU is used by a run, a
   *   comparison or a race; `cancelled`, `memory`, `device-lost`
   */
  async run(given: EvaluationRequest): Promise<EvaluationResult> {
    const request = parseEvaluation(given);
    if (this.job) throw new StudioError('input', 'Another evaluation is running.', 'Cancel it first.');
    this.parts.use.assertFree();
    const abort = new AbortController();
    const done = besideRun('lower samples or max new tokens', () => this.evaluate(request, abort));
    this.job = { abort, model: request.model, done };
    try {
      return await done;
    } finally {
      this.job = undefined;
    }
  }

  private async evaluate(request: EvaluationRequest, abort: AbortController): Promise<EvaluationResult> {
    const { signal } = abort;
    const report = new StagedReport<EvaluationProgress>((progress) =>
      this.parts.send({ type: 'evaluation-progress', progress }),
    );
    const job = { signal, report };
    report.show({ stage: 'loading' });
    try {
      if (request.model === POLICY)
        return await this.parts.transport.hold(({ session: { model, tokenizer } }, held) => {
          // The run resumes or ends: its weights change.
          held.addEventListener('abort', () => abort.abort(held.reason));
          return this.respond(request, { model, tokenizer }, job);
        });
      const { model, tokenizer } = await this.load(request.model, signal);
      try {
        return await this.respond(request, { model, tokenizer }, job);
      } finally {
        model.destroy();
      }
    } finally {
      report.close();
    }
  }

  /** A model of its own on the GPU. */
  private async load(id: string, signal: AbortSignal): Promise<AskedModel> {
    const { device, library, sources, transport } = this.parts;
    const { gpu } = await device.open();
    if (id === START) {
      const { run } = transport.any().session;
      return { model: await loadStart(gpu, run), tokenizer: run.tokenizer };
    }
    const checkpoint = await library.get(id);
    const tokenizer = await tokenizerOf(checkpoint, sources.loadTokenizer);
    signal.throwIfAborted();
    return { model: await loadFrozen(gpu, checkpoint), tokenizer };
  }

  private async respond(
    request: EvaluationRequest,
    { model, tokenizer }: AskedModel,
    { signal, report }: Job,
  ): Promise<EvaluationResult> {
    const { samples, problems: count, temperature, seed, maxTokens: limit } = request;
    const { tuner } = await this.parts.device.open();
    const { vocabularySize, maxPositions: positions } = model.config;
    const options: TaskOptions = { signal, onProgress: (reading) => report.show({ stage: 'reading', reading }) };
    const source = await this.parts.sources.createTask(request.task, options);
    signal.throwIfAborted();
    const measured = await encodable(() =>
      ModelTask.measure({ task: source, tokenizer, vocabularySize, positions }, options),
    );
    signal.throwIfAborted();
    const task = measured.forStages({
      sft: undefined,
      rl: undefined,
      evaluation: { every: 1, problems: 1, samples, ...(limit !== undefined && { max_response_tokens: limit }) },
    });
    const maxTokens = limit ?? task.lengths.response;
    if (task.lengths.prompt + maxTokens > positions)
      throw new StudioError(
        'input',
        `Prompts of up to ${task.lengths.prompt} tokens and responses of ${maxTokens} do not fit the model's ` +
          `${positions} positions.`,
        `Set max new tokens to at most ${Math.max(0, positions - task.lengths.prompt)}, or choose another model.`,
      );
    const problems = task.heldOutProblemsUpTo(count, seed);
    const grader = await task.createGrader();
    try {
      const parts: ModelEvaluationParts = {
        model,
        tuner,
        tokenizer,
        task,
        grader,
        answerOf: await finalAnswer(request.task.rewards),
      };
      const started = performance.now();
      const responses = await evaluateModel(parts, problems, {
        samples,
        temperature,
        seed,
        maxTokens,
        signal,
        onProgress: (done, total) => report.now({ stage: 'responding', done, total }),
      });
      const seconds = (performance.now() - started) / 1000;
      const evaluated = evaluatedProblems(responses);
      const scores = problemScores(evaluated, seed);
      const tokens = responses.reduce(
        (sum, { greedy, sampled }) => sum + greedy.tokens + sampled.reduce((own, one) => own + one.tokens, 0),
        0,
      );
      return {
        report: evaluationReport(evaluated, { seed, lengthUnit: 'tokens' }),
        problems: responses.map((one, i) => ({
          problem: i,
          scores: scoreDetail(scores[i] as ProblemScores),
          ...responseDetails(one),
        })),
        notes: [...task.notes, ...(problems.length < count ? [allAsked(problems.length)] : [])],
        tokensPerSecond: tokens / seconds,
      };
    } finally {
      grader.destroy();
    }
  }

  cancel(): void {
    this.job?.abort.abort(new StudioError('cancelled', 'The evaluation was cancelled.'));
  }

  /** A model is about to be released. */
  async forget(id: string): Promise<void> {
    if (this.job?.model !== id) return;
    const { done } = this.job;
    this.cancel();
    await done.catch(() => undefined);
  }
}

const allAsked = (count: number): string =>
  count === 1
    ? 'The task holds out 1 problem that the model can be asked.'
    : `The task holds out ${count} problems that the model can be asked: all of them were.`;

/** Names the cause of a task that the tokenizer has no tokens for. */
async function encodable<T>(measure: () => Promise<T>): Promise<T> {
  try {
    return await measure();
  } catch (error) {
    if (!(error instanceof StudioError) || error.kind !== 'input') throw error;
    throw new StudioError(
      'input',
      `The model's tokenizer cannot encode the task: ${error.message.replace(/^text: /, '')}.`,
      'Choose the task that the model was trained on, or another model.',
    );
  }
}
