/**
 * Tricky responses to the tasks that compare an answer's text: addition and arithmetic. Those of countdown, sorting and
 * programs are beside these tasks.
 */
import { describe, expect, it } from 'vitest';
import { TaskConfig, type GeneratedTaskConfig } from '../run/config/task.ts';
import { generatedTask } from './registry.ts';

const taskOf = (config: object) => generatedTask(TaskConfig.parse(config) as GeneratedTaskConfig);
const addition = taskOf({ name: 'addition', digits: 2 });
const arithmetic = taskOf({ name: 'arithmetic', operations: 2, max_operand: 9 });

interface Graded {
  answer: string;
  response: string;
  finished?: boolean;
}
const correct = (task: typeof addition, { answer, response, finished = true }: Graded) => {
  const grade = task.verify?.({ row: {}, answer, response, finished });
  // Either task is all or nothing.
  expect(grade?.reward).toBe(grade?.correct ? 1 : 0);
  return grade?.correct;
};

/** Texts that a lenient reader of numbers would take for 46. */
const LIKE_46 = [
  ['leading zero', '046'],
  ['leading zeros', '0046'],
  ['space before', ' 46'],
  ['space after', '46 '],
  ['space inside', '4 6'],
  ['line break after', '46\n'],
  ['tab after', '46\t'],
  ['plus sign', '+46'],
  ['minus sign', '-46'],
  ['two minus signs', '--46'],
  ['decimal point', '46.'],
  ['decimals', '46.0'],
  ['exponent', '46e0'],
  ['hexadecimal', '0x2e'],
  ['thousands separator', '4,6'],
  ['Arabic digits', '٤٦'],
  ['full-width digits', '４６'],
  ['zero-width space', '46\u200b'],
  ['parentheses', '(46)'],
  ['unfinished number', '4'],
  ['digit too many', '460'],
  ['repeated', '4646'],
  ['several answers, by comma', '46,46'],
  ['several answers, by space', '46 46'],
  ['word', 'forty-six'],
  ['empty', ''],
  ['space alone', ' '],
] as const;

describe('the verifier of addition', () => {
  it('accepts the sum alone', () => {
    expect(correct(addition, { answer: '46', response: '46' })).toBe(true);
    expect(correct(addition, { answer: '0', response: '0' })).toBe(true);
  });

  it.each(LIKE_46)('refuses the sum with or as %s: %j', (_, response) => {
    expect(correct(addition, { answer: '46', response })).toBe(false);
  });

  // Its solutions have no steps: the whole response is the answer.
  it.each(['=46', '46=', '12+34=46', '45=46', '46=46'])('refuses text beside the sum: %j', (response) => {
    expect(correct(addition, { answer: '46', response })).toBe(false);
  });

  it.each(['00', '-0', '+0', ''])('refuses %j for zero', (response) => {
    expect(correct(addition, { answer: '0', response })).toBe(false);
  });

  it('refuses the sum in a response without its end token', () => {
    expect(correct(addition, { answer: '46', response: '46', finished: false })).toBe(false);
  });
});

describe('the verifier of arithmetic', () => {
  it.each(['46', '=46', '40+6=46', '1+1=3=46', '45=46', '46=46', 'x=46', '==46'])(
    'accepts the value after the last equals sign, whatever is before it: %j',
    (response) => {
      expect(correct(arithmetic, { answer: '46', response })).toBe(true);
    },
  );

  it.each(LIKE_46)('refuses the value with or as %s: %j', (_, response) => {
    expect(correct(arithmetic, { answer: '46', response })).toBe(false);
    expect(correct(arithmetic, { answer: '46', response: `40+6=${response}` })).toBe(false);
  });

  it.each(['46=', '46==', '46=45', '46=46=', '40+6', '46＝', '='])('refuses another last text: %j', (response) => {
    expect(correct(arithmetic, { answer: '46', response })).toBe(false);
  });

  it.each([
    ['-7', true],
    ['3-10=-7', true],
    ['7', false],
    ['- 7', false],
    ['−7', false],
    ['--7', false],
    ['-07', false],
    ['0-7', false],
    ['-7-', false],
  ])('takes the sign of a negative value as it is: %j', (response, expected) => {
    expect(correct(arithmetic, { answer: '-7', response })).toBe(expected);
  });

  it.each(['-0', '00', '+0', '0-0', ''])('refuses %j for zero', (response) => {
    expect(correct(arithmetic, { answer: '0', response })).toBe(false);
  });

  it('refuses the value in a response without its end token', () => {
    expect(correct(arithmetic, { answer: '46', response: '40+6=46', finished: false })).toBe(false);
  });
});
