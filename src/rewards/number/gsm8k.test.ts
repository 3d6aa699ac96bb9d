/**
 * Responses as models that were trained on GSM8K write them, with the label that each should have: correct if the final
 * answer has the value of the reference. openai/grade-school-math takes the digits, commas and points right after the
 * marker, leaves the commas out and compares; units, currencies and equations are what other graders accept as well.
 */
import { expect, it } from 'vitest';
import { RewardConfig } from '../config.ts';
import { createGrader } from '../registry.ts';

type Case = readonly [response: string, reference: string, correct: boolean];

const CASES: readonly Case[] = [
  // Calculator annotations, of which the number behind them counts.
  ['He has 48/2 = <<48/2=24>>24 left.\nA: 24', '24', true],
  ['He has 48/2 = <<48/2=24>>24 left.\nA: 48', '24', false],
  ['A: <<48/2=24>>24', '24', true],
  ['A: 48/2=<<48/2=24>>24', '24', true],
  ['A: 48/2=<<48/2=24>>24', '48', false],
  ['A: $<<20*.5=10>>10', '10', true],
  ['A: <<48/2=24>>', '24', false],
  ['So 24.\nA: <<48/2=24>>', '48', false],
  ['A: 24 <<48/2=24>>', '24', true],
  ['A: 40+30=<<40+30=70>>70 <<70-1=69>>', '70', true],
  ['She pays 3*$4=$<<3*4=12>>12.\nThat leaves 20-12=$<<20-12=8>>8\nA: 8', '8', true],
  ['A: 2/3*9=<<2/3*9=6>>6', '6', true],
  ['A: 40+30=70>>70', '70', true],
  // Commas, points and currencies.
  ['A: $1,200.00.', '1200', true],
  ['A: 1,200', '1,200', true],
  ['A: 1200', '1,200', true],
  ['A: 1,200', '1200', true],
  ['A: 12,00', '1200', true],
  ['A: 1,2000', '12,000', true],
  ['A: 1,2000', '1', false],
  ['A: 2,5', '25', true],
  ['A: 2,5', '2', false],
  ['A: 2, 5', '2', true],
  ['A: 1,200, or 1,300 with tax', '1200', true],
  ['A: 1,200,000', '1200000', true],
  ['A: 1.200', '1200', false],
  ['A: 12.50', '12.5', true],
  ['A: 12.5', '12', false],
  ['A: 12.', '12', true],
  ['A: 12.0', '12', true],
  ['A: 12.01', '12', false],
  ['A: .5', '0.5', true],
  ['A: $.50', '0.5', true],
  ['A: 50 cents', '50', true],
  ['A: 18 dollars and 50 cents', '18', true],
  ['A: 0', '0', true],
  ['A: -0', '0', true],
  ['A: 024', '24', true],
  ['A: 33.333333333333336', '33', false],
  // Signs.
  ['A: -5', '-5', true],
  ['A: −5', '-5', true],
  ['A: -5', '5', false],
  ['A: − 5', '5', false],
  ['A: $-5', '-5', true],
  ['A: +5', '5', true],
  ['A: 10-5=5', '5', true],
  ['A: 10 - 5', '5', false],
  // Fractions, percent, words for numbers.
  ['A: 3/4', '0.75', true],
  ['A: 3/4', '3', false],
  ['A: 1 1/2', '1.5', true],
  ['A: 1 1/2', '1', false],
  ['A: 50%', '50', true],
  ['A: 50 %', '50', true],
  ['A: 33 1/3%', '33', false],
  ['A: 1/3 = 33%', '33', true],
  ['A: 2 million', '2', true],
  ['A: 2 million', '2,000,000', true],
  ['A: 3 dozen', '36', true],
  ['A: twelve', '12', false],
  // Units, times, ranges, ratios.
  ['A: 12 apples', '12', true],
  ['A:12 apples', '12', true],
  ['A: 12apples', '12', true],
  ['A: 5 PM', '5', true],
  ['A: 5:00 PM', '5', true],
  ['A: 5:30 PM', '5', false],
  ['A: 2 hours 30 minutes', '2', true],
  ['A: 2 hours = 120 minutes', '120', true],
  ['A: 20-25', '20', true],
  ['A: 20 to 25', '25', false],
  ['A: 3:2', '3', false],
  ['A: 4th', '4', true],
  ['A: 2 weeks * 7 days/week = 14 days', '14', true],
  ['A: 20% * 50 = 10', '10', true],
  ['A: (20 + 30) / 5 = 10', '10', true],
  ['A: 5 * 20 = $100.00 per week', '100', true],
  ['A: 6 = 18 / 3', '6', true],
  // Which number: the first after the last marker that has one.
  ['A: 42\nThe other 7 are red.', '42', true],
  ['A: 42\nThe other 7 are red.', '7', false],
  ['A: 42 because 40 + 2 = 42 and 2 < 3', '42', true],
  ['A: 41\nWait, that is wrong.\nA: 42', '42', true],
  ['A: 41\nWait, that is wrong.\nA: 42', '41', false],
  ['A: 42\nA: none', '42', true],
  ['A: 42\n\nQ: How many are left?\nA:', '42', true],
  ['Machine A: 5 parts\nMachine B: 7 parts\nA: 12', '12', true],
  ['A: 12 12', '12', true],
  ['A:\n12', '12', true],
  ['A: Tom has 12', '12', true],
  ['A: The total is $12.', '12', true],
  ['A: x = 12', '12', true],
  ['A: #### 12', '12', true],
  ['#### A: 12', '12', true],
  ['A: 12<|endoftext|>', '12', true],
  ['A: 12\\n', '12', true],
  // No answer: a response that is cut off or has no marker has none, whatever its last number is.
  ['5 + 7 = <<5+7=12>>12', '12', false],
  ['5 + 7 = <<5+7=12>>12\nA:', '12', false],
  ['5 + 7 = <<5+7=12>>12\nA: ', '12', false],
  ['The answer is 12', '12', false],
  ['', '12', false],
];

it('has at least 60 cases, of each label at least 20', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(60);
  for (const label of [true, false])
    expect(CASES.filter(([, , correct]) => correct === label).length).toBeGreaterThan(20);
});

it.each(CASES)('%j for %s: %s', async (response, reference, correct) => {
  const grader = await createGrader([
    RewardConfig.parse({ name: 'number', answer_marker: '####', response_marker: 'A:' }),
  ]);
  const answer = `2 * 3 = <<2*3=6>>6\n#### ${reference}`;
  expect(grader.grade([{ row: {}, answer, response, finished: true }])[0]?.correct).toBe(correct);
});
