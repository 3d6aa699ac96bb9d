/** A row as an example: its problem, what a response to it is compared with, and the key that divides problems. */
import { inputError } from '../errors.ts';
import type { DataColumns } from './config.ts';
import { kindOf } from './json-row.ts';
import { readMessages, type DataMessage } from './messages.ts';
import { placeText, type Place, type PlacedRow } from './records.ts';
import { valueAt, type Row } from './row.ts';

export interface Example {
  /** Text, or the conversation up to the response. */
  prompt: string | DataMessage[];
  /** System message for a prompt that is text. In a conversation it is the first message. */
  system?: string;
  /** The reference answer as text. */
  answer?: string;
  /** The response that SFT trains on. */
  completion?: string;
  /** The whole conversation, of a messages column; its turns of the assistant are what SFT trains on. */
  messages?: DataMessage[];
  difficulty?: string | number;
  /** Rows with the same key are the same problem. */
  key: string;
  row: Row;
  place: Place;
}

interface Flaw {
  reason: string;
}
const isFlaw = (value: unknown): value is Flaw =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'reason' in value;

/** @returns the example, or why the row cannot be used: the column, what was expected and what was found */
export function exampleOf({ row, place }: PlacedRow, columns: DataColumns): Example | Flaw {
  const example: Partial<Example> = {};
  const system = columns.system === undefined ? undefined : optionalText(row, columns.system);
  if (isFlaw(system)) return system;
  const problem = columns.messages === undefined ? promptOf(row, columns.prompt ?? '') : dialog(row, columns.messages);
  if (isFlaw(problem)) return problem;
  const { prompt, messages, completion: reply } = problem;
  if (messages) example.messages = withSystem(messages, system);
  if (reply !== undefined) example.completion = reply;
  if (typeof prompt === 'string' && system !== undefined) example.system = system;
  for (const name of ['answer', 'difficulty', 'key', 'completion'] as const) {
    const column = columns[name];
    if (column === undefined) continue;
    const value = name === 'completion' ? completionOf(row, column) : scalar(row, column);
    if (isFlaw(value)) return value;
    if (name === 'difficulty') example.difficulty = value as string | number;
    else example[name] = String(value);
  }
  return {
    key: keyOf(prompt),
    ...example,
    prompt: typeof prompt === 'string' ? prompt : withSystem(prompt, system),
    row,
    place,
  };
}

/**
 * @param name of the file, for messages
 * @throws StudioError `input` with file, place, column, what was expected and what was found
 */
export function mapRow(placed: PlacedRow, columns: DataColumns, name: string): Example {
  const example = exampleOf(placed, columns);
  if ('reason' in example) throw inputError(`${name}: ${placeText(placed.place)}`, example.reason);
  return example;
}

/** The text that decides which problems are the same: without system messages, and with spaces of any kind as one. */
export function keyOf(prompt: string | readonly DataMessage[]): string {
  if (typeof prompt === 'string') return plain(prompt);
  const turns = prompt.filter(({ role }) => role !== 'system');
  const [only] = turns;
  if (turns.length === 1 && only?.role === 'user') return plain(only.content);
  return turns.map(({ role, content }) => `${role}: ${plain(content)}`).join('\n');
}

/** Texts that `plain` may change: others than printable ASCII, and spaces at an end or in a row. */
const NOT_PLAIN = /[^ -~]| {2}|^ | $/;
const plain = (text: string) => (NOT_PLAIN.test(text) ? text.normalize('NFC').replace(/\s+/g, ' ').trim() : text);

interface Problem {
  prompt: string | DataMessage[];
  messages?: DataMessage[];
  completion?: string;
}

function promptOf(row: Row, column: string): Problem | Flaw {
  const value = valueAt(row, column);
  if (typeof value === 'string' && value.trim() !== '') return { prompt: value };
  if (!Array.isArray(value)) return flaw(column, 'text or a list of messages', value);
  const messages = readMessages(value);
  if (isFlaw(messages)) return { reason: `${column}: ${messages.reason}` };
  return messages.at(-1)?.role === 'user'
    ? { prompt: messages }
    : { reason: `${column}: expected a last message of the user, found one of the ${messages.at(-1)?.role ?? ''}` };
}

function dialog(row: Row, column: string): Problem | Flaw {
  const messages = readMessages(valueAt(row, column));
  if (isFlaw(messages)) return { reason: `${column}: ${messages.reason}` };
  const last = messages.at(-1);
  if (last?.role === 'user') return { prompt: messages, messages };
  if (last?.role !== 'assistant') return { reason: `${column}: expected a last message of the user or the assistant` };
  const prompt = messages.slice(0, -1);
  if (!prompt.some(({ role }) => role === 'user')) return { reason: `${column}: expected a message of the user` };
  return { prompt, messages, completion: last.content };
}

/** Text, or one message of the assistant, as TRL's conversational data sets have it. */
function completionOf(row: Row, column: string): string | Flaw {
  const value = valueAt(row, column);
  if (typeof value === 'string' && value !== '') return value;
  if (!Array.isArray(value)) return flaw(column, 'text', value);
  const messages = readMessages(value);
  if (isFlaw(messages)) return { reason: `${column}: ${messages.reason}` };
  const [only, ...more] = messages;
  return only?.role === 'assistant' && more.length === 0
    ? only.content
    : { reason: `${column}: expected one message of the assistant` };
}

function scalar(row: Row, column: string): string | number | Flaw {
  const value = valueAt(row, column);
  if (typeof value === 'string' && value.trim() !== '') return value;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return String(value);
  return flaw(column, 'text, a number, true or false', value);
}

function optionalText(row: Row, column: string): string | undefined | Flaw {
  const value = valueAt(row, column);
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : flaw(column, 'text or nothing', value);
}

const flaw = (column: string, expected: string, value: unknown): Flaw => ({
  reason: `${column}: expected ${expected}, found ${kindOf(value)}`,
});

function withSystem(messages: DataMessage[], system: string | undefined): DataMessage[] {
  return system === undefined || messages[0]?.role === 'system'
    ? messages
    : [{ role: 'system', content: system }, ...messages];
}
