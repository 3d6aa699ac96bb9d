/** Token views of a rollout, from hand-written records. */
import { describe, expect, it } from 'vitest';
import { TokenRecord } from '../objective/records.ts';
import type { Response } from '../rl/response.ts';
import type { RlStepResult } from '../rl/trainer.ts';
import { characterTokenizer } from '../text/character-tokenizer.ts';
import { MAX_RACE_PROMPTS, MAX_RACE_RESPONSES } from '../views/race.ts';
import { MAX_ROLLOUTS_SHOWN, MAX_SCATTER_TOKENS } from '../views/run-view.ts';
import { firstViews, rolloutViews, tokenScatter, unusedViews } from './token-views.ts';

const tokenizer = characterTokenizer([...'0123456789+=']);

interface Written {
  group: number;
  reward: number;
  text: string;
  /** Zone of each token, as an index into ZONES; inside when left out. */
  zones?: number[];
  filtered?: boolean;
}

/** Records with numbers derived from the token's index i: r = 1 + i / 64, and so on. */
function stepResult(written: Written[], recorded = Infinity): RlStepResult {
  const responses: Response[] = [];
  const zones: number[] = [];
  for (const { group, reward, text, zones: own = [], filtered = false } of written) {
    const tokens = tokenizer.encode(text);
    responses.push({
      tokens,
      logprobs: tokens.map(() => -1),
      problem: { prompt: `${group}+1=`, answer: String(group + 1), key: String(group), row: {} },
      prompt: [1],
      group,
      reward,
      correct: reward === 1,
      rewards: {},
      advantage: reward - 0.5,
      index: filtered ? -1 : zones.length,
    });
    if (!filtered) zones.push(...tokens.map((_, t) => own[t] ?? 0));
  }
  const records = TokenRecord.array(zones.length);
  for (const [i, zone] of zones.entries()) {
    const fields = {
      ratio: 1 + i / 64,
      logRatio: i / 128,
      weight: i / 4,
      zone,
      advantage: 0.25,
      entropy: i / 8,
      logprob: -1,
      oldLogprob: -2,
      ppoWeight: i / 16,
    } as const;
    for (const [field, value] of Object.entries(fields)) records.setNumber(i, field as keyof typeof fields, value);
  }
  return {
    record: { step: 1, phase: 'rl', metrics: {}, time: { step_ms: 1, tokens_per_second: 1 } },
    distributions: undefined,
    responses,
    records,
    recordedTokens: Math.min(recorded, zones.length),
    tokens: zones.length,
  };
}

describe('rollouts to show', () => {
  it('gives each token its text and the numbers of its record', () => {
    const [view] = rolloutViews(stepResult([{ group: 3, reward: 1, text: '4+', zones: [0, 2] }]), tokenizer);
    expect(view).toEqual({
      prompt: '3+1=',
      answer: '4',
      reward: 1,
      correct: true,
      given: { response: '4+', finished: false, row: {} },
      advantage: 0.5,
      tokens: [
        {
          text: '4',
          ratio: 1,
          weight: 0,
          ppoWeight: 0,
          zone: 'inside',
          probability: Math.exp(-1),
          oldProbability: Math.exp(-2),
          entropy: 0,
        },
        {
          text: '+',
          ratio: 1 + 1 / 64,
          weight: 0.25,
          ppoWeight: 1 / 16,
          zone: 'negative-low',
          probability: Math.exp(-1),
          oldProbability: Math.exp(-2),
          entropy: 0.125,
        },
      ],
    });
  });

  it('shows the best and the worst response of a group, of equal ones the one with more clipped tokens', () => {
    const views = rolloutViews(
      stepResult([
        { group: 0, reward: 0, text: '10' },
        { group: 0, reward: 1, text: '11' },
        { group: 0, reward: 0, text: '12', zones: [1, 1] },
        { group: 0, reward: 1, text: '13', zones: [1] },
      ]),
      tokenizer,
    );
    expect(views.map(({ tokens }) => tokens.map(({ text }) => text).join(''))).toEqual(['13', '12']);
  });

  it('orders groups by their tokens outside the clip range, and leaves out filtered and unrecorded responses', () => {
    const written: Written[] = [
      { group: 0, reward: 1, text: '10', zones: [1] },
      { group: 1, reward: 1, text: '11', filtered: true },
      { group: 2, reward: 1, text: '12', zones: [2, 2] },
      { group: 3, reward: 1, text: '13', zones: [4, 4] },
    ];
    expect(rolloutViews(stepResult(written), tokenizer).map(({ prompt }) => prompt)).toEqual(['2+1=', '3+1=', '0+1=']);
    // Only the first token of the last response was read back.
    expect(rolloutViews(stepResult(written, 5), tokenizer).map(({ prompt }) => prompt)).toEqual(['2+1=', '0+1=']);
  });

  it('shows at most so many responses', () => {
    const written = Array.from({ length: 2 * MAX_ROLLOUTS_SHOWN }, (_, i) => ({
      group: i >> 1,
      reward: i & 1,
      text: '7',
    }));
    expect(rolloutViews(stepResult(written), tokenizer)).toHaveLength(MAX_ROLLOUTS_SHOWN);
  });
});

