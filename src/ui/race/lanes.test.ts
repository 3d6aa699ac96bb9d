import { describe, expect, it } from 'vitest';
import type { RolloutView, StepRecord } from '../../run/step-record.ts';
import type { LaneView } from '../../views/race.ts';
import { commonResponses, promptsOf, zonesOf } from './lanes.ts';

const rollout = (prompt: string): RolloutView => ({
  prompt,
  answer: '',
  reward: 0,
  correct: false,
  given: { response: '', finished: true, row: {} },
  advantage: 0,
  tokens: [],
});
const lane = (steps: number[], state: LaneView['state'] = 'racing') => ({
  view: { state, step: steps.at(-1) ?? 0 },
  responses: steps.map((step) => ({ lane: 0, step, rollouts: [rollout(`prompt of ${step}`)] })),
});
const shownSteps = (...lanes: ReturnType<typeof lane>[]) => commonResponses(lanes).map((one) => one?.step);

describe('responses side by side', () => {
  it('are of the newest step that every lane has made', () => {
    expect(shownSteps(lane([4, 5]), lane([3, 4]))).toEqual([4, 4]);
    expect(shownSteps(lane([4, 5]), lane([4, 5]))).toEqual([5, 5]);
  });

  it('do not wait for a lane that failed or has none yet', () => {
    expect(shownSteps(lane([4, 5]), lane([1, 2], 'failed'), lane([4, 5]))).toEqual([5, 2, 5]);
    expect(shownSteps(lane([1]), lane([]))).toEqual([1, undefined]);
  });

  it('are of the newest step of each lane if frames have left out the common one', () => {
    expect(shownSteps(lane([7, 9]), lane([6, 8]))).toEqual([9, 8]);
  });

  it('have each prompt once', () => {
    const shown = [{ step: 1, rollouts: [rollout('a'), rollout('a'), rollout('b')] }, undefined];
    expect(promptsOf([...shown, { step: 1, rollouts: [rollout('b'), rollout('c')] }])).toEqual(['a', 'b', 'c']);
  });
});

describe('the zones of a lane', () => {
  const record = (metrics: Record<string, number>): StepRecord => ({
    step: 1,
    phase: 'rl',
    metrics,
    time: { step_ms: 1, tokens_per_second: 1 },
  });

  it('are shares of the gradient mass, which add up to 1', () => {
    const zones = zonesOf(
      record({ 'zone/inside/mass': 3, 'zone/positive-high/mass': 1, 'zone/positive-high/fraction': 0.2 }),
    );
    expect(zones?.inside.mass).toBe(0.75);
    expect(zones?.['positive-high']).toEqual({ mass: 0.25, fraction: 0.2 });
    expect(zones?.['negative-low']).toEqual({ mass: 0, fraction: 0 });
  });

  it('are absent without a gradient', () => {
    expect(zonesOf(record({ 'zone/inside/mass': 0 }))).toBeUndefined();
    expect(zonesOf(undefined)).toBeUndefined();
  });
});
