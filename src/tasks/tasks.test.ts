import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { TaskConfig } from '../run/config/task.ts';
import { characterTokenizer } from '../text/character-tokenizer.ts';
import { createTask } from './registry.ts';
import { isHeldOut } from './task.ts';

const configs = [
  { name: 'addition', digits: 1 },
  { name: 'addition', digits: 2 },
  { name: 'addition', digits: 6 },
  { name: 'arithmetic', operations: 1, max_operand: 9 },
  { name: 'arithmetic', operations: 3, max_operand: 12 },
  { name: 'arithmetic', operations: 6, max_operand: 99 },
].map((config) => TaskConfig.parse(config));

describe.each(configs)('$name $digits$operations', (config) => {
  const task = createTask(config);
  const tokenizer = characterTokenizer(task.characters);
  const random = stream(1, 'test');
  const problems = Array.from({ length: 500 }, () => task.trainingProblem(random));

  it('never trains on held-out problems', () => {
    const heldOut = task.heldOutProblems(config.name === 'addition' && config.digits === 1 ? 8 : 20, 5);
    expect(new Set(heldOut.map(({ prompt }) => prompt)).size).toBe(heldOut.length);
    for (const { key } of heldOut) expect(isHeldOut(key)).toBe(true);
    for (const { key } of problems) expect(isHeldOut(key)).toBe(false);
    expect(task.heldOutProblems(8, 5)).toEqual(heldOut.slice(0, 8));
  });

  it('rewards correct solutions only', () => {
    for (const problem of problems) {
      expect(task.reward(problem, task.solution(problem), true)).toBe(1);
      expect(task.reward(problem, task.solution(problem), false)).toBe(0);
      expect(task.reward(problem, task.wrongSolution(problem, random), true)).toBe(0);
    }
  });

  it('stays within its lengths and characters', () => {
    for (const problem of problems) {
      expect(tokenizer.encode(problem.prompt).length).toBeLessThanOrEqual(task.maxPromptTokens);
      for (const solution of [task.solution(problem), task.wrongSolution(problem, random)])
        expect(tokenizer.encode(solution).length + 1).toBeLessThanOrEqual(task.maxResponseTokens);
    }
  });

  it('refuses more problems than are held out', () => {
    if (config.name === 'addition' && config.digits === 1)
      expect(() => task.heldOutProblems(100, 0)).toThrow(/evaluation\.problems: expected at most \d+/);
    else expect(task.heldOutProblems(12, 0)).toHaveLength(12);
  });
});

describe('arithmetic', () => {
  const task = createTask({ name: 'arithmetic', operations: 3, max_operand: 9 });
  const problem = { prompt: '3+4*2-9=', answer: '2', key: '3+4*2-9' };

  it('writes out its steps, products first', () => {
    expect(task.solution(problem)).toBe('3+8-9=11-9=2');
  });

  it('grades only the final answer', () => {
    expect(task.reward(problem, '2', true)).toBe(1);
    expect(task.reward(problem, '7-5=2', true)).toBe(1);
    expect(task.reward(problem, '3+8-9=11-9=3', true)).toBe(0);
    expect(task.reward(problem, '2=', true)).toBe(0);
  });
});

it('addition keeps both orders of a sum on one side', () => {
  const task = createTask({ name: 'addition', digits: 2 });
  const keys = new Set(task.heldOutProblems(400, 0).map(({ prompt }) => prompt));
  for (const prompt of keys) {
    const [a = '', b = ''] = prompt.slice(0, -1).split('+');
    expect(isHeldOut([a, b].sort().join('+'))).toBe(true);
  }
});
