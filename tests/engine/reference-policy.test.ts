/** Updates of the reference policy against float64, in a resumed run, and what overlong_filter leaves out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeState, encodeState } from '../../src/session/state-file.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { RunSession } from '../../src/session/session.ts';
import type { TrainingSnapshot } from '../../src/session/training-snapshot.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const config = (rl: Record<string, unknown>) =>
  tinyRun(
    { sft: { steps: 20, batch_size: 16, learning_rate: 5e-3 }, evaluation: undefined },
    { steps: 5, prompts: 8, responses: 8, learning_rate: 1e-2, kl_coefficient: 0.05, ...rl },
  );
const open = (of: ReturnType<typeof config>, state?: TrainingSnapshot) =>
  RunSession.create({ gpu, tuner, config: of, checkpoint: undefined }, state);
const SFT_STEPS = 20;

/** The snapshots before RL and after each of its steps but the last, and the records of RL. */
async function follow(of: ReturnType<typeof config>) {
  const session = await open(of);
  const [snapshots, records]: [TrainingSnapshot[], Omit<StepRecord, 'time'>[]] = [[], []];
  for (let call = 0; call < SFT_STEPS + 5; call++) {
    const step = await session.next();
    for (const { time: _, ...record } of step?.records ?? []) if (record.phase === 'rl') records.push(record);
    const state = call >= SFT_STEPS - 1 ? await session.save() : undefined;
    if (state?.phase === 'rl') snapshots.push(state);
  }
  session.destroy();
  return { snapshots, records };
}
const referenceOf = ({ reference }: TrainingSnapshot): Float32Array => {
  if (!reference) throw new Error('the snapshot has no reference policy');
  return reference;
};

describe('the reference policy', () => {
  it('is the policy at the start of RL without updates', async () => {
    const { snapshots } = await follow(config({}));
    expect(snapshots).toHaveLength(5);
    const [start] = snapshots;
    for (const snapshot of snapshots) expect(referenceOf(snapshot)).toEqual(start?.parameters);
    expect(snapshots[4]?.parameters).not.toEqual(start?.parameters);
  });

  it('moves by alpha towards the policy every so many steps', async () => {
    const alpha = 0.3;
    const { snapshots } = await follow(config({ reference_update_every: 2, reference_mixup_alpha: alpha }));
    let [expected, moved] = [Float64Array.from(referenceOf(snapshots[0]!)), 0];
    for (const [step, snapshot] of snapshots.entries()) {
      if (step > 0 && step % 2 === 0)
        expected = expected.map((value, i) => alpha * (snapshot.parameters[i] ?? NaN) + (1 - alpha) * value);
      const found = referenceOf(snapshot);
      for (const [i, value] of expected.entries()) {
        expect(Math.abs((found[i] ?? NaN) - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
        moved = Math.max(moved, Math.abs(value - (snapshots[0]?.parameters[i] ?? 0)));
      }
      if (step % 2 === 1) expect(found).toEqual(referenceOf(snapshots[step - 1]!));
    }
    expect(moved).toBeGreaterThan(1e-3);
  });

  it('is copied with alpha 1, so that KL starts from 0 again', async () => {
    const { snapshots, records } = await follow(
      config({ reference_update_every: 2, reference_mixup_alpha: 1, minibatches: 1, epochs: 1 }),
    );
    expect(referenceOf(snapshots[2]!)).toEqual(snapshots[2]?.parameters);
    expect(referenceOf(snapshots[3]!)).toEqual(snapshots[2]?.parameters);
    const kl = records.map(({ metrics }) => metrics['actor/kl_loss'] ?? NaN);
    // One update per step: its log-probs are those of the policy before it.
    expect(kl.map((value) => value > 1e-6)).toEqual([false, true, false, true, false]);
  });

  it.each([22, 23])('is kept by a run that is resumed after %i steps', async (calls) => {
    const of = config({ reference_update_every: 2 });
    const { records: expected } = await follow(of);
    const stopped = await open(of);
    const records: Omit<StepRecord, 'time'>[] = [];
    const collect = async (session: RunSession, most: number) => {
      for (let call = 0; call < most; call++) {
        const step = await session.next();
        if (!step) break;
        for (const { time: _, ...record } of step.records) if (record.phase === 'rl') records.push(record);
      }
    };
    await collect(stopped, calls);
    const state = await stopped.save();
    stopped.destroy();
    if (!state) throw new Error('the run is not complete');
    const resumed = await open(of, decodeState(encodeState(state), 'state'));
    await collect(resumed, Infinity);
    resumed.destroy();
    expect(records).toEqual(expected);
  });
});

describe('overlong_filter', () => {
  it('leaves truncated responses out of the updates, and keeps their rewards in the advantages', async () => {
    const session = await open(config({ overlong_filter: true, max_response_tokens: 2, steps: 2 }));
    let [truncated, finished] = [0, 0];
    for (let step = await session.next(); step; step = await session.next()) {
      if (!step.rl) continue;
      const { responses, record, tokens } = step.rl;
      const isCut = (response: (typeof responses)[number]) =>
        !session.tokenizer.endTokens.includes(response.tokens.at(-1) ?? -1);
      const cut = responses.filter(isCut);
      for (const response of responses) expect(response.index >= 0).toBe(!isCut(response));
      expect(tokens).toBe(responses.filter((one) => !isCut(one)).reduce((sum, one) => sum + one.tokens.length, 0));
      expect(record.metrics['response_length/filtered_fraction']).toBe(cut.length / responses.length);
      truncated += cut.length;
      finished += responses.length - cut.length;
      for (const { group, reward, advantage } of responses) {
        const rewards = responses.filter((one) => one.group === group).map((one) => one.reward);
        const mean = rewards.reduce((sum, value) => sum + value, 0) / rewards.length;
        expect(Math.sign(advantage)).toBe(new Set(rewards).size === 1 ? 0 : Math.sign(reward - mean));
      }
    }
    session.destroy();
    expect(truncated).toBeGreaterThan(0);
    expect(finished).toBeGreaterThan(0);
  });
});
