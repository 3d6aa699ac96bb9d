/**
 * The playground: models of the library and a run's policy respond to prompts, one page column per model, and score one
 * another's texts. At most two models are kept on the GPU. Their memory is separate, so a concurrent run is unaffected.
 */
import { StudioError } from '../errors.ts';
import type { TokenReading } from '../model/generation/token-readings.ts';
import {
  parseSampling,
  POLICY,
  START,
  type PlaygroundAnswer,
  type PlaygroundModel,
  type PlaygroundRequest,
  type PlaygroundStart,
  type PlaygroundToken,
  type ResponseEnd,
  type Sampling,
} from '../views/playground.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import type { Device } from './device.ts';
import { loadFrozen, loadStart, tokenizerOf } from './frozen-model.ts';
import type { GpuUse } from './gpu-use.ts';
import type { ModelLibrary } from './model-library.ts';
import { besideRun } from './memory-beside.ts';
import { OpenModel, type PlaygroundModelParts } from './playground-model.ts';
import type { WorkerEvent } from './events.ts';
import type { RunTransport } from './run-transport.ts';

/** Maximum models on the GPU: two side by side. */
const MOST_OPEN = 2;
/** Minimum interval between two reports of a response, ms: at most 20 per second. */
const REPORT_MS = 50;

export interface PlaygroundParts {
  device: Device;
  library: ModelLibrary;
  transport: RunTransport;
  /** A run may train meanwhile. */
  use: GpuUse;
  send: (event: WorkerEvent) => void;
}

interface Asking {
  model: string;
  abort: AbortController;
  done: Promise<unknown>;
}

