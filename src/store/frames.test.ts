import { expect, test } from 'vitest';
import { ZONES, type Zone } from '../run/step-record.ts';
import type { Frame } from '../views/run-view.ts';
import type { Series } from '../run/series.ts';
import { FrameQueue, keepUnchanged } from './frames.ts';

const frame = (rolloutStep: number, activity: string, tokenStep = rolloutStep): Frame => ({
  state: 'running',
  phase: 'rl',
  step: rolloutStep,
  steps: 9,
  activity,
  tokensPerSecond: 1,
  series: {},
  massShare: Object.fromEntries(ZONES.map((zone) => [zone, { steps: [], values: [] }])) as unknown as Record<
    Zone,
    Series
  >,
  rollouts: [{ prompt: '1+1=', reward: 1, correct: true, advantage: 0, answer: '2', tokens: [] }],
  distributions: { positive: [1], negative: [2], density: [3] },
  rolloutStep,
  noAdvantage: false,
  tokenStep,
});

test('a frame within a step keeps the rollout and updates the rest', () => {
  const first = frame(3, 'rollout');
  const merged = keepUnchanged(first, frame(3, 'update 1 of 4'));
  expect(merged.rollouts).toBe(first.rollouts);
  expect(merged.distributions).toBe(first.distributions);
  expect(merged.activity).toBe('update 1 of 4');
});

test('the first frame and a new rollout replace everything', () => {
  const next = frame(4, 'rollout');
  expect(keepUnchanged(frame(3, 'rollout'), next)).toEqual(next);
  expect(keepUnchanged(frame(3, 'rollout'), next).rollouts).toBe(next.rollouts);
  expect(keepUnchanged(undefined, next)).toBe(next);
});

test('a step without updates has new rollouts and keeps the distributions of the step before', () => {
  const [first, next] = [frame(3, 'rollout'), frame(4, 'rollout', 3)];
  const merged = keepUnchanged(first, next);
  expect(merged.rollouts).toBe(next.rollouts);
  expect(merged.distributions).toBe(first.distributions);
});

test('draws only the newest of the frames that arrive before a repaint', () => {
  const drawn: number[] = [];
  const repaints: (() => void)[] = [];
  const queue = new FrameQueue(
    ({ step }) => drawn.push(step),
    (work) => repaints.push(work),
  );
  queue.push(frame(1, ''));
  queue.push(frame(2, ''));
  expect(drawn).toEqual([]);
  repaints.shift()?.();
  expect([drawn, repaints]).toEqual([[2], []]);
  queue.push(frame(3, ''));
  repaints.shift()?.();
  expect(drawn).toEqual([2, 3]);
  // Of a worker that was replaced, nothing is drawn: a hidden page repaints much later.
  queue.push(frame(4, ''));
  queue.clear();
  repaints.shift()?.();
  expect(drawn).toEqual([2, 3]);
});
