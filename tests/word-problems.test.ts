import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SHIPPED_ROWS, wordProblems } from '../scripts/word-problems.ts';

const text = readFileSync(new URL('../public/data/word-problems.jsonl', import.meta.url), 'utf8');

it('ships the problems that its script makes, in less than 300 kB', () => {
  const made = wordProblems(SHIPPED_ROWS);
  expect(text === made.map((problem) => `${JSON.stringify(problem)}\n`).join(''), 'run npm run word-problems').toBe(
    true,
  );
  expect(text.length).toBeLessThan(300_000);
  expect(new Set(made.map(({ question }) => question)).size).toBe(SHIPPED_ROWS);
  expect([...new Set(made.map(({ difficulty }) => difficulty))].sort()).toEqual([1, 2, 3]);
});

it('ends every solution with the result of its last step, and calculates every step correctly', () => {
  for (const { question, answer, difficulty } of wordProblems(SHIPPED_ROWS)) {
    const steps = [...answer.matchAll(/<<(\d+)([-+*/])(\d+)=(\d+)>>(\d+)/g)];
    expect(steps, question).toHaveLength(difficulty);
    for (const [, left, sign, right, result, again] of steps) {
      const [a, b] = [Number(left), Number(right)];
      const value = sign === '+' ? a + b : sign === '-' ? a - b : sign === '*' ? a * b : a / b;
      expect([value, again], question).toEqual([Number(result), result]);
    }
    expect(answer.split('\n').at(-1), question).toBe(`#### ${steps.at(-1)?.[4]}`);
  }
});
