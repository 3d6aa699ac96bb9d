import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { wilsonInterval } from './intervals.ts';
import { evaluationReport, type EvaluatedProblem, type EvaluatedResponse } from './report.ts';

/** `AAb-`: two correct responses, one that answers b, one without an answer; as long as their number. */
const responsesOf = (text: string): EvaluatedResponse[] =>
  [...text].map((letter, i) => {
    const correct = letter === 'A';
    return { correct, reward: correct ? 1 : 0, answer: letter === '-' ? undefined : letter, length: i + 1 };
  });
const problem = (text: string, difficulty?: string, greedy?: string): EvaluatedProblem => ({
  responses: responsesOf(text),
  difficulty,
  greedy: greedy === undefined ? undefined : responsesOf(greedy)[0],
});
const report = (problems: EvaluatedProblem[]) => evaluationReport(problems, { seed: 0, lengthUnit: 'tokens' });

describe('a report', () => {
  const found = report([problem('AAbb', 'easy', 'A'), problem('Abcc', 'hard', 'b'), problem('bbb-', 'hard', 'A')]);
  it('has the means over problems of every statistic', () => {
    expect(found).toMatchObject({ problems: 3, samples: 4, level: 0.95, difficulty: 'data', length_unit: 'tokens' });
    expect(found.greedy).toBeCloseTo(2 / 3, 12);
    expect(found['avg@k']).toBeCloseTo((0.5 + 0.25 + 0) / 3, 12);
    expect(found.reward).toBeCloseTo(0.25, 12);
    expect(Object.keys(found['pass@k'])).toEqual(['1', '2', '4']);
    expect(found['pass@k']['1']).toBeCloseTo(found['avg@k'], 12);
    // 1 - C(2,2)/C(4,2), 1 - C(3,2)/C(4,2), 0.
    expect(found['pass@k']['2']).toBeCloseTo((5 / 6 + 1 / 2 + 0) / 3, 12);
    expect(found['pass@k']['4']).toBeCloseTo(2 / 3, 12);
    // Of four votes: a tie of two, one against two, none.
    expect(found['maj@k']).toBeCloseTo(0.5 / 3, 12);
    expect(found.majority['4']).toBe(found['maj@k']);
    // The tie of the first problem is no consensus.
    expect(found['cons@k']).toBe(0);
    expect(found.majority['1']).toBeCloseTo(found['avg@k'], 12);
  });
  it('has an interval around each', () => {
    const { intervals } = found;
    const inside = (value: number | null | undefined, [low, high]: readonly [number, number] = [NaN, NaN]) =>
      low <= (value ?? NaN) && (value ?? NaN) <= high && low < high;
    expect(intervals.greedy).toEqual(wilsonInterval(2, 3));
    expect(inside(found['avg@k'], intervals['avg@k'])).toBe(true);
    expect(inside(found['cons@k'], intervals['cons@k'])).toBe(true);
    for (const k of ['1', '2', '4']) {
      expect(inside(found['pass@k'][k], intervals['pass@k'][k]), k).toBe(true);
      expect(inside(found.majority[k], intervals.majority[k]), k).toBe(true);
    }
  });
  it('is split by the difficulty of the data', () => {
    expect(Object.keys(found.by_difficulty)).toEqual(['easy', 'hard']);
    expect(found.by_difficulty['hard']).toMatchObject({ problems: 2, greedy: 0.5, 'avg@k': 0.125, 'cons@k': 0 });
    expect(Object.keys(report([problem('A', '10'), problem('A', '9'), problem('A')]).by_difficulty)).toEqual([
      '9',
      '10',
      'not given',
    ]);
  });
  it('is split by the share of correct responses where the data has no difficulty', () => {
    const { by_difficulty: bands, difficulty } = report(
      ['AAAA', 'AAAb', 'Abbb', 'bbbb', 'AA-b'].map((t) => problem(t)),
    );
    expect(difficulty).toBe('solve rate');
    expect(Object.entries(bands).map(([band, { problems }]) => [band, problems])).toEqual([
      ['always solved', 1],
      ['solved by half or more', 2],
      ['solved by less than half', 1],
      ['never solved', 1],
    ]);
  });
  it('is split by the length of responses, in ranges that double', () => {
    expect(Object.entries(found.by_length).map(([range, { responses }]) => [range, responses])).toEqual([
      ['1', 3],
      ['2-3', 6],
      ['4-7', 3],
    ]);
    expect(found.by_length['1']?.correct).toBeCloseTo(2 / 3, 12);
    expect(found.by_length['2-3']?.correct).toBeCloseTo(1 / 6, 12);
  });
  it('goes up to the smallest number of responses of a problem', () => {
    const mixed = report([problem('AAbbA'), problem('Ab')]);
    expect(mixed).toMatchObject({ samples: 2, greedy: null, intervals: { greedy: null } });
    expect(Object.keys(mixed['pass@k'])).toEqual(['1', '2']);
    expect(mixed['avg@k']).toBeCloseTo((3 / 5 + 1 / 2) / 2, 12);
    // The vote is over all five, and over two that tie.
    expect(mixed['cons@k']).toBeCloseTo((1 + 0) / 2, 12);
  });
  it('counts differently written correct answers as one', () => {
    const votes = ['18', '18.0', '$18'].map((answer) => ({ correct: true, reward: 1, answer, length: 2 }));
    const wrong = { correct: false, reward: 0, answer: '17', length: 2 };
    expect(report([{ responses: [...votes, wrong, wrong] }])['cons@k']).toBe(1);
  });
  it('is valid JSON and does not depend on the order of responses', () => {
    const shuffled = stream(1, 'order').shuffle([...responsesOf('AAbbccA-')]);
    const [one, other] = [report([problem('AAbbccA-')]), report([{ responses: shuffled }])];
    expect(JSON.stringify(one)).not.toMatch(/NaN|undefined/);
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
    expect(other['maj@k']).toBeCloseTo(one['maj@k'], 12);
    expect(() => report([])).toThrow(RangeError);
  });
});
