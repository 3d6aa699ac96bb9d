import { expect, it } from 'vitest';
import { runRecords } from '../../tests/support/sweep-runs.ts';
import { parseShard, shardList, wholeList } from './shard.ts';
import { parseSweep } from './sweep.ts';
import { runKey } from './tuning.ts';
import type { RunRecords } from './run-summary.ts';

const BASE = {
  name: 'base',
  seed: 1,
  model: { architecture: { hidden_size: 16, layers: 1, heads: 2, key_value_heads: 1, intermediate_size: 20 } },
  task: { name: 'addition', digits: 1 },
  rl: { steps: 2, prompts: 2, responses: 2, strategy: { name: 'ppo' } },
  evaluation: { every: 1, problems: 4 },
};
const sweepOf = (change: object) =>
  parseSweep({ base: BASE, strategies: ['ppo', 'gppo', 'cispo'], seeds: [1, 2, 3, 4], ...change }, 'sweep');

it('every run of a sweep is in one shard, and shards are of equal size', () => {
  const sweep = sweepOf({});
  const all = wholeList(sweep).runs([]).map(runKey).sort();
  for (const of of [1, 3, 5, 20]) {
    const shards = Array.from({ length: of }, (_, i) => shardList(sweep, { number: i + 1, of }));
    const sizes = shards.map((shard) => shard.runs([]).length);
    expect(shards.map(({ count }) => count)).toEqual(sizes);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    expect(shards.flatMap((shard) => shard.runs([]).map(runKey)).sort()).toEqual(all);
  }
});

it('a shard has several arms, also where their number is a multiple of the shards', () => {
  const runs = shardList(sweepOf({}), { number: 2, of: 3 }).runs([]);
  expect(new Set(runs.map(({ label }) => label)).size).toBe(3);
});

it('of a sweep that tunes, a shard has whole arms, and confirms each as soon as its own trials are complete', () => {
  const sweep = sweepOf({ tune: { vary: { 'rl.learning_rate': [1e-4, 1e-3] }, seeds: [11] }, measure: 'sampled' });
  const first = shardList(sweep, { number: 1, of: 2 });
  expect(first.count).toBe(2 * (2 + 4));
  const tuning = first.runs([]);
  expect(new Set(tuning.map(({ tunes }) => tunes))).toEqual(new Set(['ppo', 'cispo']));
  const done: RunRecords[] = tuning
    .filter(({ tunes }) => tunes === 'ppo')
    .map(({ label, seed }, i) => runRecords(label, seed, [0.1, 0.2 + i / 10], [1]));
  const confirming = first.runs(done).filter(({ tunes }) => tunes === undefined);
  expect(confirming.map(({ label, seed }) => `${label} ${seed}`)).toEqual(['ppo 1', 'ppo 2', 'ppo 3', 'ppo 4']);
  expect(confirming[0]?.config.rl?.learning_rate).toBe(1e-3);
});

it('refuses a shard that is none', () => {
  for (const text of ['', '2', '0/2', '3/2', '1/0', 'a/b', '1/2/3', '-1/2', '1.5/2'])
    expect(() => parseShard(text, 'compare')).toThrow(/--shard: expected i\/n/);
  expect(parseShard('2/8', 'compare')).toEqual({ number: 2, of: 8 });
});
