import { describe, expect, it } from 'vitest';
import { ColumnTypes } from './columns.ts';
import type { Row } from './row.ts';

function typesOf(rows: Row[], untyped = false): ColumnTypes {
  const types = new ColumnTypes('a', untyped);
  rows.forEach((row) => types.add(row));
  return types;
}
const talk = [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Hello' },
];

it('names the type of each column', () => {
  const rows = [
    { s: 'x', n: 1, b: true, l: [1], o: { a: 1 }, m: talk, x: null, y: 1, z: null, e: [] },
    { s: '', n: 2.5, b: false, l: [], o: {}, m: [], y: 'one', z: 5, e: [] },
  ];
  expect(typesOf(rows).types()).toEqual({
    s: 'string',
    n: 'number',
    b: 'boolean',
    l: 'list',
    o: 'object',
    m: 'messages',
    x: 'null',
    y: 'mixed',
    z: 'number',
    e: 'list',
  });
});

it('lists a CSV column of which all values are numbers as one of numbers', () => {
  const rows = [
    { a: '1', b: '-2.5e3', c: '1', d: '', e: '007' },
    { a: '', b: '.5', c: 'x', d: '', e: '1,5' },
  ];
  expect(typesOf(rows, true).types()).toEqual({ a: 'number', b: 'number', c: 'string', d: 'null', e: 'string' });
});

it('refuses rows without common columns', () => {
  const rows = Array.from({ length: 1001 }, (_, i) => ({ [`c${i}`]: 1 }));
  expect(() => typesOf(rows)).toThrow('a: expected at most 1000 columns, found more');
});

describe('guess', () => {
  it.each<[string, Row, Record<string, string> | undefined]>([
    ['GSM8K', { question: 'How many?', answer: '#### 3' }, { prompt: 'question', answer: 'answer' }],
    [
      'MATH',
      { problem: 'x', level: 'Level 5', type: 'Algebra', solution: 'so', answer: '3' },
      { prompt: 'problem', answer: 'answer', difficulty: 'level', completion: 'solution' },
    ],
    [
      "verl's schema",
      {
        data_source: 'openai/gsm8k',
        prompt: [{ role: 'user', content: 'x' }],
        reward_model: { style: 'rule', ground_truth: '3' },
        extra_info: { answer: 'so 3' },
      },
      { prompt: 'prompt', answer: 'reward_model.ground_truth' },
    ],
    ['messages', { id: 'a', messages: talk }, { messages: 'messages' }],
    ['messages beside their first prompt', { prompt: 'Hi', messages: talk }, { messages: 'messages' }],
    ['messages under another name', { turns: talk, source: 'x' }, { messages: 'turns' }],
    ['prompt and completion', { prompt: 'a', completion: 'b' }, { prompt: 'prompt', completion: 'completion' }],
    ['upper case', { Question: 'a', Answer: 'b' }, { prompt: 'Question', answer: 'Answer' }],
    ['two columns of other names', { aufgabe: 'How many are there?', zahl: 3 }, { prompt: 'aufgabe', answer: 'zahl' }],
    ['no text', { a: 1, b: 2 }, undefined],
  ])('of %s', (_, row, columns) => {
    expect(typesOf([row]).guess()).toEqual(columns);
  });

  it('keeps a prompt column with a value of another type', () => {
    expect(
      typesOf([
        { question: 'a', answer: 1 },
        { question: 5, answer: 'b' },
      ]).guess(),
    ).toEqual({
      prompt: 'question',
      answer: 'answer',
    });
  });
});
