/** Examples and prompts of tokenizer families as transformers and TRL make them (tests/fixtures/README.md). */
import { readFileSync } from 'node:fs';
import type { ChatMessage } from '../../src/text/tokenizer.ts';
import type { RealTokenizer } from './real-tokenizer.ts';

export interface Family {
  family: RealTokenizer;
  /** Name of a template for tokenizers without their own. */
  template: string | null;
  texts: [string, number[]][];
  conversations: { prompt: number[]; tokens: number[]; mask?: number[]; completion_mask: number[] }[];
  /** Tokens, and how many of them are the prompt's. */
  pairs: [number[], number][];
}

function fixture<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8')) as T;
}

export const { marked, conversations, pairs, families } = fixture<{
  marked: string;
  conversations: ChatMessage[][];
  pairs: [string, string][];
  families: Family[];
}>('chat-templates/examples.json');
export const { templates } = fixture<{ templates: Record<string, string> }>('tokenizers/chat.json');
