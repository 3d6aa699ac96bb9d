import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import type { StepRecord } from '../run/step-record.ts';
import { differences } from './differences.ts';
import { tInterval } from './intervals.ts';
import { smooth } from './smooth.ts';
import { curvePlot, linePlot } from './plot.ts';
import { armDifferences } from './arm-differences.ts';
import { armsOf, countRuns, parseSweep } from './sweep.ts';
import { confirmed, runsOf, slotsOf, trialsOf } from './tuning.ts';
import { curvesOf, summarize } from './summary.ts';
import type { RunRecords } from './run-summary.ts';
import { csvField, curvesCsv, linesCsv, runsCsv, tableMarkdown } from './table.ts';

const base = { model: { architecture: {} }, task: { name: 'addition' }, rl: { steps: 2, strategy: { name: 'ppo' } } };
const sweepOf = (change: object) =>
  parseSweep({ base, strategies: ['ppo', 'gppo'], seeds: [1, 2], ...change }, 'sweep.json');

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('a sweep', () => {
  it('runs all strategies of a seed before the next seed', () => {
    const runs = runsOf(sweepOf({}));
    expect(runs.map(({ label, seed }) => `${label} ${seed}`)).toEqual(['ppo 1', 'gppo 1', 'ppo 2', 'gppo 2']);
    expect(runs[3]?.config).toMatchObject({
      seed: 2,
      name: 'gppo, seed 2',
      rl: { strategy: { name: 'gppo' }, steps: 2 },
    });
  });
  it('names strategies by what differs, or by a label', () => {
    expect(
      sweepOf({
        strategies: [
          { name: 'gppo', beta1: 0.5 },
          { label: 'mine', strategy: { name: 'gppo' } },
        ],
      }).strategies?.map(({ label }) => label),
    ).toEqual(['GPPO (beta1 0.5)', 'mine']);
  });
  it('compares rewards where an entry has its own', () => {
    const entry = (mode: string) => ({ label: mode, strategy: { name: 'gppo' }, rewards: [{ name: 'tests', mode }] });
    const sweep = sweepOf({ strategies: [entry('soft'), entry('hard'), 'gppo'], seeds: [1] });
    const runs = runsOf(sweep);
    const modes = runs.map(({ config }) => config.task.rewards?.map((reward) => 'mode' in reward && reward.mode));
    expect(modes).toEqual([['soft'], ['hard'], undefined]);
    expect(runs[2]?.config.task).toEqual(sweep.base.task);
    expect(() => sweepOf({ strategies: [entry('firm')] })).toThrow(StudioError);
    // As the command line keeps it.
    expect(parseSweep(JSON.parse(JSON.stringify(sweep)), 'sweep.json')).toEqual(sweep);
  });
  it.each(readdirSync(new URL('../../configs/', import.meta.url)).filter((file) => file.startsWith('sweep-')))(
    'configs/%s is valid',
    (file) => {
      parseSweep(JSON.parse(readFileSync(new URL(`../../configs/${file}`, import.meta.url), 'utf8')), file);
    },
  );
  it.each([
    [{ strategies: [] }, /strategies/],
    [{ strategies: ['magic'] }, /strategies\.0: "magic"/],
    [{ strategies: ['ppo', 'ppo'] }, /twice/],
    [{ seeds: [1, 1] }, /each seed once/],
    [{ seeds: [-1] }, /seeds\.0/],
    [{ baseline: 'x' }, /baseline: expected one of ppo, gppo/],
    [{ base: { ...base, rl: undefined, sft: { steps: 1 } } }, /base\.rl/],
    [{ base: { ...base, rl: { steps: 0, strategy: { name: 'ppo' } } } }, /base\.rl\.steps/],
    [{ confidence: 2 }, /confidence/],
    [{ surprise: 1 }, /surprise/],
  ])('refuses %j', (change, message) => {
    expect(() => sweepOf(change)).toThrow(message);
    expect(() => sweepOf(change)).toThrow(StudioError);
  });
});

