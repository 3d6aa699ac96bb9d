/**
 * Tricky answers with their right values, argued per group; docs/rewards.md has the rules. A case is the response, the
 * value of its number (`none` for a response without one), and a marker where the group has none.
 */
import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import { responseNumber } from './number.ts';

type Case = readonly [response: string, value: string];

function check(marker: string | undefined, cases: readonly Case[]) {
  it.each(cases)('%j is %s', (response, expected) => {
    const found = responseNumber(response, { response_marker: marker, occurrence: 'last' });
    if (expected === 'none') expect(found).toBeUndefined();
    else expect(found?.value.toFraction()).toBe(new Fraction(expected).toFraction());
  });
}

describe('a plain number after the marker; a unit or punctuation ends it', () => {
  check('A:', [
    ['A: 42', '42'],
    ['A:42', '42'],
    ['A:\n42', '42'],
    ['A:\t 42 ', '42'],
    ['A: 42.', '42'],
    ['A: 42!', '42'],
    ['A: 42,', '42'],
    ['A: (42)', '42'],
    ['A: "42"', '42'],
    ["A: '42'", '42'],
    ['A: 12 apples', '12'],
    ['A: 12apples', '12'],
    ['A: 12km', '12'],
    ['A: 5th', '5'],
    ['A: 0', '0'],
    ['A: 007', '7'],
    ['A: 3.', '3'],
    ['A: 3.0', '3'],
    ['A: 3.14.', '157/50'],
    ['A: .5', '1/2'],
    ['A: $.75', '3/4'],
    ['A: 0.50', '1/2'],
    ['A: She has 12 apples', '12'],
    ['A: x = 7', '7'],
    ['A: #5', '5'],
    ['A: 42<|endoftext|>', '42'],
    ['A: ４２', '42'],
    ['A: none', 'none'],
    ['A:', 'none'],
    ['A: twelve', 'none'],
    ['42', 'none'],
    ['The answer is 42', 'none'],
  ]);
});

describe('separators of thousands have no value; after a marker no comma between digits has', () => {
  check('A:', [
    ['A: 1,234', '1234'],
    ['A: 1,234,567', '1234567'],
    ['A: 1,234.50', '2469/2'],
    ['A: $1,234.50.', '2469/2'],
    ['A: 12,345 people', '12345'],
    ['A: 1,00,000', '100000'],
    ['A: 12,34,567', '1234567'],
    ['A: 1\u202f234\u202f567', '1234567'],
    ['A: 1\u00a0234', '1234'],
    ["A: 1'234'567", '1234567'],
    ['A: 1_000_000', '1000000'],
    ['A: 1.234.567', '1234567'],
    ['A: 1{,}234', '1234'],
    ['A: 1\\,234', '1234'],
    ['A: 1,\\!234', '1234'],
    ['A: 2,3 and 4', '23'],
    ['A: 2, 3 and 4', '2'],
    ['A: 1,2345', '12345'],
    ['A: 1,234,56', '123456'],
    ['A: 12,34.5', '2469/2'],
    ['A: 3,50', '350'],
    ['A: 0,123', '0'],
    ['A: 5 100 dollar bills', '5'],
    ['A: 1 080 miles', '1080'],
    ['A: $10 000.', '10000'],
    ['A: 1 234 567', '1234567'],
    ['A: 12 000, 5', '12'],
  ]);
});

describe('currencies, before or after, have no value', () => {
  check('A:', [
    ['A: $42', '42'],
    ['A: $ 42', '42'],
    ['A: \\$42', '42'],
    ['A: US$42', '42'],
    ['A: €1,000', '1000'],
    ['A: £3.50', '7/2'],
    ['A: 42$', '42'],
    ['A: 42 €', '42'],
    ['A: Rs500', '500'],
    ['A: Rs. 500', '500'],
    ['A: USD 42', '42'],
    ['A: USD42', '42'],
    ['A: 42 dollars and 50 cents', '42'],
    ['A: ₹1,00,000', '100000'],
    ['A: 50¢', '50'],
  ]);
});

