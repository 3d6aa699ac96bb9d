import { describe, expect, it } from 'vitest';
import { archivedRun } from '../../tests/support/archived.ts';
import { parseSweep } from '../compare/sweep.ts';
import { DEMO_CONFIG } from '../run/presets.ts';
import { leftOutRows, shownRows, storedRun, storedSweep } from './stored-rows.ts';

const { run } = archivedRun('a', 3);
const withConfig = (change: object) => ({ ...run, config: { ...run.config, ...change } });

describe('a stored run', () => {
  it('is shown as it is stored, with fields that this version does not know', () => {
    expect(JSON.stringify(storedRun(run))).toBe(JSON.stringify(run));
    expect(storedRun({ ...withConfig({ later: 1 }), later: { a: 1 } })).toMatchObject({ later: { a: 1 }, id: 'a' });
  });

  it('has the current names of renamed fields', () => {
    const { tis_cap: _, ...rl } = run.config.rl!;
    expect(storedRun(withConfig({ rl: { ...rl, correction_cap: 2 } }))?.config.rl?.tis_cap).toBe(2);
  });

  it.each([
    ['no config', { ...run, config: undefined }],
    ['a strategy of another version', withConfig({ rl: { ...run.config.rl, strategy: { name: 'later' } } })],
    ['a task that is a text', withConfig({ task: 'addition' })],
    ['no digest', { ...run, digest: null }],
    ['a name that is a number', { ...run, name: 5 }],
    ['nothing', null],
  ])('is left out with %s', (_, row) => {
    expect(storedRun(row)).toBeUndefined();
  });
});

describe('a stored sweep', () => {
  const row = {
    id: 's',
    sweep: parseSweep({ base: DEMO_CONFIG, strategies: ['ppo'], seeds: [1] }, 'x'),
    state: 'complete',
    started: 1,
    changed: 2,
  };

  it('is shown as it is stored', () => {
    // A comparison resumes only if its sweep is written alike, so the order of fields counts.
    expect(JSON.stringify(storedSweep(row))).toBe(JSON.stringify(row));
  });

  it.each([
    ['no seeds', { ...row, sweep: { ...row.sweep, seeds: 1 } }],
    ['a strategy that is a number', { ...row, sweep: { ...row.sweep, strategies: [1] } }],
  ])('is left out with %s', (_, broken) => {
    expect(storedSweep(broken)).toBeUndefined();
  });
});

describe('rows that cannot be shown', () => {
  it('are counted, except deleted ones', () => {
    const rows = [run, { ...run, id: 'b', config: null }, { ...run, id: 'c', config: null, deleted: 5 }];
    expect(shownRows(rows as { deleted?: number }[], storedRun)).toEqual({ rows: [run], leftOut: 1 });
  });

  it('are announced in a sentence', () => {
    expect(leftOutRows({ runs: 0, sweeps: 0, rollouts: 0 })).toBeUndefined();
    expect(leftOutRows({ runs: 1, sweeps: 0, rollouts: 0 })).toMatch(
      /^1 stored run is not listed: .* It stays stored\.$/,
    );
    expect(leftOutRows({ runs: 0, sweeps: 0, rollouts: 2 })).toMatch(/^2 runs with stored rollouts are not listed: /);
    expect(leftOutRows({ runs: 2, sweeps: 1, rollouts: 0 })).toMatch(
      /^2 stored runs and 1 stored comparison are not listed: .* They stay stored\.$/,
    );
  });
});