export class Playground {
  /** The most recently used model is last. */
  private readonly models = new Map<string, OpenModel>();
  private readonly asking = new Set<Asking>();
  /** Loading and planning are serialized, because device errors are attributed to the operation in progress. */
  private preparing: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: PlaygroundParts) {}

  /** Loads a model. @throws StudioError `input` when it does not exist or has no tokenizer, `memory` */
  open(id: string): Promise<PlaygroundModel> {
    return this.asked(id, async () => (await this.prepare(() => this.model(id))).facts);
  }

  /**
   * Streams a model's response to the page.
   *
   * @param column the page's column for the events
   * @throws StudioError `input` for a prompt that the model cannot take, `memory`, `device-lost`, `cancelled` before
   *   the first token
   */
  respond(column: number, { model: id, start, sampling: given }: PlaygroundRequest): Promise<PlaygroundAnswer> {
    return this.asked(id, async (signal) => {
      const sampling = parseSampling(given);
      const open = await this.prepare(() => this.model(id));
      return open.alone(() => this.responseOf(open, start, sampling, column, signal));
    });
  }

  private async responseOf(
    open: OpenModel,
    start: PlaygroundStart,
    sampling: Sampling,
    column: number,
    signal: AbortSignal,
  ): Promise<PlaygroundAnswer> {
    const { tokens, promptLength } = open.encode(start);
    const { tokenizer, model } = open.parts;
    const room = model.config.maxPositions - tokens.length;
    const maxTokens = Math.min(room, sampling.maxTokens);
    const stream = await this.prepare(() => open.streamFor(tokens.length, maxTokens));
    const readings = await this.prepare(() => open.read(tokens));
    signal.throwIfAborted();
    const context = open.view(tokens, readings);
    const [prompt, before] = [context.slice(0, promptLength), context.slice(promptLength)];
    this.parts.send({ type: 'playground-begin', column, prompt, response: before });
    const report = new Report((from, made) =>
      this.parts.send({ type: 'playground-tokens', column, from: before.length + from, tokens: made }),
    );
    const drawn: TokenReading[] = [];
    const view = () =>
      open.view(
        drawn.map(({ token }) => token),
        drawn,
      );
    let ended: ResponseEnd = maxTokens === sampling.maxTokens ? 'length' : 'positions';
    try {
      for await (const reading of stream.respond(tokens, {
        ...sampling,
        maxTokens,
        endTokens: tokenizer.endTokens,
        signal,
      })) {
        drawn.push(reading);
        if (tokenizer.endTokens.includes(reading.token)) ended = 'end';
        report.update(view);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      ended = 'stopped';
    }
    return {
      prompt,
      response: [...before, ...view()],
      text: tokenizer.decodeAfter(tokens.slice(0, promptLength), [
        ...tokens.slice(promptLength),
        ...drawn.map(({ token }) => token),
      ]),
      ended,
    };
  }

  /**
   * Scores one text under several models.
   *
   * @param ids of the models; the first one's tokenizer produced the tokens
   * @returns the tokens with their readings, for each model
   * @throws StudioError `input` when the models tokenize differently or the text is too long for one of them
   */
  async compare(ids: readonly string[], tokens: readonly number[]): Promise<PlaygroundToken[][]> {
    const views: PlaygroundToken[][] = [];
    for (const id of ids) {
      const view = await this.asked(id, () =>
        this.prepare(async () => {
          const open = await this.model(id);
          const { config } = open.parts.model;
          if (tokens.length > config.maxPositions + 1)
            throw new StudioError(
              'input',
              `The text has ${tokens.length} tokens, but ${open.parts.name} has only ${config.maxPositions} positions.`,
              'Compare a shorter text.',
            );
          if (tokens.some((token) => token >= config.vocabularySize)) throw otherTokens();
          return open.view(tokens, await open.read(tokens));
        }),
      );
      if (views[0]?.some(({ text }, i) => text !== view[i]?.text)) throw otherTokens();
      views.push(view);
    }
    return views;
  }

  /** Stops responses in progress; they return their partial text. */
  stop(): void {
    for (const { abort } of this.asking) abort.abort(cancelled());
  }

  /** A run's weights are about to change: blocks reading them. */
  leaveRun(): void {
    for (const { model, abort } of this.asking) if (model === POLICY) abort.abort(cancelled());
  }

  /** A model, or a run with both of its models, is about to be released. */
  async forget(...ids: string[]): Promise<void> {
    const using = [...this.asking].filter(({ model }) => ids.includes(model));
    for (const { abort } of using) abort.abort(cancelled());
    await Promise.allSettled(using.map(({ done }) => done));
    for (const id of ids) {
      this.models.get(id)?.destroy();
      this.models.delete(id);
    }
  }

  /** The device was lost, and all models with it. */
  lost(): void {
    this.models.clear();
  }

  private async asked<T>(model: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.parts.use.assertFree('run');
    const abort = new AbortController();
    const done = besideRun(undefined, () => work(abort.signal));
    const asking: Asking = { model, abort, done };
    this.asking.add(asking);
    try {
      return await done;
    } finally {
      this.asking.delete(asking);
    }
  }

  private prepare<T>(work: () => Promise<T>): Promise<T> {
    const result = this.preparing.then(work);
    this.preparing = result.catch(() => undefined);
    return result;
  }

  private async model(id: string): Promise<OpenModel> {
    if (id === POLICY) this.parts.transport.pausedRun();
    const known = this.models.get(id);
    if (known) {
      known.parts.model.gpu.checkAlive();
      // Now the most recently used.
      this.models.delete(id);
      this.models.set(id, known);
      return known;
    }
    const busy = new Set([...this.asking].map(({ model }) => model));
    const unused = [...this.models.keys()].filter((one) => !busy.has(one));
    if (this.models.size >= MOST_OPEN && unused[0] !== undefined) await this.forget(unused[0]);
    const open = new OpenModel(await this.load(id));
    this.models.set(id, open);
    return open;
  }

  private async load(id: string): Promise<PlaygroundModelParts> {
    const { device, library, transport } = this.parts;
    const { gpu, tuner } = await device.open();
    if (id === POLICY) {
      const { session } = transport.pausedRun();
      return {
        id,
        name: `${session.config.name}, trained`,
        model: session.model,
        tokenizer: session.tokenizer,
        tuner,
        owned: false,
      };
    }
    if (id === START) {
      const { run } = transport.any().session;
      return {
        id,
        name: `${run.config.name}, before`,
        model: await loadStart(gpu, run),
        tokenizer: run.tokenizer,
        tuner,
        owned: true,
      };
    }
    const checkpoint = await library.get(id);
    const tokenizer = await tokenizerOf(checkpoint, loadTokenizer);
    return {
      id,
      name: checkpoint.name,
      model: await loadFrozen(gpu, checkpoint),
      tokenizer,
      tuner,
      owned: true,
    };
  }
}

/** Sends the changed part of a growing list of tokens, at most every REPORT_MS. */
class Report {
  private sent: PlaygroundToken[] = [];
  private at = 0;

  constructor(private readonly send: (from: number, tokens: PlaygroundToken[]) => void) {}

  update(view: () => PlaygroundToken[]): void {
    if (performance.now() - this.at < REPORT_MS) return;
    this.at = performance.now();
    const tokens = view();
    // Completing a multi-token character changes the text of its earlier tokens.
    let from = 0;
    while (from < this.sent.length && this.sent[from]?.text === tokens[from]?.text) from += 1;
    this.sent = tokens;
    this.send(from, tokens.slice(from));
  }
}

const cancelled = () => new StudioError('cancelled', 'The response was stopped.');
const otherTokens = () =>
  new StudioError(
    'input',
    'The two models split this text into different tokens, because their tokenizers differ.',
    'Compare models with the same tokenizer, such as a checkpoint before and after training.',
  );
