import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import type { StepRecord } from '../run/step-record.ts';
import { pairedDifference, tInterval } from './intervals.ts';
import { smooth } from './smooth.ts';
import { curvePlot, linePlot } from './plot.ts';
import { parseSweep, runsOf } from './sweep.ts';
import { curvesOf, summarize, type RunRecords } from './summary.ts';
import { csvField, curvesCsv, linesCsv, runsCsv, tableMarkdown } from './table.ts';

const base = { model: { architecture: {} }, task: { name: 'addition' }, rl: { steps: 2, strategy: { name: 'ppo' } } };
const sweepOf = (change: object) =>
  parseSweep({ base, strategies: ['ppo', 'gppo'], seeds: [1, 2], ...change }, 'sweep.json');

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
      }).strategies.map(({ label }) => label),
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

describe('intervals', () => {
  it('equal the t tables', () => {
    // Five values with mean 3 and variance 2.5: half width t(0.975, 4) sqrt(2.5 / 5), with t = 2.776445.
    const { mean, low, high } = tInterval([1, 2, 3, 4, 5], 0.95);
    expect(mean).toBe(3);
    expect(high - mean).toBeCloseTo(2.776445 * Math.sqrt(0.5), 5);
    expect(mean - low).toBeCloseTo(high - mean, 10);
    expect(tInterval([1], 0.95).low).toBeNaN();
  });
  it('report a difference only when the whole corrected interval lies on one side of 0', () => {
    expect(pairedDifference([0.5, 0.6, 0.7], [0.3, 0.41, 0.5], 0.95, 1).verdict).toBe('better');
    expect(pairedDifference([0.3, 0.41, 0.5], [0.5, 0.6, 0.7], 0.95, 1).verdict).toBe('worse');
    expect(pairedDifference([0.5, 0.2, 0.7], [0.3, 0.41, 0.5], 0.95, 1).verdict).toBe('no difference shown');
    expect(pairedDifference([0.9, 0.9], [0.1, 0.1], 0.95, 1).verdict).toBe('too few seeds');
    // Equal differences have an interval of width 0; in floating point they may differ by rounding.
    for (const [values, baseline] of [
      [
        [0.6, 0.7, 0.8],
        [0.5, 0.6, 0.7],
      ],
      [
        [0.75, 0.75, 0.75],
        [0.5, 0.5, 0.5],
      ],
      [
        [0.25, 0.5, 0.75, 1],
        [0.5, 0.75, 1, 1.25],
      ],
    ] as const)
      expect(pairedDifference(values, baseline, 0.95, 1).verdict).toBe('no spread between seeds');
    expect(pairedDifference([0.5, 0.6, 0.7], [0.5, 0.6, 0.7], 0.95, 1).verdict).toBe('no difference shown');
    // Significant as a single comparison, not as one of fifty.
    const pair = [
      [0.5, 0.6, 0.75],
      [0.4, 0.45, 0.55],
    ] as const;
    expect([pairedDifference(...pair, 0.9, 1).verdict, pairedDifference(...pair, 0.9, 50).verdict]).toEqual([
      'better',
      'no difference shown',
    ]);
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
  const summary = summarize(['ppo', 'gppo'], runs, 'ppo', 0.95);
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
    expect(svg.match(/<polyline/g)).toHaveLength(2);
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
