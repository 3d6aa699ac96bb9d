/**
 * Requests and responses of the playground: a model's responses token by token, and its probabilities of each token.
 * Plain data.
 */
import { z } from 'zod';
import { parseAs } from '../run/schema-issues.ts';

/** The run's current policy, and the weights that the run started from: models in addition to those of the library. */
export const POLICY = 'run:policy';
export const START = 'run:start';

export const Sampling = z.strictObject({
  /** 0 is greedy. */
  temperature: z.number().min(0).max(10),
  /** 0: off. */
  topK: z.int().min(0).max(1_000_000),
  /** 1: off. */
  topP: z.number().gt(0).max(1),
  maxTokens: z.int().min(1).max(100_000),
  seed: z.int().min(0).max(4_294_967_295),
});
export type Sampling = z.infer<typeof Sampling>;

/** @throws StudioError `input` naming the first incorrect field */
export function parseSampling(given: unknown): Sampling {
  return parseAs(Sampling, given, 'sampling');
}

export interface ChatTurn {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** The input that a response continues. */
export type PlaygroundStart =
  | { text: string }
  /** Rendered by the model's chat template. */
  | { messages: ChatTurn[] }
  /** Token ids; those from `promptLength` on are the response so far. */
  | { tokens: number[]; promptLength: number };

export interface PlaygroundRequest {
  model: string;
  start: PlaygroundStart;
  sampling: Sampling;
}

export interface AlternativeView {
  id: number;
  text: string;
  /** Nats. */
  logprob: number;
}

/** A model's reading of a token: its distribution at temperature 1. */
export interface TokenReadingView {
  /** Nats. */
  logprob: number;
  entropy: number;
  /** 1 for the most probable token of the vocabulary. */
  rank: number;
  /** Most probable first. */
  alternatives: AlternativeView[];
}

export interface PlaygroundToken {
  id: number;
  text: string;
  /** Undefined for the very first token, which has no context. */
  reading?: TokenReadingView;
}

/** Why a response ended: by its end token, at `maxTokens`, at the model's last position, or because it was stopped. */
export type ResponseEnd = 'end' | 'length' | 'positions' | 'stopped';

export interface PlaygroundAnswer {
  prompt: PlaygroundToken[];
  response: PlaygroundToken[];
  /** The response without special tokens, which a chat continues with. */
  text: string;
  ended: ResponseEnd;
}

export interface PlaygroundModel {
  id: string;
  name: string;
  vocabularySize: number;
  maxPositions: number;
  /** Whether it has a chat template. */
  chat: boolean;
}

/** Events of one column of the page. */
export type PlaygroundEvent =
  /** The prompt has been read; `response` holds the tokens that the response continues. */
  | { type: 'playground-begin'; column: number; prompt: PlaygroundToken[]; response: PlaygroundToken[] }
  /** The response's tokens from `from` on; at most 20 events per second. */
  | { type: 'playground-tokens'; column: number; from: number; tokens: PlaygroundToken[] };
