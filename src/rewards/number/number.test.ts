import { describe, expect, it } from 'vitest';
import { RewardConfig } from '../config.ts';
import type { GradedResponse } from '../grader.ts';
import { createGrader } from '../registry.ts';

const grade = async (answer: string | undefined, response: string, options: object = {}, finished = true) => {
  const grader = await createGrader([RewardConfig.parse({ name: 'number', ...options })]);
  const one: GradedResponse = { row: {}, answer, response, finished };
  return grader.grade([one])[0]!;
};

describe('number', () => {
  it.each([
    ['1/2', '0.5', true],
    ['0.5', '1/2', true],
    ['0.1', '1/10', true],
    ['0.3333', '1/3', false],
    ['42', '42.000', true],
    ['1,000', '1000', true],
    ['-5', '5', false],
    ['0', '-0', true],
    ['1e3', '1000', true],
    ['12345678901234567890', '12345678901234567891', false],
    ['0.30000000000000004', '0.3', false],
    // A percent sign that one side lacks may be a unit or a factor.
    ['50', '50%', true],
    ['50%', '50', true],
    ['0.5', '50%', true],
    ['50%', '1/2', true],
    ['50%', '0.5%', false],
    ['50%', '50 percent', true],
    ['5', '50%', false],
    ['2000000', '2 million', true],
    ['2', '2 million', true],
    ['2 million', '2,000,000', true],
    ['2 million', '2 thousand', false],
    ['24', '2 dozen', true],
    ['5,000', '5k', true],
  ])('answer %s, response %s: %s', async (answer, response, correct) => {
    expect(await grade(answer, response)).toEqual({
      reward: correct ? 1 : 0,
      correct,
      rewards: { number: correct ? 1 : 0 },
    });
  });

  it('takes the answer after its marker, and an answer that is one number without the marker', async () => {
    const options = { answer_marker: '####', response_marker: 'A:' };
    expect((await grade('5 + 7 = <<5+7=12>>12\n#### 12', '5 + 7 = 12\nA: 12', options)).correct).toBe(true);
    expect((await grade('12', 'A: 12', options)).correct).toBe(true);
    expect((await grade('$1,200.', 'A: 1200', options)).correct).toBe(true);
    expect((await grade('5 + 7 = 12', 'A: 12', options)).error).toBe(
      'number: expected a number after "####" in the reference answer, found "5 + 7 = 12"',
    );
    expect((await grade('#### none', 'A: 12', options)).error).toMatch(/expected a number after "####"/);
  });

  it('has no answer where the response lacks the marker', async () => {
    expect((await grade('12', 'It is 12', { response_marker: 'A:' })).correct).toBe(false);
  });

  it('takes the first marker if told so', async () => {
    const response = 'A: 12\n\nQ: What now?\nA: 13';
    expect((await grade('12', response, { response_marker: 'A:', occurrence: 'first' })).correct).toBe(true);
    expect((await grade('13', response, { response_marker: 'A:' })).correct).toBe(true);
  });

  it('compares within a tolerance', async () => {
    expect((await grade('3.14', '3.141', { tolerance: 0.001 })).correct).toBe(true);
    expect((await grade('3.14', '3.1411', { tolerance: 0.001 })).correct).toBe(false);
  });

  it('grades a cut-off response, but for require_finished', async () => {
    expect((await grade('12', 'so 12', {}, false)).correct).toBe(true);
    expect((await grade('12', 'so 12', { require_finished: true }, false)).correct).toBe(false);
  });

  it('refuses data without answers', async () => {
    await expect(grade(undefined, '12')).rejects.toThrow(/columns\.answer: expected the column .* reward number/);
  });

  it('takes time linear in the response', async () => {
    const long = 50_000;
    for (const piece of [
      '9',
      ' ',
      '1,',
      '\\frac{',
      '1/',
      '-',
      '.',
      '1.',
      '$',
      '\\boxed{',
      'A: ',
      '1 ',
      '<<',
      '**',
      '1^',
    ])
      for (const marker of [undefined, 'A:', '\\boxed{}']) {
        const started = performance.now();
        await grade('1', piece.repeat(long / piece.length), { ...(marker && { response_marker: marker }) });
        expect(performance.now() - started, `${piece} ${marker}`).toBeLessThan(5000);
      }
  });
});
