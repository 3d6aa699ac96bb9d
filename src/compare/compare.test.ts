import { describe, expect, it } from 'vitest';
import { runRecords as run } from '../../tests/support/sweep-runs.ts';
import { differences } from './differences.ts';
import { tInterval } from './intervals.ts';
import { smooth } from './smooth.ts';
import { curvePlot, linePlot } from './plot.ts';
import { curvesOf, summarize } from './summary.ts';
import { csvField, curvesCsv, linesCsv, runsCsv, tableMarkdown } from './table.ts';

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
  it('claim no power where seeds do not differ', () => {
    expect(against(0.95, [0.5, 0.6, 0.7], [0.5, 0.6, 0.7])[0]).toMatchObject({ detectable: NaN, effect: NaN, p: NaN });
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
      'strategy,seed,accuracy_sampled,accuracy_greedy,pass_at_k,accuracy_sampled_start,' +
        'accuracy_sampled_mean_over_run,entropy_end,clip_low,clip_high,pg_clipfrac,preserved_share,collapsed',
    );
    for (const line of lines) expect(line.replace(/"[^"]*"/g, '').split(',')).toHaveLength(13);
  });
  it('has pass@k where runs with several samples per problem report it, and can compare by it', () => {
    expect(tableMarkdown(summary)).not.toContain('pass@k');
    const passing = [1, 2, 3].flatMap((seed) => [
      run('ppo', seed, [0.4, 0.5], [1], undefined, 0.6 + seed / 100),
      run('gppo', seed, [0.4, 0.5], [1], undefined, 0.7 + seed / 50),
    ]);
    const options = { baseline: 'ppo', confidence: 0.95, measure: 'pass_at_k' } as const;
    const compared = summarize(['ppo', 'gppo'], passing, options);
    expect(tableMarkdown(compared)).toMatch(/^\| ppo \| 3 \| 50\.0 \[50\.0, 50\.0\] \| 60\.0 \| 62\.0 \|/m);
    expect(compared.strategies[1]?.difference?.interval.mean).toBeCloseTo(0.12, 9);
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
    // The second line is dashed, in the plot and in its legend.
    expect(svg.match(/stroke-dasharray="9 3"/g)).toHaveLength(2);
    expect(svg).toContain('a &lt; b &amp; c');
    expect(svg).not.toContain('NaN');
    expect(svg).toContain('>60 %<');
  });
});

describe('a chart of lines', () => {
  const lines = [
    { label: 'reward, "a"', steps: [1, 2, 3], values: [0.5, 0.25, 0] },
    { label: 'held out', steps: [2], values: [0.125], dash: '4 3', color: '#123456' },
  ];
  it('is a table with a row per step and an empty cell where a line has no value', () => {
    expect(linesCsv(lines)).toBe('step,"reward, ""a""",held out\n1,0.5,\n2,0.25,0.125\n3,0,\n');
  });
  it('leaves values out of a logarithmic plot that are not positive', () => {
    const svg = linePlot(lines, { title: 'Reward', subtitle: 'demo', unit: 'norm', log: true });
    expect(svg).not.toMatch(/NaN|Infinity/);
    const [first, second] = [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points]) => points?.split(' '));
    expect([first?.length, second?.length]).toEqual([2, 1]);
    expect(svg).toContain('stroke="#123456" stroke-dasharray="4 3"');
  });
});
