/** Frames from hand-written steps. */
import { serialize } from 'node:v8';
import { expect, it } from 'vitest';
import { MAX_SERIES_POINTS } from '../run/series.ts';
import { TokenRecord } from '../objective/records.ts';
import type { Response } from '../rl/response.ts';
import type { RlStepResult } from '../rl/trainer.ts';
import type { StepRecord } from '../run/step-record.ts';
import { characterTokenizer } from '../text/character-tokenizer.ts';
import { FrameBuilder } from './frame-builder.ts';

const tokenizer = characterTokenizer([...'0123456789+=']);

/** A step of one group of two responses. @param rewards equal rewards: the group was filtered out */
function rlStep(step: number, rewards: [number, number]): { record: StepRecord; rl: RlStepResult } {
  const used = rewards[0] !== rewards[1];
  const responses = rewards.map((reward, i): Response => ({
    tokens: tokenizer.encode('7'),
    logprobs: [-1],
    problem: { prompt: `${step}+1=`, answer: String(step + 1), key: String(step), row: {} },
    prompt: [1],
    group: 0,
    reward,
    correct: reward === 1,
    rewards: {},
    advantage: used ? 2 * reward - 1 : 0,
    index: used ? i : -1,
  }));
  const record: StepRecord = { step, phase: 'rl', metrics: {}, time: { step_ms: 1, tokens_per_second: 1 } };
  const distributions = { positive: [step], negative: [], density: [] };
  return {
    record,
    rl: {
      record,
      distributions: used ? distributions : undefined,
      responses,
      records: TokenRecord.array(used ? 2 : 0),
      recordedTokens: used ? 2 : 0,
      tokens: used ? 2 : 0,
    },
  };
}

it('a step whose groups all have equal rewards shows its responses, and the ratios of the step before', () => {
  const frames = new FrameBuilder();
  const frameAfter = ({ record, rl }: ReturnType<typeof rlStep>) => {
    frames.add({ records: [record], rl }, tokenizer);
    return frames.frame({ state: 'running', phase: 'rl', step: record.step, steps: 3, activity: '' });
  };
  expect(frameAfter(rlStep(1, [0, 1]))).toMatchObject({ rolloutStep: 1, tokenStep: 1, noAdvantage: false });
  const equal = frameAfter(rlStep(2, [1, 1]));
  expect(equal).toMatchObject({ rolloutStep: 2, tokenStep: 1, noAdvantage: true, distributions: { positive: [1] } });
  expect(equal.rollouts.map(({ prompt, unused }) => [prompt, unused])).toEqual([['2+1=', ['7']]]);
  const next = frameAfter(rlStep(3, [1, 0]));
  expect(next).toMatchObject({ rolloutStep: 3, tokenStep: 3, noAdvantage: false });
  expect(next.rollouts[0]?.unused).toBeUndefined();
});

it('the newest note of a record stays, with its step and the number of noted steps', () => {
  const frames = new FrameBuilder();
  const notedAfter = (step: number, note?: string) => {
    const { record, rl } = rlStep(step, [0, 1]);
    frames.add({ records: [{ ...record, ...(note !== undefined && { note }) }], rl }, tokenizer);
    return frames.frame({ state: 'running', phase: 'rl', step, steps: 4, activity: '' }).noted;
  };
  expect(notedAfter(1)).toBeUndefined();
  expect(notedAfter(2, '1 of 2 groups')).toEqual({ step: 2, note: '1 of 2 groups', count: 1 });
  expect(notedAfter(3)).toEqual({ step: 2, note: '1 of 2 groups', count: 1 });
  expect(notedAfter(4, 'none')).toEqual({ step: 4, note: 'none', count: 2 });
});

it('a frame does not grow with the run once its series are full', () => {
  const frames = new FrameBuilder();
  const bytesAt = new Map<number, number>();
  const measured = [2 * MAX_SERIES_POINTS - 1, 4 * MAX_SERIES_POINTS, 40 * MAX_SERIES_POINTS];
  for (let step = 1; step <= Math.max(...measured); step++) {
    const { record, rl } = rlStep(step, [0, 1]);
    const metrics = Object.fromEntries(Array.from({ length: 20 }, (_, k) => [`metric/${k}`, Math.sin(step * k)]));
    const evaluation: StepRecord = { ...record, phase: 'evaluation', metrics: { 'accuracy/greedy': Math.cos(step) } };
    frames.add({ records: [{ ...record, metrics }, evaluation], rl }, tokenizer);
    if (!measured.includes(step)) continue;
    const frame = frames.frame({ state: 'running', phase: 'rl', step, steps: step, activity: '' });
    bytesAt.set(step, serialize(frame).byteLength);
    expect(Object.keys(frame.series)).toHaveLength(22);
    for (const [name, { steps }] of Object.entries(frame.series))
      expect(steps.length, name).toBeLessThanOrEqual(MAX_SERIES_POINTS);
  }
  const [full = NaN, ...later] = measured.map((step) => bytesAt.get(step) ?? NaN);
  // Longer step numbers take a few bytes more.
  for (const bytes of later) expect(bytes).toBeLessThan(1.05 * full);
});
