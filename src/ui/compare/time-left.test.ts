import { expect, it } from 'vitest';
import type { SweepRunView } from '../../store/compare-store.ts';
import { timeLeft, timeLeftText } from './time-left.ts';

const view = (state: SweepRunView['state'], ...ms: number[]): SweepRunView => ({
  label: 'ppo',
  seed: 1,
  state,
  records: ms.map((step_ms, i) => ({ phase: 'rl', step: i, metrics: {}, time: { step_ms, tokens_per_second: 1 } })),
});

it('goes by the runs that are done', () => {
  const runs = [view('done', 100, 100), view('done', 200, 200), view('running', 120), view('waiting'), view('waiting')];
  expect(timeLeft(runs, 2)).toBe(180 + 2 * 300);
  // A run that takes longer than those before it is about to end.
  expect(timeLeft([view('done', 100), view('running', 500)], 1)).toBe(0);
});
it('goes by the steps of the first run until it is done', () => {
  expect(timeLeft([view('running', 100, 100), view('waiting')], 10)).toBe(800 + 1000);
  expect(timeLeft([view('running'), view('waiting')], 10)).toBeUndefined();
});
it('does not count the time that the machine slept', () => {
  const night = 8 * 3_600_000;
  expect(timeLeft([view('done', 100, night, 100), view('waiting')], 3)).toBe(300);
});
it('is said in units that fit', () => {
  expect([10_000, 180_000, 7_200_000].map(timeLeftText)).toEqual([
    'less than 1 min left',
    'about 3 min left',
    'about 2.0 h left',
  ]);
});