describe('varied fields', () => {
  const vary = (change: object) => sweepOf({ strategies: undefined, ...change });
  const labels = (change: object) => armsOf(vary(change)).map(({ label }) => label);
  it('are crossed or zipped, with strategies always crossed', () => {
    const fields = { 'rl.learning_rate': [1e-4, 3e-4], 'rl.epochs': [1, 2] };
    expect(labels({ vary: fields })).toEqual([
      'learning rate 1e-4, epochs 1',
      'learning rate 1e-4, epochs 2',
      'learning rate 3e-4, epochs 1',
      'learning rate 3e-4, epochs 2',
    ]);
    expect(labels({ vary: fields, combine: 'zipped', strategies: ['ppo', 'gppo'] })).toEqual([
      'ppo, learning rate 1e-4, epochs 1',
      'ppo, learning rate 3e-4, epochs 2',
      'gppo, learning rate 1e-4, epochs 1',
      'gppo, learning rate 3e-4, epochs 2',
    ]);
  });
  it('set whole values and parts of them', () => {
    const sweep = vary({
      vary: {
        'rl.strategy': ['ppo', { name: 'gppo', beta1: 0.5 }],
        'task.digits': [1, { label: 'long', value: 4 }],
      },
      seeds: [3],
    });
    const runs = runsOf(sweep);
    expect(runs.map(({ label }) => label)).toEqual([
      'PPO, digits 1',
      'PPO, long',
      'GPPO (beta1 0.5), digits 1',
      'GPPO (beta1 0.5), long',
    ]);
    expect(runs[3]?.config).toMatchObject({
      seed: 3,
      name: 'GPPO (beta1 0.5), long, seed 3',
      task: { name: 'addition', digits: 4 },
      rl: { steps: 2, strategy: { name: 'gppo', beta1: 0.5 } },
    });
    const parts = vary({
      base: { ...base, rl: { ...base.rl, strategy: { name: 'gppo' } } },
      vary: { 'rl.strategy.beta1': [0, 1] },
    });
    expect(runsOf(parts).map(({ config }) => config.rl?.strategy)).toEqual(
      [1, 2].flatMap(() => [0, 1].map((beta1) => ({ name: 'gppo', beta1 }))),
    );
  });
  it('vary SFT alone', () => {
    const sweep = vary({
      base: { ...base, rl: undefined, sft: { steps: 1 } },
      vary: { 'sft.wrong_fraction': [0, 0.5] },
    });
    expect(runsOf(sweep).map(({ config }) => config.sft?.wrong_fraction)).toEqual([0, 0.5, 0, 0.5]);
  });
  it('are kept as given by a file that is written and read', () => {
    const sweep = vary({ vary: { 'rl.learning_rate': [1e-4, 3e-4] }, measure: 'greedy' });
    expect(parseSweep(JSON.parse(JSON.stringify(sweep)), 'sweep.json')).toEqual(sweep);
  });
  it('are named, with every other field in which arms differ', () => {
    expect(armDifferences(vary({ vary: { 'rl.learning_rate': [1e-4, 3e-4] } }))).toBe(
      'Arms differ in: rl.learning_rate (0.0001, 0.0003).',
    );
    expect(armDifferences(sweepOf({}))).toMatch(/rl\.strategy\.name \(ppo, gppo\)/);
    // Unequal clip ranges of the defaults.
    expect(armDifferences(sweepOf({}))).toMatch(/rl\.strategy\.eps_high/);
  });
  it.each([
    [{ vary: { 'rl.learning_rat': [1] } }, /learning rat 1: rl\.learning_rat/],
    [{ vary: { 'rl.learning_rate': [1e-4, -1] } }, /learning rate -1: rl\.learning_rate: expected/],
    [{ vary: { 'rl.learning_rate': [] } }, /vary\.rl\.learning_rate/],
    [{ vary: { 'rl.epochs': [1, 1] } }, /vary: "epochs 1" is listed twice/],
    [{ vary: { 'rl.epochs': [1, 2], 'rl.prompts': [1] }, combine: 'zipped' }, /vary\.rl\.prompts: expected 2 values/],
    [{ vary: { seed: [1, 2] } }, /seed/],
    [{ vary: {} }, /at least one field/],
    [{}, /expected strategies or vary/],
    [{ strategies: ['ppo'], vary: { 'rl.strategy': ['ppo', 'gppo'] } }, /either this or strategies/],
    [{ vary: { 'rl.epochs': Array.from({ length: 64 }, (_, i) => i + 1) }, seeds: range(200) }, /at most 10000 runs/],
  ])('are refused: %j', (change, message) => {
    expect(() => vary(change)).toThrow(message);
    expect(() => vary(change)).toThrow(StudioError);
  });
});

