/** Placeholder of the branch `chat`: replaced when it is merged. */
import { inputError } from '../errors.ts';
import type { ChatMessage, Tokenizer } from './tokenizer.ts';

export function encodePromptCompletion(
  tokenizer: Tokenizer,
  { prompt, completion }: { prompt: string; completion: string },
) {
  const before = [...tokenizer.beginTokens, ...tokenizer.encode(prompt)];
  const after = [...tokenizer.encodeAfter(prompt, completion), tokenizer.endToken];
  const tokens = [...before, ...after];
  return {
    tokens,
    lossMask: tokens.map((_, i): 0 | 1 => (i < before.length ? 0 : 1)),
    promptLength: before.length,
    begin: tokenizer.beginTokens.length,
  };
}

export function encodeConversation(
  _tokenizer: Tokenizer,
  _messages: readonly ChatMessage[],
  _options: { assistantOnly: boolean },
): { tokens: number[]; lossMask: (0 | 1)[] } {
  throw inputError('chat', 'not yet');
}

export function encodePrompt(
  tokenizer: Tokenizer,
  prompt: { text: string } | { messages: readonly ChatMessage[]; addGenerationPrompt: boolean },
): { tokens: number[] } {
  if ('text' in prompt) return { tokens: [...tokenizer.beginTokens, ...tokenizer.encode(prompt.text)] };
  throw inputError('chat', 'not yet');
}
