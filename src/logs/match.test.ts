import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryFile } from '../data/data-file.ts';
import { METRICS } from '../run/metrics/declaration.ts';
import { metricOf } from '../run/metrics/lookup.ts';
import { bounded, byShare, placesOf } from './drawn-series.ts';
import { figuresOf } from './log-summary.ts';
import { matchLog, plainName, trainerOf } from './match.ts';
import { NAME_RULES } from './metric-names.ts';
import { readLog } from './read-logs.ts';

const FIXTURES = new URL('../../tests/fixtures/logs/', import.meta.url);
const series = (name: string, ...values: number[]) => ({ name, steps: values.map((_, i) => i + 1), values });
const matchesOf = (...all: ReturnType<typeof series>[]) =>
  matchLog({ series: all }).matched.map((match) => [match.series.name, `${match.ours.phase}/${match.ours.metric}`]);

describe('the table of names', () => {
  it.each(NAME_RULES)('$theirs is $ours, which is declared for its phase', ({ ours, phase, source, differs }) => {
    expect(METRICS[ours].phases as readonly string[]).toContain(phase);
    expect(source).toMatch(/verl|TRL|transformers/);
    if (differs !== undefined) expect(differs).toMatch(/^[A-Za-z].*\.$/);
  });

  it('has every name of a trainer once', () => {
    const names = NAME_RULES.map(({ theirs, trainer }) => `${trainer} ${theirs}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('matchLog', () => {
  it('finds the metrics of a TRL run under the same names in its own log and in TensorBoard', async () => {
    const of = async (path: string) => {
      const [log] = await readLog(memoryFile(path, new Uint8Array(readFileSync(new URL(`trl/${path}`, FIXTURES)))));
      return log ? matchLog(log) : { matched: [], others: [] };
    };
    const [state, events] = await Promise.all([of('trainer_state.json'), of('events.out.tfevents.1.node.1.0')]);
    const metrics = (found: typeof state) => found.matched.map(({ ours }) => `${ours.phase}/${ours.metric}`).sort();
    expect(metrics(state)).toEqual(metrics(events));
    expect(metrics(state)).toEqual(
      expect.arrayContaining([
        'evaluation/accuracy/sampled',
        'rl/actor/entropy',
        'rl/actor/ppo_kl',
        'rl/clip_ratio/region_mean',
        'rl/critic/score/mean',
        'rl/rewards/studio_reward/mean',
      ]),
    );
    expect(state.others.map(({ name }) => name)).toEqual(expect.arrayContaining(['reward_std', 'train_runtime']));
    for (const { ours } of state.matched) expect(metricOf(ours.metric).phases).toContain(ours.phase);
  });

  it('finds verl’s, with a line per data set of its validation', () => {
    expect(
      matchesOf(
        series('val-core/openai/gsm8k/acc/mean@1', 0.5),
        series('val-core/math/acc/mean@1', 0.25),
        series('val-core/math/acc/mean@16', 0.25),
        series('val-core/math/acc/best@16/mean', 0.75),
        series('actor/kl_loss', 0.1),
      ),
    ).toEqual([
      ['actor/kl_loss', 'rl/actor/kl_loss'],
      ['val-core/openai/gsm8k/acc/mean@1', 'evaluation/accuracy/greedy'],
      ['val-core/math/acc/mean@1', 'evaluation/accuracy/greedy'],
      ['val-core/math/acc/mean@16', 'evaluation/accuracy/sampled'],
      ['val-core/math/acc/best@16/mean', 'evaluation/accuracy/pass_at_k'],
    ]);
  });

  it('uses the first of two names of one metric, and leaves the other', () => {
    const log = { series: [series('critic/rewards/mean', 1), series('critic/score/mean', 2)] };
    const { matched, others } = matchLog(log);
    expect(matched.map((match) => match.series.name)).toEqual(['critic/score/mean']);
    expect(others.map(({ name }) => name)).toEqual(['critic/rewards/mean']);
  });

  it('reads names that are of SFT and of RL by what else a log has', () => {
    expect(matchesOf(series('loss', 1), series('eval_loss', 1))).toEqual([
      ['loss', 'sft/train/loss'],
      ['eval_loss', 'evaluation/eval/loss'],
    ]);
    expect(matchesOf(series('train/loss', 1), series('train/reward', 1))).toEqual([
      ['train/reward', 'rl/critic/score/mean'],
      ['train/loss', 'rl/actor/pg_loss'],
    ]);
    expect(trainerOf({ series: [series('eval/rewards/a/mean', 1)] })).toBe('sft');
    expect(plainName('eval/rewards/a/mean')).toBe('eval_rewards/a/mean');
  });

  it('does not take values for a share that are none', () => {
    expect(matchesOf(series('reward', 1), series('eval_reward', 0.5, 2.5))).toEqual([
      ['reward', 'rl/critic/score/mean'],
    ]);
  });
});

describe('drawn series', () => {
  const long = series('a', ...Array.from({ length: 1000 }, (_, i) => i));

  it('joins the points of a long log, with their bounds, and keeps those of a short one', () => {
    const drawn = bounded(long);
    expect(drawn.steps.length).toBeLessThanOrEqual(200);
    expect([Math.min(...(drawn.low ?? [])), Math.max(...(drawn.high ?? []))]).toEqual([0, 999]);
    expect(bounded(series('b', 3, 1))).toEqual({ steps: [1, 2], values: [3, 1] });
  });

  it('lays runs of 40 and of 1,000 steps over one another by their share', () => {
    expect(
      [
        [40, 1000],
        [5, 30],
        [500, 1000],
      ].map(placesOf),
    ).toEqual([40, 40, 200]);
    const [short, shared] = [byShare(series('b', ...Array<number>(40).fill(1)), 40, 40), byShare(long, 1000, 40)];
    expect(short.steps.slice(0, 3)).toEqual([2.5, 5, 7.5]);
    expect(short.low).toBeUndefined();
    // Steps of less than 1.25 % are at 0.
    expect(shared.steps).toEqual([0, ...short.steps]);
    expect(shared.steps.at(-1)).toBe(100);
    expect(byShare(long, 1000).steps).toHaveLength(201);
    const at = shared.steps.indexOf(50);
    expect([shared.low?.[at], shared.values[at], shared.high?.[at]]).toEqual([487, 499, 511]);
  });

  it('has the first, last, lowest and highest value of a series', () => {
    expect(figuresOf(series('a', 2, 5, 1, 3))).toEqual({
      first: 2,
      last: 3,
      lowest: 1,
      highest: 5,
      points: 4,
      from: 1,
      to: 4,
    });
  });
});