describe('tuning', () => {
  const tuned = (change: object = {}) =>
    sweepOf({
      base: { ...base, evaluation: { every: 1 } },
      tune: { vary: { 'rl.learning_rate': [1e-4, 3e-4] }, seeds: [11, 12] },
      ...change,
    });
  const result = (label: string, seed: number, accuracy: number, error?: string) =>
    run(label, seed, [0.1, accuracy], [], error);
  const first = [
    result('ppo, learning rate 1e-4', 11, 0.3),
    result('ppo, learning rate 3e-4', 11, 0.9),
    result('gppo, learning rate 1e-4', 11, 0.2),
    result('gppo, learning rate 3e-4', 11, 0.9),
    result('ppo, learning rate 1e-4', 12, 0.3),
    result('ppo, learning rate 3e-4', 12, 0.1),
    result('gppo, learning rate 1e-4', 12, 0.3),
  ];
  it('makes its runs first, on seeds of its own, and then those that confirm', () => {
    const sweep = tuned();
    expect(countRuns(sweep)).toBe(12);
    expect(slotsOf(sweep)).toHaveLength(12);
    expect(runsOf(sweep).map(({ label, seed }) => `${label} ${seed}`)).toEqual(
      [...first, { label: 'gppo, learning rate 3e-4', seed: 12 }].map(({ label, seed }) => `${label} ${seed}`),
    );
    expect(runsOf(sweep, first)).toHaveLength(8);
    const done = [...first, result('gppo, learning rate 3e-4', 12, 0.9, 'not finite')];
    const runs = runsOf(sweep, done);
    expect(runs).toHaveLength(12);
    // PPO has its best mean at 3e-4; a run of GPPO's better value failed.
    expect(
      runs.slice(8).map(({ label, seed, config }) => [label, seed, config.rl?.learning_rate, config.name]),
    ).toEqual([
      ['ppo', 1, 3e-4, 'ppo, seed 1'],
      ['gppo', 1, 1e-4, 'gppo, seed 1'],
      ['ppo', 2, 3e-4, 'ppo, seed 2'],
      ['gppo', 2, 1e-4, 'gppo, seed 2'],
    ]);
    expect(trialsOf(sweep, done).map(({ score, chosen }) => [Number(score.toFixed(3)), chosen])).toEqual([
      [0.3, false],
      [0.5, true],
      [0.25, true],
      [-Infinity, false],
    ]);
    expect(confirmed(sweep, [...done, result('ppo', 1, 0.5)])).toHaveLength(1);
  });
  it.each([
    [{ seeds: [11, 13] }, /found 11 in both/],
    [{ tune: { vary: { 'rl.learning_rate': [1e-4] }, seeds: [5, 5] } }, /tune\.seeds/],
    [{ base }, /base\.evaluation/],
    [{ vary: { 'rl.learning_rate': [1e-4, 1e-3] } }, /tune\.vary\.rl\.learning_rate/],
  ])('is refused: %j', (change, message) => {
    expect(() => tuned(change)).toThrow(message);
  });
});