it('a step without updates shows one response per group, as text', () => {
  const views = unusedViews(
    stepResult([
      { group: 0, reward: 1, text: '12', filtered: true },
      { group: 0, reward: 1, text: '13', filtered: true },
      { group: 1, reward: 0, text: '4', filtered: true },
    ]),
    tokenizer,
  );
  expect(views.map(({ prompt, unused, tokens }) => ({ prompt, unused, tokens }))).toEqual([
    { prompt: '0+1=', unused: ['1', '2'], tokens: [] },
    { prompt: '1+1=', unused: ['4'], tokens: [] },
  ]);
});

describe('the scatter of tokens', () => {
  it('has every token of a small rollout, with the length of its response', () => {
    const scatter = tokenScatter(
      stepResult([
        { group: 0, reward: 1, text: '12', zones: [0, 1] },
        { group: 0, reward: 1, text: '99', filtered: true },
        { group: 1, reward: 0, text: '345', zones: [2, 3, 4] },
      ]),
    );
    expect(scatter).toEqual({
      logRatio: Float32Array.of(0, 1 / 128, 2 / 128, 3 / 128, 4 / 128),
      probability: new Float32Array(5).fill(Math.exp(-2)),
      zone: Uint8Array.of(0, 1, 2, 3, 4),
      advantage: new Float32Array(5).fill(0.25),
      weight: Float32Array.of(0, 0.25, 0.5, 0.75, 1),
      length: Uint16Array.of(2, 2, 3, 3, 3),
      total: 5,
    });
  });

  it('chooses evenly from a large one, and says how many tokens there were', () => {
    const count = 2 * MAX_SCATTER_TOKENS;
    const scatter = tokenScatter(stepResult([{ group: 0, reward: 1, text: '1'.repeat(count) }]));
    expect(scatter?.total).toBe(count);
    expect(scatter?.weight).toEqual(Float32Array.from({ length: MAX_SCATTER_TOKENS }, (_, i) => (2 * i) / 4));
  });

  it('is absent without records', () => {
    expect(tokenScatter(stepResult([{ group: 0, reward: 1, text: '1' }], 0))).toBeUndefined();
  });
});

describe('responses of a race', () => {
  it('are the first to the first prompts in the order of sampling, whatever their reward and zones', () => {
    const written = Array.from({ length: 4 * (MAX_RACE_PROMPTS + 1) }, (_, i) => ({
      group: MAX_RACE_PROMPTS - Math.floor(i / 4),
      reward: i % 2,
      text: String(i % 4),
      zones: [i % 3],
      filtered: i === 5,
    }));
    const views = firstViews(stepResult(written), tokenizer);
    expect(views).toHaveLength(MAX_RACE_PROMPTS * MAX_RACE_RESPONSES);
    expect(views.map(({ prompt }) => prompt)).toEqual(
      Array.from({ length: MAX_RACE_PROMPTS }, (_, group) => [`${group}+1=`, `${group}+1=`]).flat(),
    );
    expect(views.map(({ tokens, unused }) => unused?.[0] ?? tokens[0]?.text)).toEqual(
      Array.from({ length: MAX_RACE_PROMPTS }, () => ['0', '1']).flat(),
    );
    // A response that was filtered out of the updates has no records.
    const filtered = views.find(({ prompt, unused }) => prompt === `${MAX_RACE_PROMPTS - 1}+1=` && unused);
    expect(filtered).toMatchObject({ tokens: [], unused: ['1'] });
  });
});
