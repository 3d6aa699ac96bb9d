/** `evaluate`: given responses against statistics worked out by hand, and a model against a run's own evaluation. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvaluationReport } from '../src/evaluation/report.ts';
import { cliHere } from './support/cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gppo-evaluate-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const jsonLines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as EvaluationReport;

const TASK = {
  name: 'dataset',
  columns: { prompt: 'question', answer: 'answer', difficulty: 'level' },
  rewards: [{ name: 'number', answer_marker: '####' }],
};
const row = (answer: number, level: number) => ({ question: 'How many?', answer: `So many. #### ${answer}`, level });

describe('given responses', () => {
  it('are graded by the rewards of the task and reported with every statistic', async () => {
    const task = write('task.json', TASK);
    const responses = write(
      'responses.jsonl',
      jsonLines([
        // Two of four, a tie of 18 (written in two ways) and 17.
        { row: row(18, 1), responses: ['It is 18', '$18.00', '17', 'so 17.'], greedy: '18' },
        { row: row(5, 2), responses: ['5', '4', '3', '3'], greedy: '4' },
        { row: row(1000, 2), responses: ['1,000', '1000', 'a thousand', '999'], finished: [true, true, false, true] },
      ]),
    );
    const [output, details] = [join(folder, 'report.json'), join(folder, 'details.jsonl')];
    const { status, stdout, stderr } = await cliHere(
      ...['evaluate', '--responses', responses, '--task', task, '--output', output, '--details', details],
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^3 problems, 4 samples each; 95 % intervals over problems\ngreedy 50\.0 % \[/);
    const report = read(output);
    expect(report).toMatchObject({ problems: 3, samples: 4, greedy: 0.5, level: 0.95, length_unit: 'characters' });
    expect(report['avg@k']).toBeCloseTo((0.5 + 0.25 + 0.5) / 3, 12);
    // 1 - C(2,2)/C(4,2), 1 - C(3,2)/C(4,2), 1 - C(2,2)/C(4,2).
    expect(report['pass@k']['2']).toBeCloseTo((5 / 6 + 1 / 2 + 5 / 6) / 3, 12);
    expect(report['pass@k']['4']).toBe(1);
    expect(report['maj@k']).toBeCloseTo((0.5 + 0 + 1) / 3, 12);
    // The tie of the first problem is no consensus.
    expect(report['cons@k']).toBeCloseTo(1 / 3, 12);
    expect(Object.keys(report.by_difficulty)).toEqual(['1', '2']);
    expect(report.by_difficulty['2']).toMatchObject({ problems: 2, greedy: 0, 'cons@k': 0.5 });
    expect(report.intervals['avg@k'][0]).toBeLessThan(report['avg@k']);
    expect(Object.values(report.by_length).reduce((sum, { responses: count }) => sum + count, 0)).toBe(12);
    const lines = readFileSync(details, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      problem: 0,
      scores: { greedy: 1, 'avg@k': 0.5, 'pass@k': { '1': 0.5, '4': 1 }, majority: { '4': 0.5 } },
      row: { level: 1 },
      responses: [
        { response: 'It is 18', correct: true, reward: 1, rewards: { number: 1 }, answer: '18' },
        { response: '$18.00', correct: true, answer: '18' },
        { response: '17', correct: false, answer: '17' },
        { response: 'so 17.', correct: false, answer: '17' },
      ],
    });
  });

  it('are graded by the verifier of a task without rewards', async () => {
    const output = join(folder, 'verified.json');
    const responses = write(
      'sums.jsonl',
      jsonLines([{ row: { prompt: '12+34=', answer: '46' }, responses: ['46', '47'] }]),
    );
    const task = write('addition.json', { name: 'addition' });
    expect(await cliHere('evaluate', '--responses', responses, '--task', task, '--output', output)).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(read(output)).toMatchObject({
      problems: 1,
      samples: 2,
      greedy: null,
      'avg@k': 0.5,
      difficulty: 'solve rate',
    });
  });

  const line = { row: row(1, 1), responses: ['1'] };
  it.each<[string, object[] | string, object, string[], RegExp]>([
    ['no lines', '\n', TASK, [], /a\.jsonl: expected at least one line/],
    ['a line that is not JSON', '{"row"', TASK, [], /a\.jsonl: line 1: not JSON/],
    ['no row', [line, { responses: ['1'] }], TASK, [], /a\.jsonl: line 2: row: expected an object, found nothing/],
    ['no responses', [{ row: {}, responses: [] }], TASK, [], /line 1: responses: expected a list of at least one text/],
    [
      'a response that is no text',
      [{ row: {}, responses: ['1', 2] }],
      TASK,
      [],
      /responses\.1: expected a text, found 2/,
    ],
    ['an unknown field', [{ ...line, model: 'x' }], TASK, [], /line 1: model: unknown field/],
    ['too few ends', [{ ...line, finished: [] }], TASK, [], /line 1: finished: expected true, false or one of them/],
    ['a task that nothing grades', [line], { ...TASK, rewards: undefined }, [], /task\.rewards: expected at least one/],
    ['an unknown reward', [line], { ...TASK, rewards: [{ name: 'magic' }] }, [], /b\.json: rewards\.0/],
    ['options of a model', [line], TASK, ['--samples', '4'], /--samples: expected only with --model/],
    ['a model too', [line], TASK, ['--model', 'x'], /expected either --model or --responses, found both/],
  ])('are refused with %s', async (_, lines, task, more, message) => {
    const responses = write('a.jsonl', typeof lines === 'string' ? lines : jsonLines(lines));
    const output = join(folder, 'never.json');
    const { status, stderr } = await cliHere(
      ...['evaluate', '--responses', responses, '--task', write('b.json', task), '--output', output, ...more],
    );
    expect({ status, lines: stderr.trimEnd().split('\n').length }).toEqual({ status: 2, lines: 1 });
    expect(stderr).toMatch(message);
    expect(existsSync(output)).toBe(false);
  });
});

describe('a model', () => {
  const MODEL = 'embedded:addition-0.1M';
  const evaluated = async (name: string, ...more: string[]) => {
    const [output, details] = [join(folder, `${name}.json`), join(folder, `${name}.jsonl`)];
    const task = write('sum-task.json', { name: 'addition', digits: 2 });
    const options = ['--problems', '24', '--samples', '4', '--seed', '3', ...more];
    const outcome = await cliHere(
      ...['evaluate', '--model', MODEL, '--task', task, '--output', output, '--details', details, ...options],
    );
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    return { report: read(output), details: readFileSync(details, 'utf8') };
  };

  it('has the greedy accuracy of a run’s evaluation, and the statistics of its own responses', async () => {
    const { report, details } = await evaluated('first');
    const run = write('evaluation.json', {
      model: { checkpoint: MODEL },
      task: { name: 'addition', digits: 2 },
      evaluation: { every: 1, problems: 24 },
      seed: 3,
    });
    expect(await cliHere('train', run, '--output', join(folder, 'run'))).toMatchObject({ status: 0 });
    const [record = ''] = readFileSync(join(folder, 'run/metrics.jsonl'), 'utf8').split('\n');
    expect(report.greedy).toBe((JSON.parse(record) as { metrics: Record<string, number> }).metrics['accuracy/greedy']);
    const rows = details
      .trimEnd()
      .split('\n')
      .map((one) => JSON.parse(one) as { answer: string; responses: { response: string; correct: boolean }[] });
    expect(rows).toHaveLength(24);
    for (const { answer, responses } of rows) {
      expect(responses).toHaveLength(4);
      for (const { response, correct } of responses) expect(correct, response).toBe(response === answer);
    }
    const solved = rows.map(({ responses }) => responses.filter(({ correct }) => correct).length);
    expect(report['avg@k']).toBeCloseTo(solved.reduce((sum, count) => sum + count / 4, 0) / 24, 12);
    expect(report['pass@k']['4']).toBeCloseTo(solved.filter((count) => count > 0).length / 24, 12);
    expect(report).toMatchObject({ problems: 24, samples: 4, length_unit: 'tokens' });
    // The same seed gives the same responses, another temperature others.
    expect(await evaluated('second')).toEqual({ report, details });
    expect((await evaluated('warm', '--temperature', '1.5')).details).not.toBe(details);
  });

  it('asks as many problems as a small task holds out, and refuses more', async () => {
    const task = write('digit-task.json', { name: 'addition', digits: 1 });
    const output = join(folder, 'digits.json');
    const given = ['evaluate', '--model', MODEL, '--task', task, '--output', output, '--samples', '1'];
    expect(await cliHere(...given)).toMatchObject({ status: 0, stderr: '' });
    expect(read(output).problems).toBeGreaterThan(4);
    const refused = await cliHere(...given, '--problems', '500');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/expected at most \d+, as many as this task holds out, found 500/);
    expect((await cliHere(...given, '--max-tokens', '1000')).stderr).toMatch(/--max-tokens: expected at most \d+/);
    expect((await cliHere(...given, '--temperature', '0')).stderr).toMatch(/--temperature: expected more than 0/);
  });
});