describe('intervals', () => {
  it('equal the t tables', () => {
    // Five values with mean 3 and variance 2.5: half width t(0.975, 4) sqrt(2.5 / 5), with t = 2.776445.
    const { mean, low, high } = tInterval([1, 2, 3, 4, 5], 0.95);
    expect(mean).toBe(3);
    expect(high - mean).toBeCloseTo(2.776445 * Math.sqrt(0.5), 5);
    expect(mean - low).toBeCloseTo(high - mean, 10);
    expect(tInterval([1], 0.95).low).toBeNaN();
  });
  /** Differences of arms to the first. */
  const against = (confidence: number, baseline: number[], ...arms: number[][]) =>
    differences(
      [baseline, ...arms].map((values) => new Map(values.map((value, seed) => [seed, value]))),
      0,
      confidence,
    ).slice(1);
  const verdict = (values: number[], baseline: number[], confidence = 0.95) =>
    against(confidence, baseline, values)[0]?.verdict;
  it('report a difference only when the whole corrected interval lies on one side of 0', () => {
    expect(verdict([0.5, 0.6, 0.7], [0.3, 0.41, 0.5])).toBe('better');
    expect(verdict([0.3, 0.41, 0.5], [0.5, 0.6, 0.7])).toBe('worse');
    expect(verdict([0.5, 0.2, 0.7], [0.3, 0.41, 0.5])).toBe('no difference shown');
    expect(verdict([0.9, 0.9], [0.1, 0.1])).toBe('too few seeds');
    // Equal differences have no spread; in floating point they may differ by rounding.
    expect(verdict([0.6, 0.7, 0.8], [0.5, 0.6, 0.7])).toBe('no spread between seeds');
    expect(verdict([0.75, 0.75, 0.75], [0.5, 0.5, 0.5])).toBe('no spread between seeds');
    expect(verdict([0.25, 0.5, 0.75, 1], [0.5, 0.75, 1, 1.25])).toBe('no spread between seeds');
    expect(verdict([0.5, 0.6, 0.7], [0.5, 0.6, 0.7])).toBe('no difference shown');
  });
  it('correct for the number of comparisons step by step, and intervals agree with the verdicts', () => {
    const pair = [
      [0.4, 0.45, 0.55],
      [0.5, 0.6, 0.75],
    ] as const;
    const noise = [0.3, 0.6, 0.5];
    const verdicts = (count: number) =>
      against(0.9, [...pair[0]], [...pair[1]], ...Array.from({ length: count }, () => noise)).map(
        (one) => one?.verdict,
      );
    // Significant as a single comparison, not as one of fifty.
    expect([verdicts(0)[0], verdicts(49)[0]]).toEqual(['better', 'no difference shown']);
    // Holm: the second is compared at the whole level once the first is rejected; Bonferroni would halve it.
    const two = against(0.95, [0.5, 0.5, 0.5, 0.5], [0.9, 0.91, 0.92, 0.9], [0.55, 0.6, 0.52, 0.57]);
    expect(two.map((one) => one?.verdict)).toEqual(['better', 'better']);
    expect(two[1]?.interval.low).toBeGreaterThan(0);
    expect(two[1]?.p).toBeGreaterThan(0.025);
  });
  it('say what the design could have seen', () => {
    const [one] = against(0.95, [0, 0, 0, 0, 0], [0.1, 0.2, 0, 0.15, 0.05]);
    expect(one?.detectable).toBeCloseTo(1.682 * 0.0790569, 4);
    expect(one?.effect).toBeCloseTo((0.1 / 0.0790569) * (1 - 3 / 15), 4);
    expect(against(0.95, [0.1], [0.2])[0]).toMatchObject({ verdict: 'too few seeds', p: NaN, detectable: NaN });
  });
  it('compare only seeds that both have', () => {
    const arms = [
      new Map([
        [1, 0.5],
        [2, 0.5],
      ]),
      new Map([[2, 0.75]]),
      new Map([[3, 0.75]]),
    ];
    expect(differences(arms, 0, 0.95).map((one) => one?.interval.mean)).toEqual([undefined, 0.25, undefined]);
    expect(differences(arms, -1, 0.95)).toEqual([undefined, undefined, undefined]);
  });
  it('smooth without the bias of the start', () => {
    expect(smooth([2, 2, 2], 0.9).map((value) => Number(value.toFixed(9)))).toEqual([2, 2, 2]);
    expect(smooth([1, 3], 0.5)).toEqual([1, (0.25 * 1 + 0.5 * 3) / 0.75]);
    expect(smooth([1, 5, 2], 0)).toEqual([1, 5, 2]);
    expect(smooth([1, NaN, 3], 0.5)).toEqual([1, NaN, (0.25 * 1 + 0.5 * 3) / 0.75]);
  });
});

const record = (phase: StepRecord['phase'], step: number, metrics: Record<string, number>): StepRecord => ({
  phase,
  step,
  metrics,
  time: { step_ms: 1, tokens_per_second: 1 },
});
function run(label: string, seed: number, accuracies: number[], entropies: number[], error?: string): RunRecords {
  return {
    label,
    seed,
    records: [
      ...accuracies.map((accuracy, i) =>
        record('evaluation', 10 * i, { 'accuracy/sampled': accuracy, 'accuracy/greedy': accuracy + 0.1 }),
      ),
      ...entropies.map((entropy, i) =>
        record('rl', i + 1, {
          'actor/entropy': entropy,
          'clip_ratio/low_mean': 0.02,
          'clip_ratio/high_mean': 0.01,
          'actor/pg_clipfrac': 0.03,
          'gradient/preserved_share': 0,
        }),
      ),
    ],
    ...(error !== undefined && { error }),
  };
}

