/**
 * An adapter that cannot hold a planned run, at the start and when a later stage opens: the error names the largest
 * parts of the plan and what to lower, and nothing stays allocated. The adapter's answer is injected, because how much
 * a software adapter holds depends on the machine.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { raceEntries } from '../../src/compare/race.ts';
import { parseSweep } from '../../src/compare/sweep.ts';
import { runKey } from '../../src/compare/tuning.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { planRace } from '../../src/session/race-plan.ts';
import { RaceSession } from '../../src/session/race.ts';
import { RunPlanner } from '../../src/session/run-planner.ts';
import { RunSession } from '../../src/session/session.ts';
import { MemoryQueue, runSweep } from '../../src/session/sweep.ts';
import type { RunConfig } from '../../src/run/config.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
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

it('when a later stage opens, which can be tried again; the step before it is kept', async () => {
  const before = gpu.counters.bytes;
  const config = tinyRun({ evaluation: undefined });
  const session = await open(config);
  const records = [];
  for (let step = 0; step < 2; step++) records.push(...((await session.next())?.records ?? []));
  fullFor('token records');
  records.push(...((await session.next())?.records ?? []));
  await expect(session.next()).rejects.toMatchObject({
    kind: 'memory',
    message: expect.stringMatching(/The rl stage needs [\d.]+ MB/) as string,
    advice: expect.stringContaining('lower rl.prompts, rl.responses or rl.max_response_tokens') as string,
  });
  restore();
  records.push(...(await recordsOf(session)));
  const whole = await open(config);
  expect(withoutTime(records)).toEqual(withoutTime(await recordsOf(whole)));
  for (const one of [session, whole]) one.destroy();
  expect(gpu.counters.bytes).toBe(before);
});

it('of one lane of a race ends that lane alone, with the stage’s largest parts', async () => {
  const before = gpu.counters.bytes;
  const base = tinyRun({ evaluation: undefined });
  const entries = raceEntries({ base, strategies: [{ name: 'ppo' }, { name: 'gppo' }] });
  const planner = new RunPlanner(() => Promise.reject(new Error('no checkpoint is named')));
  const race = await RaceSession.open(gpu, testTuner(gpu), await planRace(gpu, planner, entries));
  const records: StepRecord[][] = [[], []];
  for (let turn = await race.next(); turn; turn = await race.next()) {
    records[turn.lane]?.push(...(turn.step?.records ?? []));
    // The first lane’s last step of SFT is next: the adapter is full while its RL stage opens.
    if (turn.lane === 1 && turn.step?.records.at(-1)?.step === 2) fullFor('token records');
    if (race.lanes[0]?.state === 'failed') restore();
  }
  expect(race.lanes.map(({ state }) => state)).toEqual(['failed', 'finished']);
  expect(race.lanes[0]?.error).toMatchObject({
    kind: 'memory',
    message: expect.stringMatching(/The rl stage needs [\d.]+ MB \(.* MB, .* MB, .* MB\)/) as string,
  });
  // Its steps are kept, and the other lane’s are those of a run alone.
  expect(records[0]?.map(({ phase, step }) => `${phase} ${step}`)).toEqual(['sft 1', 'sft 2', 'sft 3']);
  const alone = await open(entries[1]?.config ?? base);
  expect(withoutTime(records[1] ?? [])).toEqual(withoutTime(await recordsOf(alone)));
  alone.destroy();
  expect(gpu.counters.bytes).toBe(before);
});

it('of one run of a sweep leaves out that run, and the sweep ends with the reason', async () => {
  const before = gpu.counters.bytes;
  const { sft: _, ...base } = tinyRun({ evaluation: undefined }, { steps: 2 });
  const sweep = parseSweep({ base, strategies: ['ppo', 'gppo'], seeds: [1, 2] }, 'sweep');
  const ended: string[] = [];
  const refused: string[] = [];
  const queue = new MemoryQueue(sweep, [], (run) => ended.push(runKey(run)));
  const begun: string[] = [];
  const sweeping = runSweep(
    { gpu, tuner: testTuner(gpu), checkpoint: () => Promise.reject(new Error('no checkpoint is named')) },
    queue,
    {
      onRun: (run) => {
        begun.push(runKey(run));
        restore();
        if (begun.length === 2) fullFor('gradients');
      },
      onRefused: (run) => refused.push(runKey(run)),
    },
  );
  await expect(sweeping).rejects.toMatchObject({
    kind: 'memory',
    message: expect.stringMatching(
      /^One run has no room on the adapter; all others are complete\. Seed 1 .*: Out of GPU memory .* The rl stage needs/,
    ) as string,
    field: 'memory.budget_mb',
  });
  expect(begun).toHaveLength(4);
  expect([...ended.slice(0, 1), ...refused, ...ended.slice(1)]).toEqual(begun);
  expect(gpu.counters.bytes).toBe(before);
  // Tried again, with room, it is the only run that is left.
  const again: string[] = [];
  await runSweep(
    { gpu, tuner: testTuner(gpu), checkpoint: () => Promise.reject(new Error('no checkpoint is named')) },
    new MemoryQueue(sweep, queue.results),
    { onRun: (run) => again.push(runKey(run)) },
  );
  expect(again).toEqual(refused);
});
