/** `tokenize`: texts, conversations and examples token by token, from the tokenizer's files alone. */
import { inputError, StudioError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { encodeConversation, encodePromptCompletion, encodeText, type ChatOptions } from '../text/examples.ts';
import type { ChatMessage, Tokenizer } from '../text/tokenizer.ts';
import { checkPositionals, readArguments, required } from './arguments.ts';
import { readText, writeWhole } from './files.ts';
import { tokenizerOfFolder } from './tokenizer-folder.ts';

const FIELDS = ['text', 'messages', 'add_generation_prompt', 'prompt', 'completion', 'variables', 'now'];
const EXPECTED = 'expected text, messages, or prompt and completion';

export async function tokenize(args: string[]): Promise<void> {
  const given = readArguments('tokenize', args, ['model', 'input', 'output']);
  checkPositionals(given, 'tokenize', 0);
  const input = required(given, 'tokenize', 'input');
  const output = required(given, 'tokenize', 'output');
  const tokenizer = await tokenizerOfFolder(required(given, 'tokenize', 'model'));
  const lines = (await readText(input)).split('\n');
  const results: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const place = `${input}: line ${i + 1}`;
    results.push(`${JSON.stringify(encodeLine(tokenizer, parseJsonText(line, place), place))}\n`);
  }
  if (results.length === 0) throw inputError(input, 'expected at least one line, such as {"text": ".."}');
  await writeWhole(output, results.join(''));
}

interface Encoded {
  tokens: number[];
  begin: number;
  text: string;
  rendered?: string;
  loss_mask?: (0 | 1)[];
  /** Why a conversation has no loss mask. */
  loss_mask_error?: string;
}

function encodeLine(tokenizer: Tokenizer, value: unknown, place: string): Encoded {
  if (!isObject(value)) throw inputError(place, `${EXPECTED}, found ${kindOf(value)}`);
  const unknown = Object.keys(value).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) throw inputError(place, `${unknown}: unknown field; ${EXPECTED}`);
  const given = ['text', 'messages', 'prompt'].filter((name) => name in value);
  if (given.length !== 1 || 'completion' in value !== 'prompt' in value)
    throw inputError(place, `${EXPECTED}, found ${Object.keys(value).join(', ') || 'no field'}`);
  try {
    return encodeFields(tokenizer, value, place);
  } catch (error) {
    if (!(error instanceof StudioError) || error.message.startsWith(place)) throw error;
    throw new StudioError(error.kind, `${place}: ${error.message}`, error.advice);
  }
}

function encodeFields(tokenizer: Tokenizer, value: Record<string, unknown>, place: string): Encoded {
  const { add_generation_prompt: add = false } = value;
  const options = optionsOf(value, place);
  if (typeof add !== 'boolean')
    throw inputError(place, `add_generation_prompt: expected true or false, found ${kindOf(add)}`);
  const only = (field: string, with_: string) => {
    if (field in value && !(with_ in value)) throw inputError(place, `${field}: expected only with ${with_}`);
  };
  only('add_generation_prompt', 'messages');
  if ('text' in value) {
    for (const name of ['variables', 'now'])
      if (name in value) throw inputError(place, `${name}: expected only with messages`);
    return result(tokenizer, encodeText(tokenizer, textOf(value['text'], 'text', place)));
  }
  if ('messages' in value) {
    const messages = messagesOf(value['messages'], 'messages', place);
    const chat = { ...options, addGenerationPrompt: add };
    try {
      return result(tokenizer, encodeConversation(tokenizer, messages, { ...chat, assistantOnly: true }));
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      // Without a loss mask the tokens are still known, unless they are what is wrong.
      const { tokens, begin, rendered } = encodeConversation(tokenizer, messages, { ...chat, assistantOnly: false });
      return {
        ...result(tokenizer, { tokens, begin, ...(rendered !== undefined && { rendered }) }),
        loss_mask_error: error.line,
      };
    }
  }
  const { prompt, completion } = value;
  if (Array.isArray(prompt) !== Array.isArray(completion))
    throw inputError(place, 'completion: expected a list of messages if the prompt is one, else text');
  const example = Array.isArray(prompt)
    ? { prompt: messagesOf(prompt, 'prompt', place), completion: messagesOf(completion, 'completion', place) }
    : { prompt: textOf(prompt, 'prompt', place), completion: textOf(completion, 'completion', place) };
  return result(tokenizer, encodePromptCompletion(tokenizer, example, options));
}

function result(
  tokenizer: Tokenizer,
  { tokens, begin, rendered, lossMask }: { tokens: number[]; begin: number; rendered?: string; lossMask?: (0 | 1)[] },
): Encoded {
  return {
    tokens,
    begin,
    text: tokenizer.decode(tokens),
    ...(rendered !== undefined && { rendered }),
    ...(lossMask && { loss_mask: lossMask }),
  };
}

function optionsOf({ variables, now }: Record<string, unknown>, place: string): ChatOptions {
  if (variables !== undefined && !isObject(variables))
    throw inputError(place, `variables: expected an object, found ${kindOf(variables)}`);
  if (now !== undefined && (typeof now !== 'string' || Number.isNaN(Date.parse(now))))
    throw inputError(place, `now: expected a date such as "2026-11-28", found ${JSON.stringify(now)}`);
  return { ...(variables && { variables }), ...(now !== undefined && { now }) };
}

function textOf(value: unknown, field: string, place: string): string {
  if (typeof value !== 'string') throw inputError(place, `${field}: expected text, found ${kindOf(value)}`);
  return value;
}

function messagesOf(value: unknown, field: string, place: string): ChatMessage[] {
  if (!Array.isArray(value)) throw inputError(place, `${field}: expected a list of messages, found ${kindOf(value)}`);
  if (value.length === 0) throw inputError(place, `${field}: expected at least one message`);
  return value.map((message: unknown, i) => {
    if (!isObject(message))
      throw inputError(place, `${field}.${i}: expected {"role": "..", "content": ".."}, found ${kindOf(message)}`);
    const { role } = message;
    if (typeof role !== 'string') throw inputError(place, `${field}.${i}.role: expected text, found ${kindOf(role)}`);
    const { weight = null } = message;
    if (weight !== null && weight !== 0 && weight !== 1)
      throw inputError(place, `${field}.${i}.weight: expected 0 or 1, found ${JSON.stringify(weight)}`);
    return { ...message, role };
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