describe('a summary', () => {
  const runs = [
    run('ppo', 1, [0.3, 0.5, 0.6], [1, 0.5]),
    run('ppo', 2, [0.3, 0.5, 0.62], [1, 0.5]),
    run('ppo', 3, [0.3, 0.5, 0.61], [1, 0.5]),
    run('gppo', 1, [0.3, 0.6, 0.2], [1, 0.5]),
    run('gppo', 2, [0.3, 0.6, 0.7], [1, 0.01]),
    run('gppo', 3, [0.3, 0.4, 0.5], [1, 0.5], 'not finite'),
  ];
  const summary = summarize(['ppo', 'gppo'], runs, { baseline: 'ppo', confidence: 0.95 });
  it('has final accuracy, area and clip fractions per strategy', () => {
    const [ppo] = summary.strategies;
    expect(ppo?.sampled.mean).toBeCloseTo(0.61, 9);
    expect(ppo?.greedy.mean).toBeCloseTo(0.71, 9);
    // Trapezoids over 20 steps: (0.4 + 0.55) / 2.
    expect(ppo?.runs[0]?.area).toBeCloseTo(0.475, 9);
    expect(ppo).toMatchObject({ collapsed: 0, clippedLow: { mean: 0.02 } });
    expect(ppo?.entropy.mean).toBe(0.5);
  });
  it('flags collapse and says why', () => {
    expect(summary.strategies[1]?.runs.map(({ collapsed }) => collapsed)).toEqual([
      expect.stringMatching(/best/),
      expect.stringMatching(/entropy/),
      expect.stringMatching(/not finite/),
    ]);
    expect(summary.strategies[1]?.difference?.verdict).toBe('no difference shown');
  });
  it('renders a table, and CSV with quotes where needed', () => {
    expect(tableMarkdown(summary).split('\n')).toHaveLength(4);
    expect(tableMarkdown(summary)).toContain('no difference shown');
    expect(tableMarkdown(summary).split('\n')[0]).toContain(
      '| sampled accuracy, %: mean [95 %] | greedy accuracy, % | sampled accuracy, mean over the run, % | entropy, end',
    );
    expect(tableMarkdown(summary)).toMatch(/^\| ppo \| 3 \| 61\.0 \[58\.5, 63\.5\] \| 71\.0 \|/m);
    expect(csvField('a "b", c')).toBe('"a ""b"", c"');
    const lines = runsCsv(summary).trim().split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toBe(
      'strategy,seed,accuracy_sampled,accuracy_greedy,accuracy_sampled_start,accuracy_sampled_mean_over_run,' +
        'entropy_end,clip_low,clip_high,pg_clipfrac,preserved_share,collapsed',
    );
    for (const line of lines) expect(line.replace(/"[^"]*"/g, '').split(',')).toHaveLength(12);
  });
  it('has curves with a t band from three seeds', () => {
    const [curve] = curvesOf(['ppo'], runs, 'evaluation', 'accuracy/sampled', 0.95);
    expect(curve?.steps).toEqual([0, 10, 20]);
    expect(curve?.high[2]).toBeCloseTo(tInterval([0.6, 0.62, 0.61], 0.95).high, 9);
    expect(curvesCsv(curve ? [curve] : []).split('\n')[3]).toMatch(/^ppo,20,0\.61/);
  });
  it('renders an SVG with one line per strategy and escaped text', () => {
    const svg = curvePlot(curvesOf(['ppo', 'gppo'], runs, 'evaluation', 'accuracy/sampled', 0.95), {
      metric: 'accuracy/sampled',
      subtitle: 'a < b & c',
    });
    expect(svg.match(/<polyline[^>]*stroke-width="2"/g)).toHaveLength(2);
    // And a thin one per seed.
    expect(svg.match(/<polyline/g)).toHaveLength(2 + 6);
    expect(svg).toContain('a &lt; b &amp; c');
    expect(svg).not.toContain('NaN');
    expect(svg).toContain('>60 %<');
  });
});

describe('a chart of lines', () => {
  const lines = [
    { label: 'reward, "a"', steps: [1, 2, 3], values: [0.5, 0.25, 0] },
    { label: 'held out', steps: [2], values: [0.125], dashed: true, color: '#123456' },
  ];
  it('is a table with a row per step and an empty cell where a line has no value', () => {
    expect(linesCsv(lines)).toBe('step,"reward, ""a""",held out\n1,0.5,\n2,0.25,0.125\n3,0,\n');
  });
  it('leaves values out of a logarithmic plot that are not positive', () => {
    const svg = linePlot(lines, { title: 'Reward', subtitle: 'demo', unit: 'norm', log: true });
    expect(svg).not.toMatch(/NaN|Infinity/);
    const [first, second] = [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points]) => points?.split(' '));
    expect([first?.length, second?.length]).toEqual([2, 1]);
    expect(svg).toContain('stroke="#123456" stroke-dasharray');
  });
});
