import { describe, expect, it } from 'vitest';
import { CompileClock } from './compile-clock.ts';

describe('time left to compile', () => {
  it('comes from the kernels compiled since the first report, not from those that were ready', () => {
    const clock = new CompileClock();
    expect(clock.secondsLeft({ compiled: 40, requested: 60 }, 1000)).toBeUndefined();
    expect(clock.secondsLeft({ compiled: 45, requested: 60 }, 2000)).toBeUndefined();
    // 10 kernels in 4 s, 10 are left.
    expect(clock.secondsLeft({ compiled: 50, requested: 60 }, 5000)).toBe(4);
    expect(clock.secondsLeft({ compiled: 60, requested: 60 }, 9000)).toBeUndefined();
  });

  it('is unknown while nothing has been compiled', () => {
    const clock = new CompileClock();
    clock.secondsLeft({ compiled: 0, requested: 60 }, 0);
    expect(clock.secondsLeft({ compiled: 0, requested: 60 }, 60_000)).toBeUndefined();
  });
});
