/** Responses with the studio's grades, for every reward and every verifier: the Python graders must give the same. */
import { TaskConfig } from '../../src/run/config/task.ts';
import { createGrader } from '../../src/rewards/registry.ts';
import type { RewardConfig } from '../../src/rewards/config.ts';
import { generatedTask } from '../../src/tasks/registry.ts';
import { withPythonPatterns } from '../../src/cluster/python-pattern.ts';
import { NUMBER_ANSWERS } from './number-answers.ts';

/** Responses to one row. */
export interface GradedRow {
  task: Record<string, unknown>;
  row: Record<string, unknown>;
  answer: string;
  tokens?: number;
  graded: [response: string, finished: boolean, reward: number, correct: boolean][];
}

interface Asked {
  task: object;
  answer?: string;
  row?: Record<string, unknown>;
  responses: readonly string[];
  tokens?: number;
}

const dataset = (...rewards: object[]) => ({ name: 'dataset', columns: { prompt: 'p', answer: 'a' }, rewards });
const CASES = [
  { input: [3], output: 7 },
  { input: [5], output: 9 },
  { input: [1], output: 5 },
];

const TABLE: readonly Asked[] = [
  { task: { name: 'addition' }, answer: '46', responses: ['46', ' 46', '46 ', '046', '', '47'] },
  {
    task: { name: 'arithmetic' },
    answer: '10',
    responses: ['10', '3+8-1=11-1=10', '=10', '10=', '9=11', '3+8=1=010', '１０'],
  },
  ...[{}, { partial_credit: true }].map((more) => ({
    task: { name: 'sorting', ...more },
    answer: '7,31,31,52',
    responses: [
      '7,31,31,52',
      ' 7, 31 ,31,52 ',
      '52=7,31,31,52',
      '',
      '7,31,31',
      '7,31,31,52,52',
      '52,31,31,7',
      '07,31,31,52',
      '7,31,31,52,',
      ',7,31,31,52',
      '7 31 31 52',
      '7,31,31,52\n',
      '[7,31,31,52]',
      '７,31,31,52',
      '7,31,31,53',
    ],
  })),
  {
    task: { name: 'countdown' },
    row: { numbers: [8, 4, 8], target: 32 },
    answer: '(8-4)*8',
    responses: [
      '(8-4)*8',
      '8:12,4,32,2>24+,40-,4*=(8-4)*8',
      '8*(8-4)',
      '8*4',
      '4*8',
      '8*8/4+4*4',
      '32',
      '(8-4)*8=',
      '((8-4)*8',
      '8-4)*8',
      '08*4',
      '8*4/0',
      '8/3*12',
      '-8',
      '',
      '8 * 4',
      '8*4+',
      '8**4',
      '(8+8)*(4-2)',
      '٤*8',
      '8*4\n',
      `${'('.repeat(120)}8*4${')'.repeat(120)}`,
    ],
  },
  {
    task: { name: 'programs' },
    row: { tests: CASES },
    answer: '4+',
    responses: ['4+', '3:4;4+', ' 4+ ', '5+', 'd-7+', '4', '', '4x', '2d++', '+', '4+;', '9(1+)', '(1+)', '1(4+)'],
  },
  ...['soft', 'hard', 'mean-sign'].map((mode) => ({
    task: dataset({ name: 'tests', mode, column: 'extra.tests' }),
    row: { extra: { tests: JSON.stringify([...CASES, { input: 2, output: 7 }]) } },
    responses: ['4+', '5+', '', 'd3=(p7)4+', '9d*d*', '1-2/', '0-9(p)', '3%', 'so<>r'],
  })),
  {
    task: dataset({ name: 'tests' }),
    row: { tests: [{ input: [1.5], output: 2 }] },
    responses: ['4+'],
  },
  {
    task: dataset({ name: 'exact' }),
    answer: ' Straße ',
    responses: ['Straße', '\u00a0Straße\ufeff', 'STRASSE', 'straße', 'Straße.', '', '\u001cStraße'],
  },
  {
    task: dataset({ name: 'exact', ignore_case: true, require_finished: false, strip: false }),
    answer: 'Ja',
    responses: ['ja', 'JA', ' ja', 'JÁ'],
  },
  { task: dataset({ name: 'exact' }), answer: ' ', responses: ['', ' '] },
  { task: dataset({ name: 'contains' }), answer: ' 42 ', responses: ['it is 42.', '4 2', '142', ''] },
  {
    task: dataset({ name: 'contains', text: 'Answer', ignore_case: true, require_finished: true }),
    responses: ['the ANSWER is', 'answers', 'none'],
  },
  ...[
    { pattern: '^[0-9]+$' },
    { pattern: String.raw`(?:yes|no)\s*\.?$`, ignore_case: true },
    { pattern: String.raw`\\boxed\{[^{}]+\}` },
    { pattern: '(?i)final answer', require_finished: true },
    { pattern: String.raw`\bA\d{2,3}\b` },
    { pattern: '(?P<name>a+)b$' },
    { pattern: '.x' },
  ].map((config) => ({
    task: dataset({ name: 'regex', ...config }),
    responses: [
      '123',
      '123\n',
      'Yes.',
      'no',
      'NO .',
      String.raw`so \boxed{5}`,
      'the FINAL answer',
      'A12',
      'A1234',
      'aab',
      'aab\n',
      '\nx',
      'éx',
      '١٢',
      '',
    ],
  })),
  {
    task: dataset({
      name: 'json',
      schema: {
        type: 'object',
        properties: { n: { type: 'integer', minimum: 1, exclusiveMaximum: 10 }, tags: { type: 'array', maxItems: 2 } },
        required: ['n'],
        additionalProperties: false,
      },
    }),
    responses: [
      '{"n": 3}',
      '{"n": 3.0}',
      '{"n": 3.5}',
      '{"n": true}',
      '{"n": 10}',
      '{"n": 0}',
      '{"n": 1e0, "tags": []}',
      '{"n": 2, "tags": [1,2,3]}',
      '{"n": 2, "other": 1}',
      '{}',
      '[]',
      'null',
      '',
      '{"n": NaN}',
      '{"n": 3,}',
      "{'n': 3}",
      ' \n{"n": 3}\t',
      '\u00a0{"n": 3}',
      '{"n": 03}',
      `${'['.repeat(300)}${']'.repeat(300)}`,
    ],
  },
  {
    task: dataset({ name: 'json', code_fence: true, schema: { enum: [1, '1', true, null, [1, { a: 2 }]] } }),
    responses: [
      '```json\n1\n```',
      'text ```\n"1"\n``` and ```\ntrue\n``` end',
      '```1```',
      '1',
      '1.0',
      'false',
      'null',
      '[1, {"a": 2.0}]',
      '[1,{"a":true}]',
      '```json\n2\n```',
      '```js x\n1```',
      '0',
    ],
  },
  {
    task: dataset({ name: 'json', schema: { type: ['string', 'null'], minLength: 1, maxLength: 2 } }),
    responses: ['"a"', '"😀😀"', '""', '"abc"', 'null', '1', '"\\u00e9\\n"'],
  },
  ...[{}, { opened: true }, { tags: ['think', 'answer'], boxed: true }, { tags: [], boxed: true }].map((config) => ({
    task: dataset({ name: 'format', ...config }),
    responses: [
      '<think>a</think><answer>b</answer>',
      'a</think>\n<answer>b</answer>\n',
      '<think>a</think> x <answer>b</answer>',
      '<think>a</think><answer>b</answer>.',
      '<answer>b</answer><think>a</think>',
      '',
      String.raw`\boxed{1}`,
      String.raw`<think>a</think><answer>\boxed{1}</answer>`,
      String.raw`<think>a</think><answer>\boxed{ }</answer>`,
      String.raw`\boxed{\boxed{1}} \boxed{2}`,
      String.raw`\boxed{1`,
      String.raw`\fbox {a{b}c}`,
      '<think>a<think></think><answer>b</answer>',
    ],
  })),
  ...[1, 60, 61, 90, 100, 101].map((tokens) => ({
    task: dataset({ name: 'length', max_tokens: 100, cache_tokens: 40 }),
    responses: ['x'],
    tokens,
  })),
  {
    task: dataset(
      { name: 'number', weight: 1 },
      { name: 'format', tags: ['think', 'answer'], weight: 0.25 },
      { name: 'length', max_tokens: 10, cache_tokens: 5, weight: 0.5 },
      { name: 'number', weight: 0.1, tolerance: 0.5 },
    ),
    answer: '42',
    tokens: 8,
    responses: ['<think>a</think><answer>42</answer>', '42', '42.4', 'none'],
  },
  {
    task: { name: 'addition', rewards: [{ name: 'verifier' }, { name: 'length', max_tokens: 4, cache_tokens: 2 }] },
    answer: '46',
    tokens: 3,
    responses: ['46', '47'],
  },
  ...NUMBER_ANSWERS.map(({ reward, answer, responses }) => ({
    task: dataset({ name: 'number', ...reward }),
    answer,
    responses,
  })),
];

/** The table with the studio's grades. */
export async function gradedTable(): Promise<GradedRow[]> {
  const graded: GradedRow[] = [];
  for (const { task, answer = '', row = {}, responses, tokens } of TABLE) {
    const config = TaskConfig.parse(task);
    const verify = config.name === 'dataset' ? undefined : generatedTask(config).verify;
    const rewards: RewardConfig[] = config.rewards ?? [{ name: 'verifier', weight: 1 }];
    const grader = await createGrader(rewards, verify);
    // Of reward `number`, few rows depend on it.
    const ends = NUMBER_ANSWERS.some((one) => one.responses === responses) ? [true] : [true, false];
    const given = { row, answer, ...(tokens !== undefined && { tokens }) };
    const asked = responses.flatMap((response) => ends.map((finished) => ({ ...given, response, finished })));
    graded.push({
      task: withPythonPatterns(config),
      ...given,
      graded: grader
        .grade(asked)
        .map(({ reward, correct }, i) => [asked[i]?.response ?? '', asked[i]?.finished ?? true, reward, correct]),
    });
    grader.destroy();
  }
  return graded;
}
