import { describe, expect, it } from 'vitest';
import { RewardConfig, RewardsConfig } from './config.ts';
import type { GradedResponse } from './grader.ts';
import { rewardKeys } from './keys.ts';
import { missingInRe2 } from './regex/missing-in-re2.ts';
import { createGrader } from './registry.ts';

const responseOf = (response: string, more: Partial<GradedResponse> = {}): GradedResponse => ({
  row: {},
  answer: '42',
  response,
  finished: true,
  ...more,
});

async function gradesOf(rewards: object | object[], ...responses: GradedResponse[]) {
  const grader = await createGrader([rewards].flat().map((one) => RewardConfig.parse(one)));
  return grader.grade(responses);
}

/** Scores of one reward for texts. */
const scores = async (config: object, ...texts: string[]) =>
  (await gradesOf(config, ...texts.map((text) => responseOf(text)))).map(({ reward }) => reward);

describe('grades', () => {
  it('are weighted sums; correct is what the judging rewards agree on', async () => {
    const rewards = [
      { name: 'exact', weight: 2 },
      { name: 'contains', text: '4', weight: 0.5 },
      { name: 'format', tags: [], boxed: true, weight: 8 },
    ];
    const grades = await gradesOf(rewards, responseOf('42'), responseOf('43'), responseOf('\\boxed{42}'));
    expect(grades).toEqual([
      { reward: 2.5, correct: true, rewards: { exact: 1, contains: 1, format: 0 } },
      { reward: 0.5, correct: false, rewards: { exact: 0, contains: 1, format: 0 } },
      { reward: 8.5, correct: false, rewards: { exact: 0, contains: 1, format: 1 } },
    ]);
  });

  it('without a judging reward are correct where all of positive weight are as high as they can be', async () => {
    const rewards = [
      { name: 'format', tags: ['a'] },
      { name: 'length', max_tokens: 10, cache_tokens: 5 },
      { name: 'custom', weight: -1, source: 'function reward() { return 0.1 }' },
    ];
    const grades = await gradesOf(
      rewards,
      responseOf('<a>1</a>', { tokens: 5 }),
      responseOf('<a>1</a>', { tokens: 6 }),
      responseOf('1', { tokens: 1 }),
    );
    expect(grades.map(({ correct }) => correct)).toEqual([true, false, false]);
    expect((await gradesOf({ name: 'custom', source: 'const reward = () => 0.9' }, responseOf('')))[0]?.correct).toBe(
      false,
    );
  });

  it('have a key per reward', () => {
    expect(rewardKeys([{ name: 'number' }, { name: 'exact' }, { name: 'number' }, { name: 'number' }])).toEqual([
      'number',
      'exact',
      'number-2',
      'number-3',
    ]);
  });

  it('of no responses are none', async () => {
    expect(await gradesOf({ name: 'exact' })).toEqual([]);
  });
});

describe('verifier', () => {
  const verify = ({ response }: GradedResponse) =>
    response === '42'
      ? { reward: 1, correct: true, rewards: {} }
      : { reward: 0.25, correct: false, rewards: {}, reason: 'not 42' };

  it("scores and judges as the task's verifier, beside other rewards", async () => {
    const rewards = [
      { name: 'verifier', weight: 2 },
      { name: 'length', weight: 0.5, max_tokens: 4, cache_tokens: 2 },
    ].map((one) => RewardConfig.parse(one));
    const grader = await createGrader(rewards, verify);
    expect(grader.grade([responseOf('42', { tokens: 3 }), responseOf('4', { tokens: 1 })])).toEqual([
      { reward: 1.75, correct: true, rewards: { verifier: 1, length: -0.5 } },
      { reward: 0.5, correct: false, rewards: { verifier: 0.25, length: 0 }, reason: 'not 42' },
    ]);
  });

  it('is refused where the task has none', async () => {
    await expect(createGrader([RewardConfig.parse({ name: 'verifier' })])).rejects.toMatchObject({
      kind: 'input',
      message: 'rewards: reward verifier: expected a task with a verifier of its own',
      field: 'task.rewards.0.name',
    });
  });
});

describe('exact', () => {
  it('strips and ignores case as told', async () => {
    expect(await scores({ name: 'exact' }, '42', ' 42\n', '42.', '')).toEqual([1, 1, 0, 0]);
    expect(await scores({ name: 'exact', strip: false }, '42', ' 42')).toEqual([1, 0]);
    const words = { answer: 'Paris' };
    const graded = await gradesOf({ name: 'exact', ignore_case: true }, responseOf('paris', words));
    expect(graded[0]?.correct).toBe(true);
    expect((await gradesOf({ name: 'exact' }, responseOf('paris', words)))[0]?.correct).toBe(false);
  });

  it('requires the end token, unless told otherwise', async () => {
    const cut = responseOf('42', { finished: false });
    expect((await gradesOf({ name: 'exact' }, cut))[0]?.correct).toBe(false);
    expect((await gradesOf({ name: 'exact', require_finished: false }, cut))[0]?.correct).toBe(true);
  });

  it('does not reward an empty response where the answer is empty', async () => {
    const [grade] = await gradesOf({ name: 'exact' }, responseOf('', { answer: '' }));
    expect(grade).toMatchObject({ correct: false, error: 'exact: the reference answer is empty' });
  });
});

