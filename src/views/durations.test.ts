import { expect, it } from 'vitest';
import { withoutSleep } from './durations.ts';

it('leaves out the time that a machine slept within a step', () => {
  const night = 8 * 3_600_000;
  expect(withoutSleep([500, 700, night, 600, 550])).toEqual([500, 700, 600, 600, 550]);
});

it('keeps slow steps, such as the first, which compiles kernels', () => {
  for (const durations of [[], [9_000], [40_000, 300, 310], [70_000, 60_000, 65_000, 900_000]])
    expect(withoutSleep(durations)).toEqual(durations);
});
