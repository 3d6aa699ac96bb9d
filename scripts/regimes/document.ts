/** docs/regimes/results.md: what the study of docs/regimes/protocol.md found, from the runs that are kept beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { differences } from '../../src/compare/differences.ts';
import { tInterval, type Interval } from '../../src/compare/intervals.ts';
import { deviation, mean } from '../../src/compare/moments.ts';
import { detectableEffect, holm, pairedTest } from '../../src/compare/paired.ts';

const FOLDER = 'docs/regimes';
const CONFIDENCE = 0.95;
/** Accuracy to points. */
const POINTS = 100;

/** A run, from runs.csv. */
interface Row {
  arm: string;
  seed: number;
  /** By column. */
  values: Record<string, number>;
}

/** Measures of the protocol, the deciding one first. */
const MEASURES = [
  ['accuracy_sampled', 'sampled'],
  ['accuracy_greedy', 'greedy'],
  ['pass_at_k', 'pass@4'],
] as const;

/** @returns undefined where the sweep has not been run */
function runsOf(sweep: string): Row[] | undefined {
  const file = `${FOLDER}/${sweep}/runs.csv`;
  if (!existsSync(file)) return undefined;
  const [head = [], ...rows] = readFileSync(file, 'utf8').trim().split('\n').map(fieldsOf);
  return rows.map(([arm = '', seed = '', ...rest]) => ({
    arm,
    seed: Number(seed),
    values: Object.fromEntries(rest.map((text, i) => [head[i + 2] ?? '', text === '' ? NaN : Number(text)])),
  }));
}

const fieldsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );

const armsOf = (rows: readonly Row[]): string[] => [...new Set(rows.map(({ arm }) => arm))];

const bySeed = (rows: readonly Row[], arm: string, column: string): Map<number, number> =>
  new Map(rows.filter((row) => row.arm === arm).map(({ seed, values }) => [seed, values[column] ?? NaN]));

const points = (value: number): string => (POINTS * value).toFixed(1);
const signed = (value: number): string => `${value > 0 ? '+' : ''}${points(value)}`;
const range = ({ mean: middle, low, high }: Interval): string => `${signed(middle)} [${signed(low)}, ${signed(high)}]`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const command = (sweep: string): string =>
  `    npm run --silent cli -- compare configs/sweep-${sweep}.json --output runs/${sweep}`;

/** Q1: arms against the baseline, by every measure. */
function arms(rows: readonly Row[], baseline: string): string {
  const labels = armsOf(rows);
  const compared = MEASURES.map(([column]) =>
    differences(
      labels.map((label) => bySeed(rows, label, column)),
      labels.indexOf(baseline),
      CONFIDENCE,
    ),
  );
  return table(
    [
      'arm',
      'seeds',
      ...MEASURES.flatMap(([, name]) => [`${name}, %`, `difference, points`]),
      'clipped, %',
      'preserved, %',
    ],
    labels.map((label, i) => {
      const own = rows.filter(({ arm }) => arm === label);
      const average = (column: string) => mean(own.map(({ values }) => values[column] ?? NaN));
      return [
        label,
        String(own.length),
        ...MEASURES.flatMap(([column], measure) => {
          const difference = compared[measure]?.[i];
          return [points(average(column)), difference ? `${range(difference.interval)}: ${difference.verdict}` : ''];
        }),
        points(average('clip_low') + average('clip_high')),
        points(average('preserved_share')),
      ];
    }),
  );
}

/** Least-squares slope of a measure over the number in the arms' labels, per seed. */
function slopes(rows: readonly Row[], column: string): number[] {
  return [...new Set(rows.map(({ seed }) => seed))].map((seed) => {
    const own = rows.filter((row) => row.seed === seed);
    const x = own.map(({ arm }) => Number(arm.split(' ').at(-1)));
    const y = own.map(({ values }) => values[column] ?? NaN);
    const [mx, my] = [mean(x), mean(y)];
    return (
      x.reduce((sum, value, i) => sum + (value - mx) * ((y[i] ?? NaN) - my), 0) /
      x.reduce((sum, value) => sum + (value - mx) ** 2, 0)
    );
  });
}

/** Q2, Q3: accuracy by the scale, and the slope. */
function curve(rows: readonly Row[], scale: string): string {
  const found = MEASURES.map(([column, name]) => {
    const own = slopes(rows, column);
    const least = points(deviation(own) * detectableEffect(own.length, 1 - CONFIDENCE));
    return `- ${name}: ${range(tInterval(own, CONFIDENCE))} points per unit of ${scale}; least detectable ${least}`;
  });
  const cells = table(
    [scale, 'seeds', ...MEASURES.map(([, name]) => `${name}, %`), 'preserved, %', 'entropy at the end, nats'],
    armsOf(rows).map((arm) => {
      const own = rows.filter((row) => row.arm === arm);
      const values = (column: string) => own.map((row) => row.values[column] ?? NaN);
      return [
        arm.split(' ').at(-1) ?? arm,
        String(own.length),
        ...MEASURES.map(([column]) => {
          const { mean: middle, low, high } = tInterval(values(column), CONFIDENCE);
          return `${points(middle)} [${points(low)}, ${points(high)}]`;
        }),
        points(mean(values('preserved_share'))),
        mean(values('entropy_end')).toFixed(3),
      ];
    }),
  );
  return `${cells}\n\nSlope over ${scale}, fitted per seed, with its 95 % interval over seeds:\n\n${found.join('\n')}`;
}