describe('a minus is a sign where nothing stands before it that it could be taken from', () => {
  check('A:', [
    ['A: -5', '-5'],
    ['A: −5', '-5'],
    ['A: –5', '-5'],
    ['A: ‑5', '-5'],
    ['A: －5', '-5'],
    ['A: -$5', '-5'],
    ['A: $-5', '-5'],
    ['A: - $5', '-5'],
    ['A: - 5', '-5'],
    ['A: − 5.', '-5'],
    ['A:\n- 5 apples', '5'],
    ['A: - five, or 6', '6'],
    ['A: (-5)', '-5'],
    ['A: +5', '5'],
    ['A: minus 5', '-5'],
    ['A: negative 5', '-5'],
    ['A: -1,234.5', '-2469/2'],
    ['A: -.5', '-1/2'],
    ['A: -1/2', '-1/2'],
    ['A: the temperature is -5', '-5'],
    ['A: = - 5', '-5'],
    ['A: -2 1/2', '-5/2'],
    ['A: 10-15', '10'],
    ['A: 10–15 minutes', '10'],
    ['A: it is well-5', '5'],
  ]);
  check(undefined, [
    ['She has 8 - 3', '3'],
    ['She has 8 -3', '3'],
    ['She has 8-3', '3'],
    ['7 minus 5', '5'],
    ['- 5 apples', '5'],
    ['Points:\n- 5', '5'],
    ['Points:\n-5', '-5'],
    ['(3)-2', '2'],
    ['50%-2', '2'],
    ['So the change is -2', '-2'],
  ]);
});

describe('fractions and mixed numbers', () => {
  check('A:', [
    ['A: 1/2', '1/2'],
    ['A: 1/2 of the cake', '1/2'],
    ['A: 1 / 2', '1/2'],
    ['A: 3 1/2', '7/2'],
    ['A: 3 1/2 cups', '7/2'],
    ['A: 3 and 1/2', '7/2'],
    ['A: ½', '1/2'],
    ['A: 2½', '5/2'],
    ['A: 2 ½', '5/2'],
    ['A: 1⁄3', '1/3'],
    ['A: 10/4', '5/2'],
    ['A: 1,000/3', '1000/3'],
    ['A: 1.5/2', '3/4'],
    ['A: 4/4', '1'],
    ['A: \\frac{1}{2}', '1/2'],
    ['A: \\dfrac{3}{4}', '3/4'],
    ['A: \\tfrac12', '1/2'],
    ['A: -\\frac{1}{2}', '-1/2'],
    ['A: \\frac{-1}{2}', '-1/2'],
    ['A: 2\\frac{1}{2}', '5/2'],
    ['A: \\frac{1,000}{3}', '1000/3'],
    ['A: \\frac{x}{2}', '2'],
    ['A: 3 7/2', '3'],
    ['A: 5/0', 'none'],
  ]);
});

describe('powers and scientific notation', () => {
  check('A:', [
    ['A: 1e3', '1000'],
    ['A: 1.5E-3', '3/2000'],
    ['A: 3 x 10^5', '300000'],
    ['A: 3 × 10^5', '300000'],
    ['A: 3 \\times 10^{5}', '300000'],
    ['A: 3*10^5', '300000'],
    ['A: 2.5 × 10^{-2}', '1/40'],
    ['A: 2 × 10⁶', '2000000'],
    ['A: 10²', '100'],
    ['A: 10⁻²', '1/100'],
    ['A: 2^10', '1024'],
    ['A: 2^{10}', '1024'],
    ['A: 5e', '5'],
    ['A: 5eggs', '5'],
    ['A: 2^99999', 'none'],
  ]);
});

describe('an equation: the number after its last equals sign', () => {
  check('A:', [
    ['A: 5 + 7 = 12', '12'],
    ['A: 5+7=12', '12'],
    ['A: $5 + $7 = $12.', '12'],
    ['A: 5 apples + 7 apples = 12 apples', '12'],
    ['A: 6 × 7 = 42', '42'],
    ['A: 6 x 7 = 42', '42'],
    ['A: 16 / 4 = 4', '4'],
    ['A: 84 ÷ 2 = 42', '42'],
    ['A: 10 - 3 = 7', '7'],
    ['A: 3 - 10 = -7', '-7'],
    ['A: (5+7)*2 = 24', '24'],
    ['A: 2*3*4 = 6*4 = 24', '24'],
    ['A: 16/3 = 5.33', '533/100'],
    ['A: <<5+7=12>>12', '12'],
    ['A: 12 = 5 + 7', '12'],
    ['A: 2(9) = 18', '18'],
    ['A: (2)(9) = 18', '18'],
    ['A: 2 * (3 + 6) = 18', '18'],
    ['A: 25% of 72 = 18', '18'],
    ['A: 1/4 of the 72 = 18', '1/4'],
    ['A: $18 per day * 7 days = $126', '126'],
    ['A: $18/day * 7 days = $126', '126'],
    ['A: 60 km/h x 2 h = 120 km', '120'],
    ['A: 12 (5 + 7)', '12'],
    ['A: 3 of 5', '3'],
    ['A: 12 (12 = 5 + 7)', '12'],
    ['A: 18 (20 - 2 = 18)', '18'],
    ['A: 5 \\times 7 = 35', '35'],
    ['A: 12 because 3 * 4 = 12 and 2 * 5 = 10', '12'],
    ['A: 12. Check: 5 + 8 = 13', '12'],
    ['A: 12\n5 + 8 = 13', '12'],
  ]);
});