describe('contains', () => {
  it('looks for the answer or for a text', async () => {
    expect(await scores({ name: 'contains' }, 'it is 42.', 'it is 4')).toEqual([1, 0]);
    expect(await scores({ name: 'contains', text: 'Yes' }, 'Yes.', 'yes.')).toEqual([1, 0]);
    expect(await scores({ name: 'contains', text: 'Yes', ignore_case: true }, 'yes.')).toEqual([1]);
    const [grade] = await gradesOf({ name: 'contains' }, responseOf('any', { answer: ' ' }));
    expect(grade?.error).toMatch(/the reference answer is empty/);
  });
});

describe('regex', () => {
  it('matches anywhere, with flags in the pattern', async () => {
    expect(await scores({ name: 'regex', pattern: '^\\d+$' }, '42', '4 2')).toEqual([1, 0]);
    expect(await scores({ name: 'regex', pattern: 'yes', ignore_case: true }, 'YES', 'no')).toEqual([1, 0]);
    expect(await scores({ name: 'regex', pattern: '(?m)^b$' }, 'a\nb', 'ab')).toEqual([1, 0]);
    expect(await scores({ name: 'regex', pattern: '(?<year>\\d{4})' }, '2024', '24')).toEqual([1, 0]);
  });

  it('takes linear time where backtracking takes exponential time', async () => {
    const started = performance.now();
    expect(await scores({ name: 'regex', pattern: '^(a+)+$' }, `${'a'.repeat(20_000)}b`)).toEqual([0]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it.each([
    ['a(?=b)', 'lookahead, (?= at character 2'],
    ['(?!b)', 'lookahead, (?! at character 1'],
    ['(?<=a)b', 'lookbehind, (?<= at character 1'],
    ['(?<!a)b', 'lookbehind, (?<! at character 1'],
    ['(a)\\1', 'a backreference, \\1 at character 4'],
    ['(?<x>a)\\k<x>', 'a backreference, \\k at character 8'],
    ['(?>a)', 'an atomic group, (?> at character 1'],
    ['[^]](?=b)', 'lookahead, (?= at character 5'],
    ['\\Qa\\E(?=b)', 'lookahead, (?= at character 6'],
  ])('refuses %s by name', (pattern, found) => {
    expect(missingInRe2(pattern)).toContain(`found ${found};`);
    const parsed = RewardConfig.safeParse({ name: 'regex', pattern });
    expect(parsed.error?.issues[0]?.path).toEqual(['pattern']);
  });

  it.each(['[(?=]', '\\(?=', '\\\\1'.replace('1', 'd'), '\\Q(?=', '(?:a)', '(?i)a', '(?<name>a)', '[\\1]'])(
    'has nothing against %s',
    (pattern) => {
      expect(missingInRe2(pattern)).toBeUndefined();
    },
  );
});

describe('json', () => {
  const schema = {
    type: 'object',
    required: ['answer'],
    properties: {
      answer: { type: 'integer', minimum: 0, exclusiveMaximum: 100 },
      unit: { enum: ['m', 'km', null] },
      steps: { type: 'array', items: { type: 'string', minLength: 1 }, maxItems: 2 },
      kind: { const: { a: [1, { b: 2 }] } },
    },
    additionalProperties: false,
  };

  it.each([
    ['{"answer": 5}', 1],
    [' {"answer": 5, "unit": null, "steps": ["a", "b"], "kind": {"a": [1, {"b": 2}]}}\n', 1],
    ['{"answer": 5.0}', 1],
    ['{"answer": 5.5}', 0],
    ['{"answer": -1}', 0],
    ['{"answer": 100}', 0],
    ['{"answer": "5"}', 0],
    ['{}', 0],
    ['{"answer": 5, "unit": "cm"}', 0],
    ['{"answer": 5, "steps": [""]}', 0],
    ['{"answer": 5, "steps": ["a", "b", "c"]}', 0],
    ['{"answer": 5, "steps": {}}', 0],
    ['{"answer": 5, "kind": {"a": [1]}}', 0],
    ['{"answer": 5, "other": 1}', 0],
    ['{"answer": 5, "toString": 1}', 0],
    ['[5]', 0],
    ['{"answer": 5', 0],
    ['{"answer": 5} so', 0],
    ['```json\n{"answer": 5}\n```', 0],
    ['', 0],
  ])('%s scores %d', async (text, score) => {
    expect(await scores({ name: 'json', schema }, text)).toEqual([score]);
  });

  it('takes the JSON out of the last closed code fence', async () => {
    const fenced = { name: 'json', schema, code_fence: true };
    expect(
      await scores(
        fenced,
        'So:\n```json\n{"answer": 5}\n```\nThat is it.',
        '```\n{"answer": 5}\n```',
        '```json\n[]\n```\n```json\n{"answer": 5}\n```',
        '{"answer": 5}',
        '```json\n{"answer": 5}\n``` and ```',
        '```json\n{"answer": 5}',
      ),
    ).toEqual([1, 1, 1, 1, 1, 0]);
  });

  it('survives deep nesting', async () => {
    expect(await scores({ name: 'json' }, '['.repeat(1e6), `${'['.repeat(1000)}${']'.repeat(1000)}`, '[[1]]')).toEqual([
      0, 0, 1,
    ]);
  });

  it('refuses keywords that it does not know', () => {
    const parsed = RewardConfig.safeParse({ name: 'json', schema: { properties: { a: { pattern: 'x' } } } });
    expect(parsed.success).toBe(false);
  });
});

describe('format', () => {
  it.each([
    ['<think>a</think><answer>b</answer>', 1],
    ['\n<think>a\n</think>\n\n<answer> b </answer> \n', 1],
    ['<think></think><answer></answer>', 1],
    ['<answer>b</answer><think>a</think>', 0],
    ['<think>a</think>so <answer>b</answer>', 0],
    ['So <think>a</think><answer>b</answer>', 0],
    ['<think>a</think><answer>b</answer>.', 0],
    ['<think>a</think><think>c</think><answer>b</answer>', 0],
    ['<think>a <answer>b</answer></think>', 0],
    ['<think>a</think><answer>b', 0],
    ['</think>a<think><answer>b</answer>', 0],
    ['<think>a</think>', 0],
    ['', 0],
  ])('%j scores %d', async (text, score) => {
    expect(await scores({ name: 'format' }, text)).toEqual([score]);
  });

  it('accepts a first tag that the prompt opened, and a box in the last part', async () => {
    expect(
      await scores(
        { name: 'format', opened: true },
        'a</think><answer>b</answer>',
        '<think>a</think><answer>b</answer>',
      ),
    ).toEqual([1, 0]);
    expect(
      await scores(
        { name: 'format', boxed: true },
        '<think>a</think><answer>\\boxed{1}</answer>',
        '<think>\\boxed{1}</think><answer>1</answer>',
        '<think>\\boxed{0}</think><answer>\\boxed{1}</answer>',
        '<think>a</think><answer>\\boxed{1} or \\boxed{2}</answer>',
      ),
    ).toEqual([1, 0, 1, 0]);
    expect(
      await scores(
        { name: 'format', tags: [], boxed: true },
        'so \\boxed{\\frac{1}{2}}',
        'so \\boxed{}',
        'so \\boxed{1',
        'so',
      ),
    ).toEqual([1, 0, 0, 0]);
  });
});

describe('length', () => {
  it("is DAPO's equation 13", async () => {
    const rewards = { name: 'length', max_tokens: 20, cache_tokens: 4 };
    const grades = await gradesOf(rewards, ...[1, 16, 17, 18, 20, 21, 500].map((tokens) => responseOf('', { tokens })));
    expect(grades.map(({ reward }) => reward)).toEqual([0, 0, -0.25, -0.5, -1, -1, -1]);
  });

  it('needs the lengths', async () => {
    await expect(gradesOf({ name: 'length', max_tokens: 2, cache_tokens: 1 }, responseOf(''))).rejects.toThrow(
      /in tokens/,
    );
  });
});

it.each([
  [[]],
  [[{ name: 'exact', weight: 0 }]],
  [[{ name: 'exact', weight: Infinity }]],
  [[{ name: 'length', max_tokens: 5, cache_tokens: 6 }]],
  [[{ name: 'format', tags: [] }]],
  [[{ name: 'format', tags: ['a', 'a'] }]],
  [[{ name: 'format', tags: ['<a>'] }]],
  [[{ name: 'number', response_marker: ' ' }]],
  [[{ name: 'number', tolerance: -1 }]],
  [[{ name: 'custom', source: ' ' }]],
  [[{ name: 'custom', source: 'x', memory_mb: 8 }]],
  [[{ name: 'other' }]],
])('refuses the list %j', (rewards) => {
  expect(RewardsConfig.safeParse(rewards).success).toBe(false);
});