const STARTS = [
  ['embedded:addition-sparse-0.1M', '6 %'],
  ['embedded:addition-0.1M', '35 %'],
] as const;
const EPOCHS = [1, 2, 4] as const;
const UPDATES_PER_EPOCH = 8;

/** Q4: gain of the upper side per cell, and the two contrasts. */
function plane(rows: readonly Row[]): string {
  const seeds = [...new Set(rows.map(({ seed }) => seed))];
  const gains = (checkpoint: string, epochs: number): number[] => {
    const of = (strategy: string) =>
      bySeed(rows, `${strategy}, checkpoint ${checkpoint}, epochs ${epochs}`, 'accuracy_sampled');
    const [upper, without] = [of('gppo, upper side'), of('clip-higher')];
    return seeds.map((seed) => (upper.get(seed) ?? NaN) - (without.get(seed) ?? NaN));
  };
  const cells = STARTS.map(([checkpoint]) => EPOCHS.map((epochs) => gains(checkpoint, epochs)));
  const perSeed = (value: (start: number, epoch: number, seed: number) => number, count: number) =>
    seeds.map(
      (_, seed) =>
        cells.flatMap((row, start) => row.map((_, epoch) => value(start, epoch, seed))).reduce((a, b) => a + b, 0) /
        count,
    );
  const gain = (start: number, epoch: number, seed: number) => cells[start]?.[epoch]?.[seed] ?? NaN;
  const last = EPOCHS.length - 1;
  const contrasts = [
    perSeed((start, epoch, seed) => (epoch === last ? 1 : epoch === 0 ? -1 : 0) * gain(start, epoch, seed), 2),
    perSeed((start, epoch, seed) => (start === 0 ? 1 : -1) * gain(start, epoch, seed), EPOCHS.length),
  ];
  const zeros = seeds.map(() => 0);
  const corrected = holm(
    contrasts.map((values) => pairedTest(values, zeros).p),
    1 - CONFIDENCE,
  );
  const [updates = '', start = ''] = contrasts.map((values, i) =>
    range(tInterval(values, 1 - (1 - CONFIDENCE) * (corrected[i]?.share ?? 1))),
  );
  return [
    table(
      ['start, sampled', ...EPOCHS.map((epochs) => `${UPDATES_PER_EPOCH * epochs} updates per rollout`)],
      cells.map((row, i) => [STARTS[i]?.[1] ?? '', ...row.map((values) => range(tInterval(values, CONFIDENCE)))]),
    ),
    '',
    `- 32 updates against 8: ${updates} points`,
    `- start of 6 % against 35 %: ${start} points`,
  ].join('\n');
}

interface Part {
  title: string;
  sweep: string;
  text: (rows: Row[]) => string;
}

const PARTS: readonly Part[] = [
  {
    title: 'Q1. Each strategy at its own best learning rate',
    sweep: 'best-rates',
    text: (rows) =>
      [
        arms(rows, 'clip-higher'),
        '',
        "Differences are to Clip-Higher, paired by seed, with Holm's correction for two comparisons per measure.",
        'Learning rates that tuning chose, and all its trials: [table](best-rates/table.md). Both sides chose the',
        'lowest rate of the grid, so a still lower one might suit them better.',
      ].join('\n'),
  },
  { title: 'Q2. The scale below the range, beta1', sweep: 'beta1', text: (rows) => curve(rows, 'beta1') },
  { title: 'Q3. The scale above the range, beta2', sweep: 'beta2', text: (rows) => curve(rows, 'beta2') },
  {
    title: 'Q4. Updates per rollout and the start',
    sweep: 'plane',
    text: (rows) => `Gain of the upper side over Clip-Higher in sampled accuracy, points:\n\n${plane(rows)}`,
  },
];

export function regimesDocument(): string {
  const parts = PARTS.map(({ title, sweep, text }) => {
    const rows = runsOf(sweep);
    return [
      `## ${title}`,
      '',
      ...(rows ? [text(rows), '', `Runs: [runs.csv](${sweep}/runs.csv).`] : ['**Not yet run.**']),
      '',
      command(sweep),
    ].join('\n');
  });
  return [
    '# Where preserved gradients help: results',
    '',
    '*Generated by `npm run docs` from the runs that are kept here; do not edit.*',
    '',
    'Questions, seeds and rules of [the protocol](protocol.md), which was written before the runs. One model of 0.1M',
    'parameters and one task: nothing here says what large models do.',
    '',
    parts.join('\n\n'),
    '',
  ].join('\n');
}
