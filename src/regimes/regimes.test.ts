import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSweep } from '../compare/sweep.ts';
import { cellStudy, scaleStudy, slope } from './compute.ts';
import { parseRunRows } from './rows.ts';
import { COMPUTE } from './study.ts';
import { citation, directionOf, furtherSentence, gainText, settingText, signed } from './text.ts';

const COLUMNS = [
  'accuracy_sampled',
  'accuracy_greedy',
  'pass_at_k',
  'accuracy_sampled_start',
  'clip_low',
  'clip_high',
  'preserved_share',
  'entropy_end',
];

/** A runs.csv; every figure of a run is `value`. */
const csv = (runs: readonly { arm: string; seed: number; value: number }[]): string =>
  [
    ['strategy', 'seed', ...COLUMNS].join(','),
    ...runs.map(({ arm, seed, value }) => [`"${arm}"`, seed, ...COLUMNS.map(() => value)].join(',')),
  ].join('\n');

const BASE = {
  model: { checkpoint: 'embedded:addition-sparse-0.1M' },
  task: { name: 'addition', digits: 2 },
  rl: { steps: 2, prompts: 4, responses: 4, strategy: { name: 'ppo' }, minibatches: 8 },
  evaluation: { every: 2, problems: 16, samples: 4 },
};
const ARMS = [
  { label: 'clip-higher', strategy: { name: 'clip-higher' } },
  { label: 'gppo, upper side', strategy: { name: 'gppo', only_high: true } },
];

const PLANE = parseSweep(
  {
    name: 'plane',
    base: BASE,
    strategies: ARMS,
    vary: {
      'model.checkpoint': ['embedded:addition-sparse-0.1M', 'embedded:addition-0.1M'],
      'rl.epochs': [1, 2, 4],
    },
    seeds: [1, 2, 3],
  },
  'plane',
);

/** The upper side gains 2 points per epoch from the sparse start, and 1 from the other, plus 0.1 per seed. */
function planeRows(): { arm: string; seed: number; value: number }[] {
  return [1, 2, 3].flatMap((seed) =>
    ['embedded:addition-sparse-0.1M', 'embedded:addition-0.1M'].flatMap((checkpoint, start) =>
      [1, 2, 4].flatMap((epochs) =>
        ARMS.map(({ label }, arm) => ({
          arm: `${label}, checkpoint ${checkpoint}, epochs ${epochs}`,
          seed,
          value: 0.5 + arm * (0.01 * (2 - start) * epochs + 0.001 * seed),
        })),
      ),
    ),
  );
}

describe('the plane', () => {
  const study = COMPUTE.plane({ rows: parseRunRows(csv(planeRows())), sweep: PLANE });

  it('has a gain per cell, paired by seed', () => {
    expect(study.cells).toHaveLength(6);
    const [sparse8] = study.cells;
    expect(sparse8?.set).toEqual({ 'model.checkpoint': 'embedded:addition-sparse-0.1M', 'rl.epochs': 1 });
    for (const [i, value] of (sparse8?.gains.sampled.values ?? []).entries())
      expect(value).toBeCloseTo(0.02 + 0.001 * (i + 1), 12);
    expect(sparse8?.gains.sampled.interval.mean).toBeCloseTo(0.022, 12);
  });

  it('contrasts 32 updates with 8 over starts, and the starts over updates', () => {
    const of = (id: string) => study.contrasts.find((one) => one.id === id);
    // (8 + 4) / 2 - (2 + 1) / 2 and (2 - 1) (1 + 2 + 4) / 3 points; what is added per seed cancels.
    expect(of('updates')?.interval.mean).toBeCloseTo(0.045, 12);
    expect(of('start')?.interval.mean).toBeCloseTo(0.07 / 3, 12);
  });

  it('is named by accuracy at the start and updates per rollout', () => {
    const cell = study.cells[5];
    expect(cell && settingText('plane', cell, study.cells)).toMatch(/^a start of 5\d %, 32 updates per rollout$/);
  });

  it('leaves out a seed that lacks an arm', () => {
    const rows = parseRunRows(csv(planeRows().filter(({ arm, seed }) => !(seed === 2 && arm.startsWith('gppo')))));
    expect(cellStudy({ rows, sweep: PLANE }).cells[0]?.seeds).toEqual([1, 3]);
  });
});

it('fits slopes per seed', () => {
  expect(slope([0, 1, 2], [1, 3, 5])).toBeCloseTo(2, 12);
  const values = [0, 0.5, 1];
  const sweep = parseSweep(
    {
      base: BASE,
      strategies: values.map((beta1) => ({ label: `beta1 ${beta1}`, strategy: { name: 'gppo', beta1 } })),
      seeds: [1, 2, 3],
    },
    'beta1',
  );
  const rows = parseRunRows(
    csv(
      [1, 2, 3].flatMap((seed) =>
        values.map((scale) => ({ arm: `beta1 ${scale}`, seed, value: 0.6 - scale * (0.1 + 0.01 * seed) })),
      ),
    ),
  );
  const { slopes, points } = scaleStudy({ rows, sweep });
  expect(points.map(({ scale }) => scale)).toEqual(values);
  expect(slopes.sampled.interval.mean).toBeCloseTo(-0.12, 12);
  expect(directionOf(slopes.sampled.interval)).toBe('loss');
});

it('says no more than the intervals do', () => {
  const wide = { mean: 0.02, low: -0.001, high: 0.041, count: 8 };
  expect(directionOf(wide)).toBe('no difference shown');
  expect(gainText(wide)).toBe('+2.0 [-0.1, +4.1]');
  expect([signed(0.0001), signed(-0.0001)]).toEqual(['+0.0', '-0.0']);
  const study = COMPUTE.plane({ rows: parseRunRows(csv(planeRows())), sweep: PLANE });
  const interval = { mean: 0.01, low: -0.01, high: 0.03, count: 3 };
  for (const { gains } of study.cells) gains.sampled.interval = interval;
  expect(citation({ plane: study })).toContain('no setting shows a gain of the upper side');
});

it('tells settings that are better, worse and not shown to differ apart, each with its interval', () => {
  const study = COMPUTE.plane({ rows: parseRunRows(csv(planeRows())), sweep: PLANE });
  const [cell] = study.cells;
  if (!cell) throw new Error('no cell');
  const of = (low: number, high: number) => {
    const sampled = { ...cell.gains.sampled, interval: { mean: (low + high) / 2, low, high, count: 3 } };
    return { cells: [{ ...cell, set: { 'rl.responses': 4 }, gains: { ...cell.gains, sampled } }], contrasts: [] };
  };
  const text = furtherSentence({ groups: of(0.01, 0.03), 'countdown-upper': of(-0.03, -0.01), size: of(-0.01, 0.03) });
  expect(text).toMatch(
    /is better in addition, groups of 4 \(\+2\.0 \[\+1\.0, \+3\.0\]\); worse in countdown, 20 steps \(-2\.0 /,
  );
  expect(text).toMatch(/; not shown to differ in addition, 0\.8M parameters, 20 steps \(\+1\.0 \[-1\.0, \+3\.0\]\)\.$/);
  expect(furtherSentence({ plane: study })).toBeUndefined();
});

it.each(['countdown-upper', 'size'] as const)('names the steps of %s, which are those of its sweep', (name) => {
  const { base } = parseSweep(JSON.parse(readFileSync(`configs/sweep-${name}.json`, 'utf8')), name);
  const [cell] = COMPUTE.plane({ rows: parseRunRows(csv(planeRows())), sweep: PLANE }).cells;
  expect(cell && settingText(name, cell, [])).toContain(`, ${base.rl?.steps} steps`);
});
