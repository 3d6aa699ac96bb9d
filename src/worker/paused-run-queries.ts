/** Queries on a paused run: comparing strategies, its checkpoint, its metrics, a response to a prompt. */
import { checkpointFiles, dtypeByName, type ExportedFile } from '../checkpoint/export-checkpoint.ts';
import { adapterFiles } from '../checkpoint/peft-adapter.ts';
import { StudioError } from '../errors.ts';
import { Generator } from '../model/generation/generator.ts';
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { StepProfile } from '../views/step-profile.ts';
import type { WhatIf } from '../views/what-if.ts';
import { trainedAdapter, trainedCheckpoint } from '../session/trained-checkpoint.ts';
import type { Device } from './device.ts';
import type { Precision } from '../model/weights/precision.ts';
import type { SavedFile } from '../views/models.ts';
import { adapterName } from '../views/run-view.ts';
import type { RunTransport } from './run-transport.ts';

export class PausedRunQueries {
  constructor(
    private readonly transport: RunTransport,
    private readonly device: Device,
  ) {}

  whatIf(strategies: readonly StrategyConfig[]): Promise<WhatIf> {
    return this.transport.hold((run, signal) =>
      run.session.whatIf(strategies, { signal, onActivity: (activity) => this.transport.say(run, activity) }),
    );
  }

  profile(): Promise<StepProfile> {
    return this.transport.hold((run, signal) =>
      run.session.profile({ signal, onActivity: (activity) => this.transport.say(run, activity) }),
    );
  }

  async checkpoint(precision: Precision): Promise<SavedFile[]> {
    const { session } = this.transport.pausedRun();
    return saved(checkpointFiles(await trainedCheckpoint(session), { dtype: dtypeByName(precision) }));
  }

  async adapter(precision: Precision): Promise<SavedFile[]> {
    const adapter = await trainedAdapter(this.transport.pausedRun().session);
    if (!adapter)
      throw new StudioError(
        'input',
        'This run has no adapter: it was not trained with LoRA.',
        'Save its checkpoint instead.',
      );
    return saved(adapterFiles(adapter, dtypeByName(precision)));
  }

  metricsText(): Promise<string> {
    return this.transport.any().frames.metricsText();
  }

  /** The run so far as a recording that the page replays. */
  async recording(): Promise<Blob> {
    const { frames, session, state } = this.transport.any();
    return frames.recorder.file(
      {
        config: session.config,
        adapter: adapterName(session.model.gpu.adapter),
        steps: { sft: session.stepsOf('sft'), rl: session.stepsOf('rl') },
        end: state === 'finished' || state === 'failed' ? state : 'stopped',
      },
      await frames.metricsText(),
    );
  }

  async generate(
    prompt: string,
    options: { temperature: number; maxTokens: number; seed: number },
  ): Promise<{ response: string; probabilities: number[]; tokens: string[] }> {
    const { session } = this.transport.pausedRun();
    const { task, tokenizer, model } = session;
    if (prompt === '') throw new StudioError('input', 'The prompt is empty.', 'Enter a problem, for example 12+34=.');
    // As the run asks: with its template or chat template, and the tokens that begin a text.
    const tokens = task.prompt({ prompt, answer: '', key: '', row: {} });
    const room = model.config.maxPositions - tokens.length;
    if (room < 1)
      throw new StudioError(
        'input',
        `The prompt has ${tokens.length} tokens, but the model has only ${model.config.maxPositions} positions.`,
        'Shorten the prompt.',
      );
    const { tuner } = await this.device.open();
    const generator = await Generator.create(model, tuner, {
      sequences: 1,
      promptTokens: tokens.length,
      responseTokens: Math.min(room, options.maxTokens),
    });
    try {
      const [drawn] = await generator.generate([tokens], {
        temperature: options.temperature,
        topK: 0,
        topP: 1,
        seed: options.seed,
        maxTokens: options.maxTokens,
        endTokens: tokenizer.endTokens,
      });
      if (!drawn) throw new Error('one prompt has one answer');
      return {
        response: tokenizer.decodeAfter(tokens, drawn.tokens),
        probabilities: drawn.logprobs.map(Math.exp),
        tokens: drawn.tokens.map((token) => tokenizer.tokenText(token)),
      };
    } finally {
      generator.destroy();
    }
  }
}

/** Copies, because posting a view would send its whole buffer to the page. */
function saved(files: readonly ExportedFile[]): SavedFile[] {
  return files.map(({ path, data }) => ({ path, data: new Uint8Array(data) }));
}
