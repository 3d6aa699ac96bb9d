/** Responses and answers for reward `number`: the cases of its tests, and options that they do not have. */
import { NUMBER_GROUPS } from '../../tests/support/number-cases.ts';

interface NumberAnswers {
  reward: Record<string, unknown>;
  answer: string;
  responses: readonly string[];
}

/** Per case its own value as the answer, and another one. */
const CASES = NUMBER_GROUPS.flatMap(({ checks }) =>
  checks.flatMap(({ marker, cases }) =>
    cases.flatMap(([response, value]): NumberAnswers[] => {
      const reward = marker === undefined ? {} : { response_marker: marker };
      return [{ reward, answer: value === 'none' ? '42' : value, responses: [response] }];
    }),
  ),
);

export const NUMBER_ANSWERS: readonly NumberAnswers[] = [
  ...CASES,
  { reward: {}, answer: 'about 50%', responses: ['50%', '1/2', '0.5', '50', '1/2%', '5', '50 percent'] },
  { reward: {}, answer: '2 million', responses: ['2', '2,000,000', '2m', '2 million', '2e6', '2k'] },
  { reward: { tolerance: 0.01 }, answer: '3.14', responses: ['3.15', '3.1500001', '3.13', '22/7'] },
  { reward: { answer_marker: '####' }, answer: '5+7=<<5+7=12>>12\n#### 12', responses: ['12', '5', 'so 7 + 5 = 12'] },
  { reward: { answer_marker: '####' }, answer: '12 apples', responses: ['12'] },
  { reward: { answer_marker: '####' }, answer: 'from 5 to 12', responses: ['12'] },
  { reward: {}, answer: 'none', responses: ['12'] },
  {
    reward: { response_marker: 'A:', occurrence: 'first' },
    answer: '12',
    responses: ['A: 12\nQ: x\nA: 13', 'A: none A: 12', 'DNA: 12', 'a: 12', 'A:'],
  },
  {
    reward: { response_marker: 'answer is', require_finished: true },
    answer: '7',
    responses: ['The Answer  is **7**.'],
  },
];
