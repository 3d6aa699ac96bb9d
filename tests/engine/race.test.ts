/** Races on the engine: lanes give the metrics of runs alone, fit into memory together, and fail one by one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raceEntries } from '../../src/compare/race.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import type { RunConfig } from '../../src/run/config.ts';
import type { StrategyConfig } from '../../src/run/strategies/strategy-config.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { RaceSession, type RaceOptions } from '../../src/session/race.ts';
import { planRace } from '../../src/session/race-plan.ts';
import { RunPlanner } from '../../src/session/run-planner.ts';
import { RunSession } from '../../src/session/session.ts';
import { largestPhase } from '../../src/views/memory.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { recordsOf, withoutTime } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const PAIR: StrategyConfig[] = [{ name: 'ppo' }, { name: 'gppo' }];
const planner = () => new RunPlanner(() => Promise.reject(new Error('no checkpoint is named')));
const plan = (base: RunConfig, strategies = PAIR) => planRace(gpu, planner(), raceEntries({ base, strategies }));

/** Turns to the end: the records of each lane, and which lane made each turn. */
async function run(race: RaceSession, optionsOf: () => RaceOptions = () => ({})) {
  const records: StepRecord[][] = race.lanes.map(() => []);
  const turns: number[] = [];
  for (let turn = await race.next(optionsOf()); turn; turn = await race.next(optionsOf())) {
    turns.push(turn.lane);
    records[turn.lane]?.push(...(turn.step?.records ?? []));
  }
  return { records, turns };
}

async function alone(config: RunConfig) {
  const session = await RunSession.create({ gpu, tuner, config, checkpoint: undefined });
  const records = withoutTime(await recordsOf(session));
  session.destroy();
  return records;
}

describe('a race', () => {
  it('of PPO and GPPO over 30 steps gives each the same metrics as the same config run alone', async () => {
    const before = gpu.counters.bytes;
    const base = tinyRun({ evaluation: { every: 10, problems: 8 } }, { steps: 30, learning_rate: 3e-3 });
    const race = await RaceSession.open(gpu, tuner, await plan(base));
    const levels: (number | undefined)[] = [];
    const { records, turns } = await run(race, () => {
      levels.push(race.level);
      return {};
    });
    expect(records.map((lane) => lane.filter(({ phase }) => phase === 'rl').length)).toEqual([30, 30]);
    for (const [i, { config }] of raceEntries({ base, strategies: PAIR }).entries())
      expect(withoutTime(records[i] ?? [])).toEqual(await alone(config));
    // They are two strategies, and took turns: neither was ever more than a step ahead.
    expect(withoutTime(records[1] ?? [])).not.toEqual(withoutTime(records[0] ?? []));
    expect(race.lanes.map(({ state }) => state)).toEqual(['finished', 'finished']);
    expect(levels).toEqual([...levels].sort((a, b) => (a ?? Infinity) - (b ?? Infinity)));
    // Once both have made their first evaluation, every step of one is followed by a step of the other.
    const steps = turns.slice(4, -2);
    expect(steps.every((lane, i) => i === 0 || lane !== steps[i - 1])).toBe(true);
    expect(gpu.counters.bytes).toBe(before);
  });

  it('stopped within steps and resumed gives the metrics of one that was never stopped', async () => {
    const base = tinyRun({ sft: undefined }, { steps: 3 });
    const whole = await run(await RaceSession.open(gpu, tuner, await plan(base)));
    const race = await RaceSession.open(gpu, tuner, await plan(base));
    const records: StepRecord[][] = race.lanes.map(() => []);
    const stopped = new Error('stopped');
    let stops = 0;
    for (let call = 0; race.level !== undefined; call++) {
      const controller = new AbortController();
      // Every other call is stopped at the first thing that its step says it does.
      const onActivity = () => (call % 2 === 0 ? controller.abort(stopped) : undefined);
      const turn = await race.next({ signal: controller.signal, onActivity }).catch((error: unknown) => {
        expect(error).toBe(stopped);
        return undefined;
      });
      if (controller.signal.aborted) stops += 1;
      if (turn) records[turn.lane]?.push(...(turn.step?.records ?? []));
    }
    expect(stops).toBeGreaterThanOrEqual(4);
    expect(records.map(withoutTime)).toEqual(whole.records.map(withoutTime));
  });

  it('continues without a lane that fails, which keeps its error and frees its memory', async () => {
    // Not a number for tokens that have moved a little, so only once updates have been made.
    const source = `fn strategy(token: Token) -> Outcome {
      let outside = bitcast<f32>(bitcast<u32>(token.ratio) | 0x7f800000u);
      let moved = abs(token.log_ratio) > 1e-6 && abs(token.log_ratio) < 0.05;
      if (moved) { return outcome(outside, token.ratio, 0u); }
      return outcome(token.ratio, token.ratio, 0u);
    }`;
    const strategies: StrategyConfig[] = [{ name: 'custom', title: 'Broken', source, parameters: {} }, ...PAIR];
    const base = tinyRun({ evaluation: undefined }, { steps: 6, learning_rate: 1e-3 });
    const race = await RaceSession.open(gpu, tuner, await plan(base, strategies));
    const opened = gpu.counters.bytes;
    let freed = 0;
    const { records } = await run(race, () => {
      freed = Math.max(freed, race.lanes[0]?.state === 'failed' ? opened - gpu.counters.bytes : 0);
      return {};
    });
    expect(race.lanes.map(({ state }) => state)).toEqual(['failed', 'finished', 'finished']);
    expect(race.lanes[0]?.error).toMatchObject({
      kind: 'numerical',
      message: expect.stringContaining('The strategy "Broken" gave no finite number') as string,
    });
    expect(freed).toBeGreaterThan(0);
    const [, ppo] = raceEntries({ base, strategies });
    expect(withoutTime(records[1] ?? [])).toEqual(await alone(ppo?.config as RunConfig));
  });

  it('is planned with the memory of all lanes, and refused with what fits before anything is allocated', async () => {
    const base = tinyRun({ sft: undefined, evaluation: undefined });
    const before = gpu.counters.bytes;
    const lanes = await plan(base);
    const bytes = lanes.map(({ run: { memory } }) => largestPhase(memory.plan)?.total ?? 0);
    const total = bytes.reduce((sum, one) => sum + one, 0);
    const race = await RaceSession.open(gpu, tuner, lanes);
    expect(Math.abs(gpu.counters.bytes - before - total)).toBeLessThan(0.05 * total);
    race.destroy();
    expect(gpu.counters.bytes).toBe(before);

    const budget = { budget_mb: (2.5 * Math.max(...bytes)) / 1e6 };
    const three: StrategyConfig[] = [...PAIR, { name: 'cispo' }];
    await expect(plan({ ...base, memory: { recompute: false, ...budget } }, three)).rejects.toMatchObject({
      kind: 'memory',
      field: 'memory.budget_mb',
      message: expect.stringMatching(/^The race needs [\d.]+ MB .*\(PPO [\d.]+ MB, GPPO [\d.]+ MB, CISPO/) as string,
      advice: expect.stringMatching(/^The first 2 fit \([\d.]+ MB\): remove CISPO\. /) as string,
    });
    // A lane that does not fit by itself is named.
    await expect(plan({ ...base, memory: { recompute: false, budget_mb: 0.001 } })).rejects.toMatchObject({
      message: expect.stringMatching(/^PPO: The rl stage needs/) as string,
    });
    expect(gpu.counters.bytes).toBe(before);
  });
});
