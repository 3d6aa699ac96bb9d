import { describe, expect, it } from 'vitest';
import type { StepRecord } from '../run/step-record.ts';
import { alarmsOf } from './alarms.ts';
import { collapsesOf, firstToCollapse } from './collapse.ts';

const record = (step: number, reward: number, entropy: number): StepRecord => ({
  step,
  phase: 'rl',
  metrics: { 'critic/score/mean': reward, 'actor/entropy': entropy },
  time: { step_ms: 1, tokens_per_second: 1 },
});
const run = (rewards: readonly number[], entropies: readonly number[] = rewards.map(() => 1)) =>
  rewards.map((reward, i) => record(i + 1, reward, entropies[i] ?? 0));

describe('the step of a collapse', () => {
  it('is the first after which the alarm of the Train page fires', () => {
    const rewards = [0.4, 0.5, 0.5, 0.5, 0.5, 0.4, 0.2, 0.1, 0, 0, 0];
    const records = run(rewards);
    const step = collapsesOf(records, 4).collapse ?? 0;
    const fires = (steps: number) =>
      alarmsOf({ 'rl/critic/score/mean': { values: rewards.slice(0, steps) } }, 4).some(({ id }) => id === 'collapse');
    expect(step).toBeGreaterThan(5);
    expect([fires(step - 1), fires(step)]).toEqual([false, true]);
    // Later steps do not move it, even if the run recovers.
    expect(collapsesOf([...records, record(12, 0.6, 1)], 4).collapse).toBe(step);
  });

  it('is absent while nothing has collapsed, and found for entropy alone', () => {
    expect(collapsesOf(run([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), 4)).toEqual({});
    const entropies = [1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
    expect(collapsesOf(run([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], entropies), 4)).toEqual({ entropy: 8 });
  });

  it('counts a held-out accuracy as a maximum that reward can fall from', () => {
    const evaluation: StepRecord = { ...record(0, 0, 0), phase: 'evaluation', metrics: { 'accuracy/sampled': 0.9 } };
    const rewards = [0.3, 0.3, 0.3, 0.3, 0.3];
    expect(collapsesOf([evaluation, ...run(rewards)], 4)).toEqual({ collapse: 5 });
    expect(collapsesOf(run(rewards), 4)).toEqual({});
  });
});

describe('the first to collapse', () => {
  const lane = (label: string, step: number, collapse?: number, racing = true) => ({
    label,
    step,
    racing,
    collapses: { ...(collapse !== undefined && { collapse }) },
  });

  it('is the lane with the lowest step, or all that share it', () => {
    expect(firstToCollapse([lane('PPO', 9, 8), lane('GPPO', 9, 6)], 'collapse')).toEqual({ labels: ['GPPO'], step: 6 });
    expect(firstToCollapse([lane('PPO', 9, 6), lane('GPPO', 9, 6)], 'collapse')).toEqual({
      labels: ['PPO', 'GPPO'],
      step: 6,
    });
    expect(firstToCollapse([lane('PPO', 9), lane('GPPO', 9)], 'collapse')).toBeUndefined();
  });

  it('is not named before every lane that still races has made that step', () => {
    expect(firstToCollapse([lane('PPO', 6, 6), lane('GPPO', 5)], 'collapse')).toBeUndefined();
    expect(firstToCollapse([lane('PPO', 6, 6), lane('GPPO', 5, undefined, false)], 'collapse')?.labels).toEqual([
      'PPO',
    ]);
  });
});
