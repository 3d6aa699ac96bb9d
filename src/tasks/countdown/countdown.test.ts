import { describe, expect, it } from 'vitest';
import { stream } from '../../random.ts';
import { TaskConfig } from '../../run/config/task.ts';
import type { GeneratedProblems } from '../task.ts';
import { COUNTDOWN, type CountdownConfig } from './config.ts';
import { countdown } from './countdown.ts';
import { evaluate } from './expression.ts';
import { search } from './search.ts';

const config = COUNTDOWN.schema.parse({ name: 'countdown' });
const task = countdown(config);
const row = { numbers: [3, 7, 2, 2], target: 19 };
const graded = (response: string, finished = true, given: object = row) =>
  task.verify?.({ row: { ...given }, answer: undefined, response, finished });

describe('the verifier of countdown', () => {
  it.each([
    '3*7-2',
    '7*3-2',
    '(3*7)-2',
    '((3*7))-((2))',
    ' 3 * 7 - 2 ',
    '2*7+3+2',
    '19-3>16;19+3>22=2*7+3+2',
    '1=2=3*7-2',
  ])('accepts %s', (response) => {
    expect(graded(response)).toEqual({ reward: 1, correct: true, rewards: {} });
  });

  it.each([
    ['', 'the answer is empty'],
    ['   ', 'the answer is empty'],
    ['3*7-2=', 'the answer is empty'],
    ['3*7', 'the value is 21, not 19'],
    ['3*7-2=3*7', 'the value is 21, not 19'],
    ['3*7-2=19', '19 is not one of the numbers'],
    ['3,7,2,2>19=3*7-2-2', 'the value is 17, not 19'],
    ['3,7,2,2>19', 'expected an operation, found ","'],
    ['03*7-2', '"03" has a leading zero'],
    ['3*7-02', '"02" has a leading zero'],
    ['0+3*7-2', '0 is not one of the numbers'],
    ['3*7-2;3*7-2', 'expected an operation, found ";"'],
    ['3*7-2 3*7-2', 'expected an operation, found "3"'],
    ['-2+3*7', 'expected a number, found "-"'],
    ['+3*7-2', 'expected a number, found "+"'],
    ['3*7--2', 'expected a number, found "-"'],
    ['3*7-', 'the expression ends where a number is expected'],
    ['(3*7-2', '"(" is not closed'],
    ['3*7-2)', '")" closes no parenthesis'],
    ['()', 'expected a number, found ")"'],
    ['3(7)-2', 'expected an operation, found "("'],
    ['(3 7)-2', 'expected an operation or ")", found "7"'],
    ['3*7-2-2+2', '2 is used too often'],
    ['3*3+7+3', '3 is used too often'],
    ['37-2', '37 is not one of the numbers'],
    ['3*6+1', '6 is not one of the numbers'],
    ['7/(2-2)', 'division by zero'],
    ['7/2', '7/2 leaves a remainder'],
    ['7/2*2', '7/2 leaves a remainder'],
    ['٣*٧-٢', 'expected a number, found "٣"'],
    ['３*７-２', 'expected a number, found "３"'],
    ['3×7-2', 'expected an operation, found "×"'],
    ['3*7−2', 'expected an operation, found "−"'],
    ['3*7-2.0', 'expected an operation, found "."'],
    ['3**7', 'expected a number, found "*"'],
    ['3*7-2\n', 'expected an operation, found "\\n"'],
    ['3*7-2🙂', 'expected an operation, found "🙂"'],
    ['2e1', 'expected an operation, found "e"'],
    [`3+${'9'.repeat(400)}`, '"99999999999999999999..." is not one of the numbers'],
    ['99999999999999999999*99999999999999999999', '99999999999999999999 is not one of the numbers'],
    [`${'('.repeat(5000)}3*7-2${')'.repeat(5000)}`, 'more than 100 parentheses inside of each other'],
  ])('says why %s is incorrect', (response, reason) => {
    expect(graded(response)).toEqual({ reward: 0, correct: false, rewards: {}, reason });
  });

  it('rejects a response that was cut off', () => {
    expect(graded('3*7-2', false)).toMatchObject({ correct: false, reason: expect.stringContaining('cut off') });
  });

  it.each([{}, { numbers: '3,7', target: 19 }, { numbers: [3, 'x'], target: 19 }, { numbers: [3], target: '19' }])(
    'refuses a row that is no problem: %j',
    (given) => {
      expect(() => graded('3', true, given)).toThrow(/numbers \(a list\) and target \(a number\)/);
    },
  );
});

