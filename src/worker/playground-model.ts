/** A model of the playground: weights, tokenizer, and cached plans for scoring and generation. */
import { StudioError } from '../errors.ts';
import type { Tuner } from '../gpu/tuner.ts';
import type { Model } from '../model/model.ts';
import { TokenReader } from '../model/generation/token-reader.ts';
import type { TokenReading } from '../model/generation/token-readings.ts';
import { TokenStream } from '../model/generation/token-stream.ts';
import type { PlaygroundModel, PlaygroundStart, PlaygroundToken } from '../views/playground.ts';
import { encodePrompt } from '../text/examples.ts';
import { tokenPieces } from '../text/token-pieces.ts';
import type { Tokenizer } from '../text/tokenizer.ts';

/** Minimum planned capacities, so that small changes in length need no new plan. */
const LEAST = { prompt: 16, response: 64, text: 64 };

export interface PlaygroundModelParts {
  id: string;
  name: string;
  model: Model;
  tokenizer: Tokenizer;
  tuner: Tuner;
  /** False when the weights belong to a run. */
  owned: boolean;
}

export class OpenModel {
  private reader: TokenReader | undefined;
  private stream: TokenStream | undefined;
  private responding: Promise<unknown> = Promise.resolve();

  constructor(readonly parts: PlaygroundModelParts) {}

  get facts(): PlaygroundModel {
    const { id, name, model, tokenizer } = this.parts;
    return {
      id,
      name,
      vocabularySize: model.config.vocabularySize,
      maxPositions: model.config.maxPositions,
      chat: tokenizer.chat !== undefined,
    };
  }

  /**
   * @returns token ids, and how many of them are the prompt. @throws StudioError `input` for text that the model cannot
   *   take
   */
  encode(start: PlaygroundStart): { tokens: number[]; promptLength: number } {
    const { name, tokenizer, model } = this.parts;
    const given = 'tokens' in start ? start : this.encoded(start);
    const { tokens, promptLength } = given;
    if (tokens.length === 0 || promptLength < 1)
      throw new StudioError('input', 'The prompt is empty.', 'Enter a text for the model to continue.');
    const outside = tokens.find((id) => !Number.isInteger(id) || id < 0 || id >= model.config.vocabularySize);
    if (outside !== undefined)
      throw new StudioError(
        'input',
        `${name} has no token ${outside} (${JSON.stringify(tokenizer.tokenText(outside))}); its vocabulary has ` +
          `${model.config.vocabularySize} tokens.`,
        tokenizer.vocabularySize > model.config.vocabularySize
          ? 'Leave the token out; if its tokenizer belongs to another model, add the tokenizer.json of this one.'
          : '',
      );
    const { maxPositions } = model.config;
    const subject = promptLength < tokens.length ? 'Prompt and response have' : 'The prompt has';
    if (tokens.length >= maxPositions)
      throw new StudioError(
        'input',
        `${subject} ${tokens.length} tokens, but ${name} has only ${maxPositions} positions.`,
        'Shorten the text, or choose a model with more positions.',
      );
    return given;
  }

  private encoded(start: Exclude<PlaygroundStart, { tokens: number[] }>): {
    tokens: number[];
    promptLength: number;
  } {
    const { name, tokenizer } = this.parts;
    if ('messages' in start && !tokenizer.chat)
      throw new StudioError(
        'input',
        `${name} has no chat template.`,
        'Switch to text mode, or choose a model that was trained for chat.',
      );
    const { tokens } = encodePrompt(tokenizer, start);
    return { tokens, promptLength: tokens.length };
  }

  /** Readings of tokens[1..]. @param tokens at most `maxPositions` + 1 */
  async read(tokens: readonly number[]): Promise<TokenReading[]> {
    const { model, tuner } = this.parts;
    if (!this.reader || this.reader.capacity < tokens.length) {
      this.reader?.destroy();
      this.reader = undefined;
      this.reader = await TokenReader.create(
        model,
        tuner,
        roomFor(tokens.length, LEAST.text, model.config.maxPositions + 1),
      );
    }
    return this.reader.read(tokens);
  }

  /** One response at a time: the next one waits and reuses the caches. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.responding.then(work);
    this.responding = result.catch(() => undefined);
    return result;
  }

  /** The stream for a prompt of that many tokens. */
  async streamFor(promptTokens: number, responseTokens: number): Promise<TokenStream> {
    const { model, tuner } = this.parts;
    if (this.stream?.holds(promptTokens, responseTokens)) return this.stream;
    const { maxPositions } = model.config;
    this.stream?.destroy();
    this.stream = undefined;
    this.stream = await TokenStream.create(model, tuner, {
      promptTokens: roomFor(promptTokens, LEAST.prompt, maxPositions),
      responseTokens: roomFor(responseTokens, LEAST.response, maxPositions),
    });
    return this.stream;
  }

  /** Tokens for display. @param readings of `tokens`, or of all but a text's first token */
  view(tokens: readonly number[], readings: readonly TokenReading[]): PlaygroundToken[] {
    const { tokenizer } = this.parts;
    const first = tokens.length - readings.length;
    return tokenPieces(tokenizer, tokens).map((text, i): PlaygroundToken => {
      const reading = readings[i - first];
      const id = tokens[i] ?? 0;
      if (!reading) return { id, text };
      const { logprob, entropy, rank, alternatives } = reading;
      return {
        id,
        text,
        reading: {
          logprob,
          entropy,
          rank,
          alternatives: alternatives.map(({ token, logprob: other }) => ({
            id: token,
            text: tokenizer.tokenText(token),
            logprob: other,
          })),
        },
      };
    });
  }

  destroy(): void {
    this.reader?.destroy();
    this.stream?.destroy();
    if (this.parts.owned) this.parts.model.destroy();
  }
}

/** The smallest power of two that holds `count`, up to the maximum, so that plans are reused. */
function roomFor(count: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, 2 ** Math.ceil(Math.log2(count))));
}
