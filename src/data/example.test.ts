import { describe, expect, it } from 'vitest';
import { DataColumns } from './config.ts';
import { keyOf, mapRow } from './example.ts';
import type { Row } from './row.ts';

const map = (row: Row, columns: DataColumns) => mapRow({ row, place: { record: 7, line: 7 } }, columns, 'a.jsonl');
const user = { role: 'user', content: 'Hi' };
const assistant = { role: 'assistant', content: 'Hello' };

it('maps prompt and answer, numbers as text', () => {
  const row = { q: 'How many?', a: 3, level: 2, ok: true };
  expect(map(row, { prompt: 'q', answer: 'a', difficulty: 'level' })).toEqual({
    prompt: 'How many?',
    answer: '3',
    difficulty: 2,
    key: 'How many?',
    row,
    place: { record: 7, line: 7 },
  });
  expect(map(row, { prompt: 'q', answer: 'ok' }).answer).toBe('true');
});

it("maps verl's prompt and nested answer", () => {
  const row = { prompt: [{ role: 'system', content: 'Think.' }, user], reward_model: { ground_truth: '5' } };
  expect(map(row, { prompt: 'prompt', answer: 'reward_model.ground_truth' })).toMatchObject({
    prompt: [{ role: 'system', content: 'Think.' }, user],
    answer: '5',
    key: 'Hi',
  });
});

it('takes the turns before the last one of the assistant as the prompt of a conversation', () => {
  const messages = [user, { ...assistant, weight: 0 }, { role: 'user', content: 'Bye' }, assistant];
  expect(map({ messages }, { messages: 'messages' })).toMatchObject({
    messages,
    prompt: messages.slice(0, 3),
    completion: 'Hello',
  });
  expect(map({ messages: [user] }, { messages: 'messages' })).toMatchObject({ prompt: [user], messages: [user] });
  expect(map({ messages: [user] }, { messages: 'messages' })).not.toHaveProperty('completion');
});

it('puts the system column before a conversation without a system message, and beside a text', () => {
  const own = [{ role: 'system', content: 'own' }, user];
  const system = { role: 'system', content: 'S' };
  expect(map({ m: [user], s: 'S' }, { prompt: 'm', system: 's' }).prompt).toEqual([system, user]);
  expect(map({ m: own, s: 'S' }, { prompt: 'm', system: 's' }).prompt).toEqual(own);
  expect(map({ m: [user, assistant], s: 'S' }, { messages: 'm', system: 's' }).messages).toEqual([
    system,
    user,
    assistant,
  ]);
  expect(map({ m: 'Hi', s: 'S' }, { prompt: 'm', system: 's' })).toMatchObject({ prompt: 'Hi', system: 'S' });
  expect(map({ m: 'Hi', s: null }, { prompt: 'm', system: 's' })).not.toHaveProperty('system');
});

it("reads ShareGPT's shape, text parts and a completion of one message", () => {
  const parts = [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
  ];
  const shared = [
    { from: 'human', value: 'Hi' },
    { from: 'gpt', value: 'Hello' },
  ];
  expect(map({ c: shared }, { messages: 'c' }).messages).toEqual([user, assistant]);
  expect(map({ p: parts, c: [assistant] }, { prompt: 'p', completion: 'c' })).toMatchObject({
    prompt: [{ role: 'user', content: 'ab' }],
    completion: 'Hello',
  });
});

describe('refuses', () => {
  it.each<[Row, DataColumns, string]>([
    [{ q: 5 }, { prompt: 'q' }, 'a.jsonl: line 7: q: expected text or a list of messages, found the number 5'],
    [{ q: ' ' }, { prompt: 'q' }, 'q: expected text or a list of messages, found text'],
    [{ q: 'x' }, { prompt: 'p' }, 'p: expected text or a list of messages, found nothing'],
    [{ q: 'x', a: null }, { prompt: 'q', answer: 'a' }, 'a: expected text, a number, true or false, found null'],
    [{ q: 'x', a: [1] }, { prompt: 'q', answer: 'a' }, 'a: expected text, a number, true or false, found a list'],
    [{ q: 'x', c: 3 }, { prompt: 'q', completion: 'c' }, 'c: expected text, found the number 3'],
    [{ m: 'x' }, { messages: 'm' }, 'm: expected a list of messages, found text'],
    [{ m: [] }, { messages: 'm' }, 'm: expected at least one message, found an empty list'],
    [{ m: [assistant] }, { messages: 'm' }, 'm: expected a message of the user'],
    [{ m: [user, assistant] }, { prompt: 'm' }, 'm: expected a last message of the user, found one of the assistant'],
    [
      { m: [user, { role: 'tool', content: 'x' }] },
      { messages: 'm' },
      'm: message 1: role: expected system, user or assistant, found "tool"',
    ],
    [
      { m: [user, { role: 'assistant', content: null, tool_calls: [{}] }] },
      { messages: 'm' },
      'm: message 1: tool_calls: calls of tools are not supported',
    ],
    [
      { m: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      { messages: 'm' },
      'm: message 0: content: expected text parts, found image_url',
    ],
    [
      { m: [user, { ...assistant, weight: 0.5 }] },
      { messages: 'm' },
      'm: message 1: weight: expected 0 or 1, found the number 0.5',
    ],
  ])('%j with %j', (row, columns, message) => {
    expect(() => map(row, columns)).toThrow(message);
  });
});

it('gives the same problem the same key', () => {
  expect(keyOf(' How  many\nare\tthere? ')).toBe('How many are there?');
  expect(keyOf('cafe\u0301')).toBe(keyOf('caf\u00e9'));
  expect(
    keyOf([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ]),
  ).toBe(keyOf('Hi'));
  expect(keyOf('a b')).not.toBe(keyOf('ab'));
  expect(map({ q: 'x', id: 5 }, { prompt: 'q', key: 'id' }).key).toBe('5');
});

it.each([
  [{}, 'prompt: expected either prompt or messages, found neither'],
  [{ prompt: 'a', messages: 'b' }, 'messages: expected either prompt or messages, found both'],
  [{ messages: 'b', completion: 'c' }, 'completion: expected no completion beside messages'],
])('refuses the columns %j', (columns, message) => {
  const issue = DataColumns.safeParse(columns).error?.issues[0];
  expect(`${issue?.path.join('.')}: ${issue?.message}`).toContain(message);
});