describe('digits that are no number: times, ratios, dates, versions, names', () => {
  check('A:', [
    ['A: 2:00', '2'],
    ['A: 2:00 PM', '2'],
    ['A: 12:00:00', '12'],
    ['A: 100:00', 'none'],
    ['A: 3:30', 'none'],
    ['A: 3:30 pm', 'none'],
    ['A: 1:2', 'none'],
    ['A: at 3:30 there are 7', '7'],
    ['A: 12/25/2020', 'none'],
    ['A: 1.2.3', 'none'],
    ['A: CO2 weighs 5', '5'],
    ['A: No.5', '5'],
    ['A: x_1 = 4', '4'],
    ['A: x_{12} = 4', '4'],
  ]);
  check(undefined, [
    ['9 m2', '9'],
    ['9 cm3 of H2O', '9'],
    ['3 x4', '4'],
    ['It is 12:30', 'none'],
  ]);
});

describe('Markdown and LaTeX around the number', () => {
  check('A:', [
    ['A: **42**', '42'],
    ['**A:** 42', '42'],
    ['**A**: 42', '42'],
    ['A: **-42**', '-42'],
    ['A: `42`', '42'],
    ['A: _42_', '42'],
    ['A: $42$', '42'],
    ['A: $$42$$', '42'],
    ['A: $-42$', '-42'],
    ['A: \\(42\\)', '42'],
    ['A: \\boxed{42}', '42'],
    ['A: \\text{42 apples}', '42'],
    ['A: 42\\text{ apples}', '42'],
    ['A: 42\\%', '42'],
    ['A: 90^\\circ', '90'],
    ['A: 90°', '90'],
    ['A: \\left(42\\right)', '42'],
  ]);
});

describe('which occurrence of the marker', () => {
  check('A:', [
    ['A: 1\nA: 2', '2'],
    ['A: 42\nQ: How many?\nA:', '42'],
    ['A: 42\nA: none', '42'],
    ['Option A: 5\nOption B: 6\nA: 6', '6'],
    ['A: 3\nDNA: 7', '3'],
    ['DNA: 7', 'none'],
    ['USA: 7', 'none'],
    ['a: 7', 'none'],
    ['There were 5.\nA: 8\nIt took 3 days.', '8'],
  ]);
  check('answer is', [
    ['The answer is 42.', '42'],
    ['The Answer is: 42', '42'],
    ['The answer  is\n42', '42'],
    ['My answer isn’t 5', 'none'],
    ['The answer is 5. No, the answer is 6.', '6'],
  ]);
  check('####', [
    ['5 + 7 = 12\n#### 12', '12'],
    ['####12', '12'],
    ['#### $1,200', '1200'],
    ['#### 12\n#### 13', '13'],
    ['12', 'none'],
  ]);
  check('\\boxed{}', [
    ['so \\boxed{42}', '42'],
    ['so $\\boxed{\\frac{3}{4}}$.', '3/4'],
    ['\\boxed{x = 5}', '5'],
    ['\\boxed{1} then \\boxed{2}', '2'],
    ['\\boxed{5 \\text{ apples}}', '5'],
    ['\\boxed{42', 'none'],
    ['\\boxed{1} then \\boxed{2', '1'],
    ['\\boxed{}', 'none'],
    ['42', 'none'],
  ]);
});

describe('without a marker: the last number', () => {
  check(undefined, [
    ['There are 5 + 7 = 12 apples.', '12'],
    ['She pays $18 per day.', '18'],
    ['1. First\n2. Second\nTotal: 30', '30'],
    ['The total is 1,234.', '1234'],
    ['#### 72', '72'],
    ['no number', 'none'],
    ['', 'none'],
    ['so 1/2', '1/2'],
    ['It burns 8 cm from 1:00 PM to 5:00 PM.', '8'],
    ['She arrives at 5:00 PM.', '5'],
  ]);
});