describe('expressions', () => {
  it.each([
    ['2+3*4', 14n],
    ['2*3+4', 10n],
    ['9-4-3', 2n],
    ['24/4/3', 2n],
    ['24/(6/3)', 12n],
    ['3-7', -4n],
    ['(3-7)/2', -2n],
    ['2*(3+4)*5', 70n],
    ['12345678901234567890*10', 123456789012345678900n],
  ])('%s has the value %s', (text, value) => {
    expect(evaluate(text)).toMatchObject({ value });
  });
});

describe('the search of countdown', () => {
  it.each([
    [[3, 7], 21, '3*7'],
    [[2, 8], 4, '8/2'],
    [[2, 3, 6], 4, '4-2>2=6/3+2'],
    [[5, 8, 3], 7, '7-5>2;7+5>12;7*5>35;8-7>1;7+8>15=5*3-8'],
    [[5, 6, 8], 3, '5-3>2=5-(8-6)'],
    // A factor of 1 is not tried.
    [[1, 4, 5], 19, '19-1>18;19+1>20=4*5-1'],
  ])('of %j for %i is written as %s', (numbers, target, text) => {
    const prompt = `${numbers.join(',')}>${target}=`;
    expect(task.solution({ prompt, answer: '', key: '', row: {} })).toBe(text);
  });

  it('finds an expression exactly where a complete enumeration of its kind does', () => {
    const random = stream(3, 'search');
    for (let i = 0; i < 3000; i++) {
      const numbers = Array.from({ length: 3 }, () => 1 + random.integer(9));
      const target = 1 + random.integer(60);
      expect([numbers, target, search(numbers, target, 99) !== undefined]).toEqual([
        numbers,
        target,
        reachable(numbers, target, 99),
      ]);
    }
  });
});

/** By enumeration forwards: two numbers first, then the third, all on the way within 1 to the limit. */
function reachable(numbers: readonly number[], target: number, limit: number): boolean {
  const results = (a: number, b: number) => [a + b, a - b, b - a, a * b, a / b];
  return numbers.some((last, i) => {
    const [a = 0, b = 0] = numbers.filter((_, j) => j !== i);
    const inner = [...results(a, b), b / a].filter((x) => Number.isInteger(x) && x >= 1 && x <= limit);
    return inner.some((x) => results(x, last).includes(target));
  });
}

it('problems of every size have solutions that are correct, short enough, and use each number once', () => {
  for (const fields of [{ operands: 2 }, {}, { operands: 4 }, { operands: 3, max_number: 25, max_target: 999 }]) {
    const own = countdown(TaskConfig.parse({ name: 'countdown', ...fields }) as CountdownConfig);
    const { draw, longest } = own.problems as GeneratedProblems;
    const random = stream(2, 'sizes');
    const mostLength = Math.max(...longest.map(({ solution }) => solution.length));
    for (let i = 0; i < 500; i++) {
      const problem = draw(random);
      const solution = own.solution(problem) as string;
      expect(solution.length).toBeLessThanOrEqual(mostLength);
      const found = evaluate(solution.slice(solution.lastIndexOf('=') + 1));
      if ('problem' in found) throw new Error(found.problem);
      expect(found.numbers.map(Number).sort()).toEqual([...(problem.row['numbers'] as number[])].sort());
      expect(found.value).toBe(BigInt(problem.row['target'] as number));
      expect(problem.row['numbers']).not.toContain(problem.row['target']);
    }
  }
});
