import { expect, it, vi } from 'vitest';
import { waitPatiently } from './patient-polling.ts';

/** Resolves in the next turn of the event loop. */
const answered = (): Promise<undefined> => new Promise((resolve) => setImmediate(() => resolve(undefined)));
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

it('pauses once per turn, however many promises are chained, and not when none is pending', async () => {
  // Stand-ins for the binding's classes, with only the methods used.
  const queue = { onSubmittedWorkDone: answered };
  vi.stubGlobal('GPUQueue', { prototype: queue });
  vi.stubGlobal('GPUBuffer', { prototype: { mapAsync: answered } });
  vi.stubGlobal('GPUDevice', { prototype: { createComputePipelineAsync: answered } });
  const wait = vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
  waitPatiently();

  const count = 100;
  for (let i = 0; i < count; i++) await queue.onSubmittedWorkDone();
  expect(wait.mock.calls.length).toBeGreaterThan(0);
  expect(wait.mock.calls.length).toBeLessThanOrEqual(2 * count);
  await turn();
  const before = wait.mock.calls.length;
  await turn();
  expect(wait.mock.calls.length).toBe(before);

  // Promises pending together share their pauses too.
  wait.mockClear();
  await Promise.all(Array.from({ length: count }, () => queue.onSubmittedWorkDone()));
  expect(wait.mock.calls.length).toBeLessThanOrEqual(3);
});
