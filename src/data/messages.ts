/** Conversations in rows: OpenAI's shape, `{"role", "content"}`, and ShareGPT's, `{"from", "value"}`. */
import { kindOf } from './json-row.ts';

export interface DataMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
  /** 0 leaves a turn of the assistant out of the loss, as in OpenAI's fine-tuning format. */
  weight?: 0 | 1;
}

const ROLES: Readonly<Record<string, DataMessage['role']>> = {
  system: 'system',
  user: 'user',
  assistant: 'assistant',
  human: 'user',
  gpt: 'assistant',
};

/** Whether a value looks like a conversation; its messages may still be refused. */
export function looksLikeMessages(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  const first: unknown = value[0];
  if (typeof first !== 'object' || first === null) return false;
  return ('role' in first && 'content' in first) || ('from' in first && 'value' in first);
}

/** @returns the messages, or what was expected and found, with the position of the message from 0 */
export function readMessages(value: unknown): DataMessage[] | { reason: string } {
  if (!Array.isArray(value)) return { reason: `expected a list of messages, found ${kindOf(value)}` };
  if (value.length === 0) return { reason: 'expected at least one message, found an empty list' };
  const messages: DataMessage[] = [];
  for (const [i, one] of (value as unknown[]).entries()) {
    const message = readMessage(one);
    if ('reason' in message) return { reason: `message ${i}: ${message.reason}` };
    messages.push(message);
  }
  return messages;
}

function readMessage(value: unknown): DataMessage | { reason: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { reason: `expected an object with role and content, found ${kindOf(value)}` };
  const fields = value as Record<string, unknown>;
  const [name, given] = 'role' in fields ? [fields['role'], fields['content']] : [fields['from'], fields['value']];
  const role = typeof name === 'string' && Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
  if (!role)
    return {
      reason:
        'role: expected system, user or assistant, found ' +
        (typeof name === 'string' ? JSON.stringify(name) : kindOf(name)),
    };
  // Parquet has the fields of every message, null where one has none.
  for (const call of ['tool_calls', 'function_call'])
    if (fields[call] !== undefined && fields[call] !== null)
      return { reason: `${call}: calls of tools are not supported` };
  const content = readContent(given);
  if (typeof content !== 'string') return content;
  const { weight } = fields;
  if (weight === undefined || weight === null) return { role, content };
  if (weight !== 0 && weight !== 1) return { reason: `weight: expected 0 or 1, found ${kindOf(weight)}` };
  return { role, content, weight };
}

/** Text, or a list of text parts, which are joined. */
function readContent(value: unknown): string | { reason: string } {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return { reason: `content: expected text, found ${kindOf(value)}` };
  let text = '';
  for (const part of value as unknown[]) {
    const fields = typeof part === 'object' && part !== null ? (part as Record<string, unknown>) : {};
    if (fields['type'] !== 'text' || typeof fields['text'] !== 'string')
      return { reason: `content: expected text parts, found ${String(fields['type'] ?? kindOf(part))}` };
    text += fields['text'];
  }
  return text;
}
