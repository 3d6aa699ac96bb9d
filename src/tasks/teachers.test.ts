/** Teachers of every task and style: correctness by the task's verifier, shares, styles, lengths and vocabulary. */
import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { GENERATED_TASKS, TaskConfig, type GeneratedTaskConfig } from '../run/config/task.ts';
import { TeacherConfig } from '../run/config/teacher.ts';
import { generatedTask } from './registry.ts';
import type { GeneratedProblems, Problem, Task } from './task.ts';
import { taught } from './teachers.ts';

const TASKS = [
  { name: 'arithmetic', operations: 1 },
  { name: 'arithmetic', operations: 3, max_operand: 12 },
  { name: 'arithmetic', operations: 5, max_operand: 99 },
  { name: 'countdown' },
  { name: 'countdown', operands: 2, max_number: 25, max_target: 10 },
  { name: 'countdown', operands: 4, max_number: 25, max_target: 999 },
  { name: 'programs' },
  { name: 'programs', inputs: 2, split: 'functions', examples: 2 },
  { name: 'programs', inputs: 1, max_length: 2, trace: true },
].map((config) => TaskConfig.parse(config) as GeneratedTaskConfig);

const teacherOf = (change: object) => TeacherConfig.parse({ style: 'answer', ...change });

/** Of equally many problems per band. */
function problemsOf(task: Task, count: number): Problem[] {
  const { bands, draw } = task.problems as GeneratedProblems;
  const random = stream(11, 'problems');
  return Array.from({ length: count }, (_, i) => draw(random, bands[i % bands.length]));
}

const verified = (task: Task, { row, answer }: Problem, response: string): boolean | undefined =>
  task.verify?.({ row, answer, response, finished: true }).correct;

const CASES = TASKS.flatMap((config) =>
  (GENERATED_TASKS[config.name].styles ?? []).map((style) => ({ ...style, config, task: JSON.stringify(config) })),
);

describe.each(CASES)('style $name of $task', ({ name, steps, config }) => {
  const task = generatedTask(config);
  const problems = problemsOf(task, 300);
  const random = stream(5, 'traces');

  it('is correct by the verifier exactly where the teacher says so, in the symbols of the task', () => {
    const symbols = new Set(task.characters);
    for (const correct of [1, 0]) {
      const teacher = teacherOf({ style: name, correct });
      for (const problem of problems) {
        const trace = taught(task, teacher, problem, random);
        expect(trace.correct, problem.prompt).toBe(correct === 1);
        expect(verified(task, problem, trace.text), `${problem.prompt} ${trace.text}`).toBe(correct === 1);
        expect([...trace.text].filter((symbol) => !symbols.has(symbol))).toEqual([]);
        expect(trace.problem.row).toMatchObject({ completion: trace.text, correct: correct === 1, style: name });
        expect(trace.problem.row['mistake'] === undefined).toBe(correct === 1);
      }
    }
  });

  it('has mistakes inside of its steps: a mistaken trace is not a correct one with another answer', () => {
    if (!steps) return;
    const teacher = (correct: number) => teacherOf({ style: name, correct });
    const before = (text: string) => text.slice(0, Math.max(text.lastIndexOf('='), text.lastIndexOf(';')));
    let inside = 0;
    for (const [i, problem] of problems.entries()) {
      const [right, wrong] = [1, 0].map((correct) => taught(task, teacher(correct), problem, stream(i, 'pair')));
      if (before(right?.text ?? '') !== before(wrong?.text ?? '')) inside += 1;
    }
    // The others slip in the last operation, whose result is the answer.
    expect(inside / problems.length).toBeGreaterThan(config.name === 'arithmetic' ? 0.1 : 0.9);
  });

  it('writes a share of its steps twice', () => {
    const lengths = [0, 0.5, 1].map((verbosity) => {
      const traces = problems.map((problem, i) =>
        taught(task, teacherOf({ style: name, verbosity }), problem, stream(i, 'verbose')),
      );
      for (const { problem, text } of traces) expect(verified(task, problem, text)).toBe(true);
      return traces.reduce((sum, { text }) => sum + text.length, 0);
    });
    const [none = 0, half = 0, all = 0] = lengths;
    if (!steps || (config.name === 'arithmetic' && config.operations === 1 && all === none)) {
      expect(lengths).toEqual([none, none, none]);
      return;
    }
    expect((half - none) / (all - none)).toBeGreaterThan(0.4);
    expect((half - none) / (all - none)).toBeLessThan(0.6);
  });
});

describe.each(TASKS.filter((_, i) => i % 3 === 1))('a teacher of $name', (config) => {
  const task = generatedTask(config);
  const problems = problemsOf(task, 3000);
  const { bands } = task.problems as GeneratedProblems;
  const [style = '', ...others] = (GENERATED_TASKS[config.name].styles ?? []).flatMap((one) =>
    one.steps ? [one.name] : [],
  );
  const share = (values: readonly boolean[]) => values.filter(Boolean).length / values.length;

  it('is correct with the probability of each band', () => {
    const [first = '', ...rest] = bands;
    const teacher = teacherOf({ style, correct: 0.9, correct_by_band: { [first]: 0.3 } });
    const traces = problems.map((problem, i) => taught(task, teacher, problem, stream(i, 'bands')));
    const correctOf = (band: string) => traces.flatMap((one) => (one.problem.difficulty === band ? [one.correct] : []));
    // Within four standard deviations.
    for (const [band, expected] of [[first, 0.3], ...rest.map((one) => [one, 0.9] as const)] as const) {
      const found = correctOf(band);
      expect(Math.abs(share(found) - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / found.length));
    }
  });

  it('is consistent in its share of problems, and otherwise writes in each of the other styles equally often', () => {
    const teacher = teacherOf({ style, consistency: 0.6, correct: 0.5 });
    const styles = problems.map((problem, i) => taught(task, teacher, problem, stream(i, 'styles')).style);
    expect(share(styles.map((one) => one === style))).toBeCloseTo(0.6, 1);
    for (const other of others) expect(share(styles.map((one) => one === other))).toBeCloseTo(0.4 / others.length, 1);
  });

  it('is correct where a worse one is, with the same traces', () => {
    for (const [i, problem] of problems.slice(0, 500).entries()) {
      const [worse, better] = [0.3, 0.7].map((correct) =>
        taught(task, teacherOf({ style, correct }), problem, stream(i, 'nested')),
      );
      if (worse?.correct) expect(better).toEqual(worse);
    }
  });
});

describe('traces as they are declared', () => {
  const examples: [GeneratedTaskConfig['name'], Problem][] = [
    ['arithmetic', { prompt: '2*3+4*5=', answer: '26', key: '', row: {} }],
    ['countdown', { prompt: '8,4,8>32=', answer: '(8-4)*8', key: '', row: { numbers: [8, 4, 8], target: 32 } }],
    [
      'programs',
      {
        prompt: '3:7,5:9,1:5;',
        answer: '4+',
        key: '',
        row: { tests: [3, 5, 1, 2].map((input) => ({ input: [input], output: input + 4 })) },
      },
    ],
  ];

  it.each(examples)('%s', (name, problem) => {
    const task = generatedTask(TaskConfig.parse({ name }) as GeneratedTaskConfig);
    for (const { name: style, about } of GENERATED_TASKS[name].styles ?? []) {
      const example = /: (\S+)$/.exec(about)?.[1];
      const random = stream(1, style);
      const texts = Array.from({ length: 200 }, () => taught(task, teacherOf({ style }), problem, random).text);
      if (example !== undefined) expect(texts).toContain(example);
    }
  });
});
