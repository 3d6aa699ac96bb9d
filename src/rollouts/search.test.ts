import { describe, expect, it } from 'vitest';
import { kept, randomStep, ROLLOUT_TOKENIZER } from '../../tests/support/rollout-steps.ts';
import { EVERY_ROLLOUT, indexOfId, responseId, stepOfId, type RolloutQuery } from '../views/rollouts.ts';
import { rolloutLine, ROLLOUT_SCHEMA } from './jsonl.ts';
import { COUNTS, keptStep, type KeptStep } from './kept-step.ts';
import { excerpt, rowsOf } from './rows.ts';
import { columnOf, eachMatch, findRollouts } from './search.ts';

const SUM = { prompt: '1+1=', answer: '2', difficulty: 'easy' };
const OTHER = { prompt: '7+7=', answer: '14', difficulty: 'hard' };

const STEPS: KeptStep[] = [
  kept(1, [
    {
      problem: SUM,
      responses: [
        { text: 'so Abc 2', reward: 1, advantage: 0.5, zones: ['positive-high', 'positive-high'] },
        { text: 'abcd', reward: 0, advantage: -0.5, zones: ['negative-low'] },
      ],
    },
    {
      problem: OTHER,
      filtered: true,
      responses: [
        { text: 'a', reward: 0, advantage: 0 },
        { text: 'bc', reward: 0, advantage: 0 },
      ],
    },
  ]),
  kept(3, [
    {
      problem: SUM,
      responses: [
        { text: '2', reward: 1, advantage: 0 },
        { text: '22', reward: 1, advantage: 0 },
      ],
    },
  ]),
];

const found = (query: Partial<RolloutQuery>): string[] =>
  Array.from(findRollouts(STEPS, { ...EVERY_ROLLOUT, ...query }).items, (item) =>
    item < 0 ? `group of ${stepOfId(-1 - item)}/${indexOfId(-1 - item)}` : `${stepOfId(item)}/${indexOfId(item)}`,
  );
/** Without headings. */
const responses = (query: Partial<RolloutQuery>) => found(query).filter((item) => !item.startsWith('group'));

describe('searching kept rollouts', () => {
  it('lists groups in the order of the rollout, each under its heading', () => {
    expect(found({ step: 1 })).toEqual(['group of 1/0', '1/0', '1/1', 'group of 1/2', '1/2', '1/3']);
    expect(found({ descending: true }).slice(0, 3)).toEqual(['group of 3/0', '3/0', '3/1']);
  });

  it('finds text in any case in responses, and problems by their prompts', () => {
    expect(responses({ text: 'ABC' })).toEqual(['1/0', '1/1']);
    expect(responses({ text: 'abc 2' })).toEqual(['1/0']);
    expect(responses({ problem: '7+7' })).toEqual(['1/2', '1/3']);
    expect(responses({ key: '1+1=', step: 3 })).toEqual(['3/0', '3/1']);
    expect(responses({ key: '1+1' })).toEqual([]);
  });

  it('finds responses by zone, and by what the strategy did with a token', () => {
    expect(responses({ zone: 'positive-high' })).toEqual(['1/0']);
    expect(responses({ zone: 'negative-low' })).toEqual(['1/1']);
    expect(responses({ zone: 'preserved' })).toEqual(['1/0']);
    expect(responses({ zone: 'dropped' })).toEqual(['1/1']);
    // Responses that no update used are in no zone.
    expect(responses({ zone: 'inside' })).toEqual(['1/0', '1/1', '3/0', '3/1']);
  });

  it('finds groups that are all correct, all incorrect or without an advantage', () => {
    expect(responses({ group: 'all-incorrect' })).toEqual(['1/2', '1/3']);
    expect(responses({ group: 'all-correct' })).toEqual(['3/0', '3/1']);
    expect(responses({ group: 'mixed' })).toEqual(['1/0', '1/1']);
    expect(responses({ group: 'zero-advantage' })).toEqual(['1/2', '1/3', '3/0', '3/1']);
    expect(responses({ difficulty: 'hard' })).toEqual(['1/2', '1/3']);
    expect(responses({ correct: false })).toEqual(['1/1', '1/2', '1/3']);
  });

  it('sorts over all steps; equal values keep their order, responses without the value come last', () => {
    expect(found({ order: 'reward', descending: true })).toEqual(['1/0', '3/0', '3/1', '1/1', '1/2', '1/3']);
    expect(found({ order: 'advantage' }).slice(0, 2)).toEqual(['1/1', '1/2']);
    expect(found({ order: 'length', descending: true })).toEqual(['1/0', '1/1', '1/3', '3/1', '1/2', '3/0']);
    // Shares 2 of 9 and 1 of 5.
    expect(found({ order: 'clipped', descending: true })).toEqual(['1/0', '1/1', '3/0', '3/1', '1/2', '1/3']);
    expect(found({ order: 'kl' }).slice(-2)).toEqual(['1/2', '1/3']);
    expect(found({ order: 'kl', descending: true }).slice(-2)).toEqual(['1/2', '1/3']);
  });

  it('counts what it found and searched', () => {
    expect(findRollouts(STEPS, { ...EVERY_ROLLOUT, text: 'b' })).toMatchObject({ responses: 3, steps: 1, searched: 6 });
    expect(findRollouts(STEPS, { ...EVERY_ROLLOUT, step: 3 })).toMatchObject({ responses: 2, steps: 1, searched: 2 });
    expect(findRollouts(STEPS, { ...EVERY_ROLLOUT, step: 2 })).toMatchObject({ responses: 0, steps: 0, searched: 0 });
  });

  it('agrees with a plain loop over 200 random steps', () => {
    const steps = Array.from({ length: 200 }, (_, i) =>
      keptStep(randomStep(i + 1, 2, 4, 6), ROLLOUT_TOKENIZER, { reference: false }),
    );
    for (const query of [
      { ...EVERY_ROLLOUT, text: 'a', correct: true },
      { ...EVERY_ROLLOUT, zone: 'negative-low' as const, order: 'length' as const },
    ]) {
      const expected = steps.flatMap((step) =>
        step.texts.flatMap((text, i) =>
          text.includes(query.text) &&
          (query.correct === undefined || step.reward[i] === 1) &&
          (query.zone === undefined || step.counts[i * COUNTS + columnOf(query.zone)]! > 0)
            ? [responseId(step.step, i)]
            : [],
        ),
      );
      expect(expected.length).toBeGreaterThan(20);
      const ids = [...findRollouts(steps, query).items].filter((item) => item >= 0);
      expect(ids.toSorted((a, b) => a - b)).toEqual(expected);
    }
  });
});

