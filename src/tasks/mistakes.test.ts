import { describe, expect, it } from 'vitest';
import { stream, type Random } from '../random.ts';
import { TaskConfig, type GeneratedTaskConfig } from '../run/config/task.ts';
import { applied, differsByCarries, type Operator } from './carries.ts';
import { mistakeKinds, mistakeOf } from './mistakes.ts';
import { generatedTask } from './registry.ts';
import type { Problem, Task } from './task.ts';

const task = (config: object): Task => generatedTask(TaskConfig.parse(config) as GeneratedTaskConfig);
const problem = (prompt: string, answer: string, row: Problem['row'] = {}): Problem => ({
  prompt,
  answer,
  key: prompt,
  row,
});

describe('mistakes in arithmetic', () => {
  const arithmetic = task({ name: 'arithmetic', operations: 3, max_operand: 99 });
  const kindOf = (prompt: string, answer: string, response: string) =>
    arithmetic.mistakes?.classify(problem(prompt, answer), response);

  it.each([
    // A carry or borrow that was forgotten or added.
    ['58+67=', '125', '115', 'carry', '115'],
    ['58+67=', '125', '25', 'carry', '25'],
    ['58+67=', '125', '15', 'carry', '15'],
    ['12+34=', '46', '56', 'carry', '56'],
    ['52-7=', '45', '55', 'carry', '55'],
    ['58-7=', '51', '41', 'carry', '41'],
    ['7-52=', '-45', '-55', 'carry', '-55'],
    ['7+8=', '15', '5', 'carry', '5'],
    ['17*6=', '102', '62', 'carry', '62'],
    ['3+4*9-18=', '21', '3+36-18=39-18=11', 'carry', '11'],
    ['3+4*9-18=', '21', '3+36-18=49-18=31', 'carry', '49-18'],
    ['3-8+25=', '20', '-5+25=10', 'carry', '10'],
    // The wrong sign.
    ['3-8=', '-5', '5', 'sign', '5'],
    ['3-8+2=', '-3', '5+2=7', 'sign', '5+2'],
    ['9-4=', '5', '-5', 'sign', '-5'],
    // Another wrong result.
    ['7*8=', '56', '54', 'product', '54'],
    ['7*8=', '56', '46', 'product', '46'],
    ['58+67=', '125', '124', 'sum', '124'],
    ['58+67=', '125', '135', 'sum', '135'],
    ['39-18=', '21', '31', 'sum', '31'],
    ['3+36=', '39', '29', 'sum', '29'],
    ['12*13=', '156', '166', 'product', '166'],
    ['3+4*2=', '11', '3+6=9', 'product', '3+6'],
    ['3+4*2=', '11', '9', 'sum', '9'],
    ['3+4*2=', '11', '0', 'sum', '0'],
    // The order of operations, exact or not, in one step or several.
    ['3+4*2=', '11', '7*2=14', 'order', '7*2'],
    ['3+4*2=', '11', '14', 'order', '14'],
    ['3+4*2=', '11', '8*2=16', 'order', '8*2'],
    ['9-3-2=', '4', '9-1=8', 'order', '9-1'],
    ['9-3+2=', '8', '9-5=4', 'order', '9-5'],
    ['2+3*4-1=', '13', '2+3*3=2+9=11', 'order', '2+3*3'],
    ['2+3*4-1=', '13', '5*3=15', 'order', '5*3'],
    // A number or operator that a step only repeats.
    ['3+4*2-1=', '10', '3+8-2=11-2=9', 'copy', '3+8-2'],
    ['3+4*2-1=', '10', '3+8+1=11+1=12', 'copy', '3+8+1'],
    ['3+4*2-1=', '10', '2+8-1=10-1=9', 'copy', '2+8-1'],
    ['3+4*2-1=', '10', '3+4*3-1=3+12-1=15-1=14', 'copy', '3+4*3-1'],
    // Steps in another order that keep the value are correct: the mistake is later.
    ['2*3+4*5=', '26', '2*3+20=6+20=36', 'carry', '36'],
    ['1+2+3=', '6', '1+5=7', 'sum', '7'],
    // Not an expression, or not the end.
    ['3+4=', '7', '', 'format', ''],
    ['3+4*2=', '11', '3+8=', 'format', ''],
    ['3+4*2=', '11', '=11', 'format', ''],
    ['3+4*2=', '11', '3+8', 'format', '3+8'],
    ['3+4*2=', '11', '3+*8=11', 'format', '3+*8'],
    ['3+4=', '7', '07', 'format', '07'],
    ['3-3=', '0', '-0', 'format', '-0'],
    ['3+4=', '7', '+7', 'format', '+7'],
    ['3+4=', '7', '3+4', 'format', '3+4'],
    ['3+4=', '7', 'seven', 'format', 'seven'],
    // More than one mistake in one step.
    ['3+4*2-1=', '10', '5+9-7=7', 'other', '5+9-7'],
    ['3+4*2-1=', '10', '3+4*2-1+5=15', 'other', '3+4*2-1+5'],
  ])('%s (%s) answered by %j is a mistake of kind %s', (prompt, answer, response, kind, part) => {
    const mistake = kindOf(prompt, answer, response);
    expect(mistake?.kind).toBe(kind);
    expect(response.slice(...(mistake?.at ?? [0, 0]))).toBe(part);
  });

  it('is quick for a response of many operations that keep the value', () => {
    const padded = `3+4*2${'+0'.repeat(200)}`;
    const began = performance.now();
    expect(kindOf('3+4*2=', '11', `${padded}=5`)?.kind).toBe('other');
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

interface Made {
  prompt: string;
  answer: string;
  response: string;
}

/** A chain of steps with one mistake, which a kind names; undefined where it has none that nothing else explains. */
function withMistake(kind: string, random: Random): Made | undefined {
  const operations = 1 + random.integer(4);
  let numbers = Array.from({ length: operations + 1 }, () => 1 + random.integer(99));
  let operators = Array.from({ length: operations }, () => '+-*'[random.integer(3)] as Operator);
  const write = (values: readonly number[], between: readonly string[]) =>
    values.map((value, i) => `${value}${between[i] ?? ''}`).join('');
  const compute = (at: number) => Number(applied(BigInt(numbers[at]!), operators[at]!, BigInt(numbers[at + 1]!)));
  const prompt = `${write(numbers, operators)}=`;
  const answer = String(valueOf(numbers, operators));
  const at = random.integer(operations);
  const steps: string[] = [];
  for (let step = 0; step < operations; step++) {
    const first = Math.max(0, operators.indexOf('*'));
    let place = first;
    if (step === at && kind === 'order') {
      const early = operators.flatMap((_, i) => (i === first ? [] : [i]));
      if (early.length === 0) return undefined;
      place = early[random.integer(early.length)]!;
    }
    const result = compute(place);
    let found = result;
    const [a, operator, b] = [BigInt(numbers[place]!), operators[place]!, BigInt(numbers[place + 1]!)];
    if (step === at && (operator === '*') !== (kind === 'product') && (kind === 'sum' || kind === 'product'))
      return undefined;
    if (step === at && kind === 'sign') found = -result;
    if (step === at && (kind === 'sum' || kind === 'product')) found = result + [1, -1, 2, -3][random.integer(4)]!;
    if (step === at && kind === 'carry') {
      // A borrow or carry changes a column above the units by one.
      found = result + [10, -10, 100, -100, 110][random.integer(5)]!;
      if (operator === '*' || !differsByCarries(a, operator, b, BigInt(found))) return undefined;
    }
    numbers = [...numbers.slice(0, place), found, ...numbers.slice(place + 2)];
    operators = operators.filter((_, i) => i !== place);
    if (step === at && kind === 'copy') {
      const others = numbers.flatMap((_, i) => (i === place ? [] : [i]));
      if (others.length === 0) return undefined;
      const changed = others[random.integer(others.length)]!;
      numbers = numbers.map((number, i) => (i === changed ? number + 1 + random.integer(5) : number));
    }
    const text = write(numbers, operators);
    steps.push(step === at && kind === 'format' ? `${text}+` : text);
  }
  const response = steps.join('=');
  return response.slice(response.lastIndexOf('=') + 1) === answer ? undefined : { prompt, answer, response };
}

function valueOf(numbers: readonly number[], operators: readonly string[]): number {
  return Number(new Function(`return ${numbers.map((value, i) => `(${value})${operators[i] ?? ''}`).join('')}`)());
}

it.each(['order', 'sign', 'sum', 'product', 'carry', 'copy', 'format'])(
  'generated chains with a mistake of kind %s are counted as that kind',
  (kind) => {
    const arithmetic = task({ name: 'arithmetic', operations: 4, max_operand: 99 });
    const random = stream(3, 'mistakes', kind);
    const counts: Record<string, number> = {};
    let made = 0;
    for (let drawn = 0; drawn < 4000; drawn++) {
      const one = withMistake(kind, random);
      if (!one) continue;
      made += 1;
      const found = arithmetic.mistakes?.classify(problem(one.prompt, one.answer), one.response).kind ?? '';
      counts[found] = (counts[found] ?? 0) + 1;
    }
    expect(made).toBeGreaterThan(300);
    // Few chains have a second explanation by chance, such as a sum that is also that of another order.
    expect((counts[kind] ?? 0) / made, JSON.stringify(counts)).toBeGreaterThan(0.97);
  },
);

describe('mistakes in sums that are answered at once', () => {
  const addition = task({ name: 'addition', digits: 2 });
  it.each([
    ['58+67=', '125', '115', 'carry'],
    ['58+67=', '125', '15', 'carry'],
    ['12+34=', '46', '56', 'carry'],
    ['58+67=', '125', '126', 'digit'],
    ['58+67=', '125', '425', 'digit'],
    ['58+67=', '125', '99', 'other'],
    ['58+67=', '125', '1250', 'other'],
    ['58+67=', '125', '234', 'other'],
    ['05+04=', '9', '09', 'format'],
    ['58+67=', '125', '', 'format'],
    ['58+67=', '125', '12+5', 'format'],
    ['58+67=', '125', '125=', 'format'],
  ])('%s (%s) answered by %j is a mistake of kind %s', (prompt, answer, response, kind) => {
    expect(addition.mistakes?.classify(problem(prompt, answer), response).kind).toBe(kind);
  });

  it('forgotten carries of all columns are carries, and no other single digit is', () => {
    const random = stream(4, 'carries');
    for (let i = 0; i < 2000; i++) {
      const [a, b] = [random.integer(1000), random.integer(1000)];
      const without = [...String(a).padStart(3, '0')].map((digit, at) =>
        String((Number(digit) + Number(String(b).padStart(3, '0')[at])) % 10),
      );
      const dropped = Number(without.join(''));
      if (dropped !== a + b) expect(differsByCarries(BigInt(a), '+', BigInt(b), BigInt(dropped))).toBe(true);
      const units = a + b + (((a + b) % 10) + 1 > 9 ? -1 : 1);
      expect(differsByCarries(BigInt(a), '+', BigInt(b), BigInt(units))).toBe(false);
    }
  });
});

describe('mistakes in other tasks', () => {
  it.each([
    ['7*6', 'value'],
    ['8*4+8', 'value'],
    ['8*5', 'numbers'],
    ['8*8*8', 'numbers'],
    ['(8-4', 'format'],
    ['', 'format'],
    ['8:1,2=8/3', 'format'],
  ])('countdown 8,4,8,7,6>32 answered by %j is a mistake of kind %s', (response, kind) => {
    const row = { numbers: [8, 4, 8, 7, 6], target: 32 };
    const found = task({ name: 'countdown' }).mistakes?.classify(problem('', '', row), response);
    expect(found?.kind).toBe(kind);
  });

  it.each([
    ['7,52,31', 'order'],
    ['52=7,52', 'numbers'],
    ['7,31,31', 'numbers'],
    ['7,31;52', 'format'],
    ['7,31,52=', 'format'],
  ])('sorting 52,7,31 answered by %j is a mistake of kind %s', (response, kind) => {
    const found = task({ name: 'sorting' }).mistakes?.classify(problem('52,7,31=', '7,31,52'), response);
    expect(found?.kind).toBe(kind);
  });

  it.each([
    ['5+', 'none'],
    ['+', 'none'],
    ['2*', 'some'],
    ['4+', undefined],
    ['4?', 'format'],
    ['[4+', 'format'],
  ])('programs 3:7,5:9,4:8 answered by %j is a mistake of kind %s', (response, kind) => {
    const tests = [3, 5, 4].map((input) => ({ input: [input], output: input + 4 }));
    const programs = task({ name: 'programs' });
    const given = { row: { tests }, answer: '4+', response, finished: true };
    if (kind === undefined) expect(programs.verify?.(given).correct).toBe(true);
    else expect(programs.mistakes?.classify(problem('', '', { tests }), response).kind).toBe(kind);
  });
});

describe('kinds of every task', () => {
  const general = {};
  const given = { response: 'x', finished: true, answer: 'x' };

  it('an unfinished response is that alone, whatever it says', () => {
    const addition = task({ name: 'addition' });
    expect(mistakeOf(addition, problem('1+1=', '2'), { ...given, response: '3', finished: false })).toEqual({
      kind: 'unfinished',
    });
  });

  it('a task without kinds of its own has an incorrect answer, none, or one that could not be scored', () => {
    const kind = (more: object) => mistakeOf(general, problem('', ''), { ...given, ...more }).kind;
    expect(kind({})).toBe('answer');
    expect(kind({ answer: undefined })).toBe('no answer');
    expect(kind({ error: 'ReferenceError' })).toBe('not graded');
    expect(Object.keys(mistakeKinds(general))).toEqual(['answer', 'no answer', 'not graded', 'unfinished']);
  });

  it.each(['addition', 'arithmetic', 'countdown', 'programs', 'sorting'])(
    '%s: an incorrect solution is of one of its kinds',
    (name) => {
      const one = task({ name });
      const random = stream(5, 'wrong', name);
      const { problems } = one;
      if (problems.kind !== 'generated') throw new Error('a generated task');
      for (let i = 0; i < 200; i++) {
        const asked = problems.draw(random);
        const response = one.wrongSolution?.(asked, random) ?? '';
        const { kind, at } = mistakeOf(one, asked, { ...given, response });
        expect(Object.keys(mistakeKinds(one))).toContain(kind);
        if (at) expect(at[0] <= at[1] && at[1] <= response.length).toBe(true);
      }
    },
  );
});
