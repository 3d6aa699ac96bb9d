import { expect, it } from 'vitest';
import { RewardsConfig } from '../rewards/config.ts';
import { finalAnswer } from './final-answer.ts';

it.each<[string, object[] | undefined, [response: string, answer: string | undefined][]]>([
  [
    'the value of a number',
    [{ name: 'contains', text: 'so', weight: 0.1 }, { name: 'number' }],
    [
      ['so it is $1,200.00.', '1200'],
      ['1/2', '1/2'],
      ['0.5', '1/2'],
      ['none', undefined],
    ],
  ],
  [
    'the number after a marker',
    [{ name: 'number', response_marker: 'A:' }],
    [
      ['3 and 4. A: 7 of 9', '7'],
      ['3 and 4', undefined],
    ],
  ],
  [
    'the text for exact',
    [{ name: 'exact', ignore_case: true }],
    [
      [' Paris\n', 'paris'],
      [' \n', undefined],
    ],
  ],
  [
    'the contents of the last tag',
    [{ name: 'format' }],
    [
      ['<think>x</think><answer> 7 </answer>', '7'],
      ['<answer>7', undefined],
      ['7', undefined],
    ],
  ],
  [
    'the last box',
    [{ name: 'format', tags: [], boxed: true }],
    [['\\boxed{1} or \\boxed{\\frac{1}{2}}', '\\frac{1}{2}']],
  ],
  ['the response for other rewards', [{ name: 'contains', text: 'yes' }], [[' yes, it is ', 'yes, it is']]],
  [
    'the text after the last = for a verifier',
    undefined,
    [
      ['3+8-1=11-1=10', '10'],
      ['46', '46'],
      ['3+4=', undefined],
    ],
  ],
])('a response votes with %s', async (_, rewards, cases) => {
  const answerOf = await finalAnswer(rewards && RewardsConfig.parse(rewards));
  for (const [response, answer] of cases) expect(answerOf(response), response).toBe(answer);
});