describe('rows', () => {
  it('mark the match, also in the middle of a long response', () => {
    expect(excerpt('so Abc 2', 'abc')).toEqual({ text: 'so Abc 2', match: [3, 6] });
    const long = excerpt(`${'x'.repeat(500)}Needle${'y'.repeat(500)}`, 'needle');
    expect(long.text.slice(...long.match!)).toBe('Needle');
    expect(long.text).toMatch(/^…x+Needley+…$/);
    expect(excerpt('y'.repeat(300), '').text).toBe(`${'y'.repeat(240)}…`);
  });

  it('skip responses whose step is no longer kept', () => {
    const items = [responseId(1, 0), responseId(2, 0), responseId(3, 1)];
    expect(rowsOf(new Map(STEPS.map((step) => [step.step, step])), items, '').map(({ id }) => id)).toEqual([
      responseId(1, 0),
      responseId(3, 1),
    ]);
  });
});

describe('export as JSONL', () => {
  it('writes one line per found response, with all that is kept of it', () => {
    const lines: string[] = [];
    eachMatch(STEPS, { ...EVERY_ROLLOUT, zone: 'positive-high' }, (step, response) =>
      lines.push(rolloutLine(step, response, 'my run')),
    );
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0]!) as Record<string, unknown>;
    expect(line).toMatchObject({
      schema: ROLLOUT_SCHEMA,
      run: 'my run',
      step: 1,
      group: 0,
      sample: 0,
      problem: '1+1=',
      prompt: '1+1=',
      answer: '2',
      difficulty: 'easy',
      response: 'so Abc 2',
      reward: 1,
      rewards: {},
      correct: true,
      finished: true,
      advantage: 0.5,
      length: 9,
      used: true,
      clipped_high: 0.2222,
      clipped_low: 0,
      zones: { inside: 7, 'positive-high': 2, 'negative-low': 0, 'positive-low': 0, 'negative-high': 0 },
      preserved: 2,
      dropped: 0,
      token_zone: [1, 1, 0, 0, 0, 0, 0, 0, 0],
      token_weight: new Array(9).fill(1),
    });
    expect(ROLLOUT_TOKENIZER.decode(line['tokens'] as number[])).toBe('so Abc 2');
    const ratios = line['token_ratio'] as number[];
    expect(ratios[0]).toBeCloseTo(Math.exp(0.25), 3);
    expect(line['ratio']).toBeCloseTo(ratios.reduce((sum, r) => sum + r, 0) / 9, 3);
  });

  it('gives a response that no update used no measures', () => {
    const line = JSON.parse(rolloutLine(STEPS[0]!, 3, 'r')) as Record<string, unknown>;
    expect(line).toMatchObject({ response: 'bc', used: false, sample: 1, group: 1 });
    expect(Object.keys(line).filter((key) => /token_|kl|ratio|zones/.test(key))).toEqual([]);
  });
});
