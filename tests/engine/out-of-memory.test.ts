/**
 * An adapter that cannot hold a planned run, at the start and when a later stage opens: the error names the largest
 * parts of the plan and what to lower, and nothing stays allocated. The adapter's answer is injected, because how much
 * a software adapter holds depends on the machine.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { RunSession } from '../../src/session/session.ts';
import type { RunConfig } from '../../src/run/config.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { recordsOf, withoutTime } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

let restore = (): void => undefined;
afterEach(() => restore());

/** From now on the adapter has no room for buffers whose label begins so. */
function fullFor(label: string): void {
  const { device } = gpu;
  const { createBuffer, pushErrorScope, popErrorScope } = device;
  const scopes: { filter: string; full: boolean }[] = [];
  device.createBuffer = (descriptor) => {
    const scope = scopes.findLast(({ filter }) => filter === 'out-of-memory');
    if (scope && descriptor.label?.startsWith(label)) scope.full = true;
    return createBuffer.call(device, descriptor);
  };
  device.pushErrorScope = (filter) => {
    scopes.push({ filter, full: false });
    pushErrorScope.call(device, filter);
  };
  device.popErrorScope = async () => {
    const scope = scopes.pop();
    const found = await popErrorScope.call(device);
    return scope?.full ? ({ message: 'no room' } as GPUError) : found;
  };
  restore = () => {
    Object.assign(device, { createBuffer, pushErrorScope, popErrorScope });
    restore = () => undefined;
  };
}

const open = (config: RunConfig) => RunSession.create({ gpu, tuner: testTuner(gpu), config, checkpoint: undefined });

it('at the start', async () => {
  const before = gpu.counters.bytes;
  fullFor('gradients');
  await expect(open(tinyRun())).rejects.toMatchObject({
    kind: 'memory',
    field: 'memory.budget_mb',
    message: expect.stringMatching(
      /^Out of GPU memory while allocating the activations \([\d.]+ MB allocated in total\)\. The sft stage needs [\d.]+ MB \(.* [\d.]+ MB, .* MB, .* MB\)\.$/,
    ) as string,
    advice: expect.stringMatching(
      /^Set memory\.budget_mb to [\d.]+, with which less is computed at once, set memory\.recompute, .*, or close other tabs/,
    ) as string,
  });
  expect(gpu.counters.bytes).toBe(before);
});

it('when a later stage opens, which can be tried again', async () => {
  const before = gpu.counters.bytes;
  const config = tinyRun({ evaluation: undefined });
  const session = await open(config);
  const records = [];
  for (let step = 0; step < 2; step++) records.push(...((await session.next())?.records ?? []));
  fullFor('token records');
  await expect(session.next()).rejects.toMatchObject({
    kind: 'memory',
    message: expect.stringMatching(/The rl stage needs [\d.]+ MB/) as string,
    advice: expect.stringContaining('lower rl.prompts, rl.responses or rl.max_response_tokens') as string,
  });
  restore();
  records.push(...(await recordsOf(session)));
  const whole = await open(config);
  // The step before the stage was made, and its record was lost with the error.
  const expected = withoutTime(await recordsOf(whole));
  expect(withoutTime(records)).toEqual(expected.filter(({ phase, step }) => phase !== 'sft' || step !== 3));
  for (const one of [session, whole]) one.destroy();
  expect(gpu.counters.bytes).toBe(before);
});
