/** Dynamic sampling: batches are full or say why not, and stay so when a run is stopped, resumed or evaluated. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeState, encodeState } from '../../src/session/state-file.ts';
import { StudioError } from '../../src/errors.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import type { RlStepResult } from '../../src/rl/trainer.ts';
import type { RunConfig } from '../../src/run/config.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { RunSession } from '../../src/session/session.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const [PROMPTS, RESPONSES, MOST] = [6, 4, 4];
/** After this SFT some groups are mixed and most are all incorrect. */
const dynamic = (change: Parameters<typeof tinyRun>[0] = {}, rl: Record<string, unknown> = {}): RunConfig =>
  tinyRun(
    { sft: { steps: 70, batch_size: 16, learning_rate: 5e-3 }, evaluation: undefined, ...change },
    { steps: 8, prompts: PROMPTS, responses: RESPONSES, filter_groups: true, max_num_gen_batches: MOST, ...rl },
  );
const open = (config: RunConfig, state?: Parameters<typeof RunSession.create>[1]) =>
  RunSession.create({ gpu, tuner, config, checkpoint: undefined }, state);

interface Kept {
  record: Omit<StepRecord, 'time'>;
  rl: RlStepResult;
}
async function stepsOf(session: RunSession, calls = Infinity): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (let call = 0; call < calls; call++) {
    const step = await session.next();
    if (!step) break;
    const record = step.records.find(({ phase }) => phase === 'rl');
    if (!record || !step.rl) continue;
    const { time: _, ...rest } = record;
    kept.push({ record: rest, rl: step.rl });
  }
  return kept;
}
async function run(config: RunConfig): Promise<Kept[]> {
  const session = await open(config);
  const kept = await stepsOf(session);
  session.destroy();
  return kept;
}
const recordsOf = (kept: readonly Kept[]) => kept.map(({ record }) => record);

describe('dynamic sampling', () => {
  it('fills the batch with groups that have an advantage, or says why it could not', async () => {
    const steps = await run(dynamic());
    const full = steps.filter(({ record }) => record.metrics['groups/used'] === PROMPTS);
    expect(full.length).toBeGreaterThan(0);
    expect(steps.length).toBeGreaterThan(full.length);
    expect(steps.some(({ record }) => (record.metrics['train/num_gen_batches'] ?? 0) > 1)).toBe(true);
    for (const { record, rl } of steps) {
      const { metrics, note } = record;
      const batches = metrics['train/num_gen_batches'] ?? 0;
      const groups = Array.from({ length: batches * PROMPTS }, (_, group) =>
        rl.responses.filter((response) => response.group === group),
      );
      expect(groups.every((members) => members.length === RESPONSES)).toBe(true);
      const mixed = groups.filter((members) => new Set(members.map(({ reward }) => reward)).size > 1);
      const used = groups.filter((members) => members.some(({ index }) => index >= 0));
      expect(used).toEqual(mixed.slice(0, PROMPTS));
      expect(metrics).toMatchObject({ 'groups/sampled': groups.length, 'groups/used': used.length });
      expect(metrics['groups/filtered_fraction']).toBeCloseTo(1 - mixed.length / groups.length, 12);
      expect(rl.tokens).toBe(used.flat().reduce((sum, { tokens }) => sum + tokens.length, 0));
      // No batch was sampled that was not needed.
      expect(mixed.filter((members) => (members[0]?.group ?? 0) < (batches - 1) * PROMPTS).length).toBeLessThan(
        PROMPTS,
      );
      if (used.length === PROMPTS) expect(note).toBeUndefined();
      else {
        expect(batches).toBe(MOST);
        expect(note).toBe(
          `${used.length} of 6 groups: no more had an advantage other than 0 in 4 batches of 6 prompts, ` +
            'as many as rl.max_num_gen_batches allows.',
        );
      }
    }
  });

  it('samples the usual rollout as its first batch', async () => {
    const easy = { filter_groups: true, kl_coefficient: 0.1, steps: 1 };
    const usual = await run(dynamic({}, { ...easy, max_num_gen_batches: 1 }));
    const [step] = await run(dynamic({}, easy));
    const [first] = usual;
    const responses = first?.rl.responses ?? [];
    expect(responses.length).toBe(PROMPTS * RESPONSES);
    expect(step?.rl.responses.slice(0, responses.length).map(({ tokens }) => tokens)).toEqual(
      responses.map(({ tokens }) => tokens),
    );
    expect(first?.record.metrics).not.toHaveProperty(['groups/used']);
  });

  it('gives the same records where the next rollout starts early and where an evaluation comes between', async () => {
    const early = recordsOf(await run(dynamic()));
    const late = recordsOf(await run(dynamic({ evaluation: { every: 1, problems: 8, samples: 1 } })));
    expect(late).toEqual(early);
  });

  it.each([71, 74, 76])('is resumed bit for bit from a state saved after %i steps', async (calls) => {
    const expected = recordsOf(await run(dynamic()));
    const stopped = await open(dynamic());
    const before = recordsOf(await stepsOf(stopped, calls));
    const state = await stopped.save();
    stopped.destroy();
    if (!state) throw new Error('the run is not complete');
    const resumed = await open(dynamic(), decodeState(encodeState(state), 'state'));
    const after = recordsOf(await stepsOf(resumed));
    resumed.destroy();
    expect([...before, ...after]).toEqual(expected);
  });

  it('repeats a step that was stopped while a further batch was sampled', async () => {
    const expected = recordsOf(await run(dynamic()));
    const reason = new StudioError('cancelled', 'stopped');
    const session = await open(dynamic());
    const records: Omit<StepRecord, 'time'>[] = [];
    let [seen, stops] = [0, 0];
    for (;;) {
      const abort = new AbortController();
      const onActivity = (text: string) => {
        if (/^rollout, batch \d of at most 4$/.test(text) && seen++ % 5 === 1) abort.abort(reason);
      };
      const step = await session.next({ signal: abort.signal, onActivity }).catch((error: unknown) => {
        expect(error).toBe(reason);
        stops += 1;
        return 'stopped' as const;
      });
      if (step === 'stopped') continue;
      if (!step) break;
      for (const { time: _, ...record } of step.records) if (record.phase === 'rl') records.push(record);
    }
    session.destroy();
    expect(stops).toBeGreaterThan(1);
    expect(records).toEqual(expected);
  });

  it('takes no more memory', async () => {
    const bytes = await Promise.all(
      [1, MOST].map(async (most) => {
        const session = await open(dynamic({ sft: undefined }, { max_num_gen_batches: most }));
        const { total } = session.memoryPlan.phases.at(-1) ?? { total: NaN };
        session.destroy();
        return total;
      }),
    );
    expect(bytes[1]).toBe(bytes[0]);
  });
});
