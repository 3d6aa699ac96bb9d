import { describe, expect, it } from 'vitest';
import { record } from '../../tests/support/archived.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import { parseSweep, runName } from '../compare/sweep.ts';
import { runsOf, slotsOf } from '../compare/tuning.ts';
import { readFolder } from './sweep-folder.ts';

const NOW = 1_800_000_000_000;
const { sft: _, ...base } = tinyRun();
const sweep = parseSweep({ base, strategies: ['ppo', 'gppo'], vary: { 'rl.epochs': [1, 2] }, seeds: [1, 2] }, 'sweep');

const runFolder = (path: string, config: unknown, steps: number) => [
  { path: `${path}/config.json`, text: JSON.stringify(config) },
  {
    path: `${path}/metrics.jsonl`,
    text: Array.from({ length: steps }, (_, i) => `${JSON.stringify(record(i + 1))}\n`).join(''),
  },
];
const sweepFolder = (path: string, runs = runsOf(sweep)) => [
  { path: `${path}sweep.json`, text: JSON.stringify(sweep) },
  ...runs.flatMap(({ config }, i) => runFolder(`${path}runs/${i}`, config, 4)),
];

describe('the folder of a sweep', () => {
  it('has the sweep, and each run in its place', async () => {
    const read = await readFolder(sweepFolder(''), '', NOW);
    expect(read.sweeps).toEqual([{ id: expect.stringMatching(/^file:/) as string, sweep, whole: true }]);
    const id = read.sweeps[0]?.id;
    expect(read.runs.map(({ run }) => run.sweep)).toEqual(slotsOf(sweep).map(({ label }) => ({ id, label })));
    expect(new Set(read.runs.map(({ run }) => run.id)).size).toBe(8);
    // Importing it again gives the same ones.
    expect((await readFolder(sweepFolder('copy/'), '', NOW + 5)).runs.map(({ run }) => run.id)).toEqual(
      read.runs.map(({ run }) => run.id),
    );
  });
  it('may miss runs, or all of them', async () => {
    const some = await readFolder(sweepFolder('a/', runsOf(sweep).slice(0, 3)), 'a.zip', NOW);
    expect([some.runs.length, some.sweeps[0]?.whole]).toEqual([3, false]);
    const none = await readFolder(sweepFolder('', []), '', NOW);
    expect([none.runs.length, none.sweeps[0]?.whole]).toEqual([0, false]);
  });
  it('may lie beside runs of their own', async () => {
    const read = await readFolder([...sweepFolder('sweep/'), ...runFolder('demo', tinyRun(), 2)], '', NOW);
    expect(read.runs).toHaveLength(9);
    expect(read.runs.at(-1)?.run.sweep).toBeUndefined();
    expect(runName({ label: 'ppo, epochs 1', seed: 2 })).toBe('ppo, epochs 1, seed 2');
  });
  it('names a sweep.json that is none', async () => {
    const files = [{ path: 'x/sweep.json', text: '{"seeds": []}' }];
    await expect(readFolder(files, 'x.zip', NOW)).rejects.toThrow(/x\.zip\/x\/sweep\.json: base/);
    await expect(readFolder([{ path: 'sweep.json', text: '{' }], '', NOW)).rejects.toThrow(/sweep\.json: not JSON/);
  });
  it('is refused without a run or a sweep', async () => {
    await expect(readFolder([{ path: 'config.json', text: '{}' }], 'x', NOW)).rejects.toThrow(/there is no run in it/);
  });
});
