import { expect, it } from 'vitest';
import { CompileWatch, STALLED_MS, type Compiling } from './compile-watch.ts';
import type { StalledCompile } from './events.ts';

/** Looks that take a stall's time, each 5 s after the one before. */
const LOOKS = STALLED_MS / 5000;

it('reports kernels of which none is finished for two minutes, once, and that they are', () => {
  let compiling: Compiling | undefined;
  const said: (StalledCompile | undefined)[] = [];
  const watch = new CompileWatch(
    () => compiling,
    (stalled) => said.push(stalled),
  );
  const look = (times: number) => {
    for (let i = 0; i < times; i++) watch.look();
  };
  look(2 * LOOKS);
  expect(said).toEqual([]);
  // Slow, but every kernel is finished in the end.
  for (let finished = 0; finished < 5; finished++) {
    compiling = { label: `kernel ${finished}`, waiting: 5 - finished, finished };
    look(LOOKS);
  }
  expect(said).toEqual([]);
  look(2 * LOOKS);
  expect(said).toEqual([{ label: 'kernel 4', waiting: 1, seconds: STALLED_MS / 1000 }]);
  // A further kernel that is requested finishes nothing.
  compiling = { label: 'kernel 4', waiting: 2, finished: 4 };
  look(1);
  expect(said).toHaveLength(1);
  compiling = undefined;
  look(2);
  expect(said.slice(1)).toEqual([undefined]);
});
