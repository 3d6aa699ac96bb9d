/**
 * docs/regimes/results.md and results.json, which the page shows: what the study of docs/regimes/protocol.md found,
 * from the runs that are kept beside it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseSweep } from '../../src/compare/sweep.ts';
import { MEASURE_NAMES, REGIME_MEASURES } from '../../src/regimes/measures.ts';
import type { BestRates, CellStudy, RegimeResults, RegimeSweep, ScaleStudy } from '../../src/regimes/results.ts';
import { parseRunRows } from '../../src/regimes/rows.ts';
import { COMPUTE, REGIME_SWEEPS } from '../../src/regimes/study.ts';
import { citation, contrastText, gainText, meanText, points, settingText } from '../../src/regimes/text.ts';
import { wrapped } from '../docs/prose.ts';

const FOLDER = 'docs/regimes';

/** Of the sweeps that have been run. */
export function regimeResults(): RegimeResults {
  const results: RegimeResults = {};
  for (const name of REGIME_SWEEPS) {
    const [runs, sweep] = [`${FOLDER}/${name}/runs.csv`, `${FOLDER}/${name}/sweep.json`];
    if (!existsSync(runs)) continue;
    Object.assign(results, {
      [name]: COMPUTE[name]({
        rows: parseRunRows(readFileSync(runs, 'utf8')),
        sweep: parseSweep(JSON.parse(readFileSync(sweep, 'utf8')), sweep),
      }),
    });
  }
  return results;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const TITLES = MEASURE_NAMES.map((measure) => REGIME_MEASURES[measure].title.replace(' accuracy', ''));

/** Q1: arms against the baseline, by every measure. */
function armsText({ seeds, arms }: BestRates): string {
  return [
    table(
      [
        'arm',
        'seeds',
        ...TITLES.flatMap((title) => [`${title}, %`, 'difference, points']),
        'clipped, %',
        'preserved, %',
      ],
      arms.map(({ figures, differences }) => [
        figures.label,
        String(seeds.length),
        ...MEASURE_NAMES.flatMap((measure) => {
          const difference = differences?.[measure];
          return [
            points(figures.measures[measure].interval.mean),
            difference ? `${gainText(difference.interval)}: ${difference.verdict}` : '',
          ];
        }),
        points(figures.clipped),
        points(figures.preserved),
      ]),
    ),
    '',
    "Differences are to Clip-Higher, paired by seed, with Holm's correction for two comparisons per measure.",
    'Learning rates that tuning chose, and all its trials: [table](best-rates/table.md). Both sides chose the',
    'lowest rate of the grid, so a still lower one might suit them better.',
  ].join('\n');
}

/** Q2, Q3: accuracy by the scale, and the slope. */
function scaleText(scale: string, { seeds, points: values, slopes }: ScaleStudy): string {
  return [
    table(
      [scale, 'seeds', ...TITLES.map((title) => `${title}, %`), 'preserved, %', 'entropy at the end, nats'],
      values.map(({ scale: value, figures }) => [
        String(value),
        String(seeds.length),
        ...MEASURE_NAMES.map((measure) => meanText(figures.measures[measure].interval)),
        points(figures.preserved),
        figures.entropy.toFixed(3),
      ]),
    ),
    '',
    `Slope over ${scale}, fitted per seed, with its 95 % interval over seeds:`,
    '',
    ...MEASURE_NAMES.map((measure, i) => {
      const { interval, least } = slopes[measure];
      const found = `${gainText(interval)} points per unit of ${scale}; least detectable ${points(least)}`;
      return `- ${TITLES[i] ?? ''}: ${found}`;
    }),
  ].join('\n');
}

/** Q4 to Q8: the gain of the upper side in each setting. */
function cellsText(sweep: RegimeSweep, { cells, contrasts }: CellStudy): string {
  return [
    'Gain of the upper side over Clip-Higher, in points, with 95 % intervals that are not corrected for their number:',
    '',
    table(
      [
        'setting',
        'seeds',
        'start, %',
        'Clip-Higher, %',
        ...TITLES.map((title) => `gain, ${title}`),
        'clipped, %',
        'preserved, %',
      ],
      cells.map((cell) => [
        settingText(sweep, cell, cells),
        String(cell.seeds.length),
        points(cell.upperSide.start),
        points(cell.clipHigher.measures.sampled.interval.mean),
        ...MEASURE_NAMES.map((measure) => gainText(cell.gains[measure].interval)),
        points(cell.upperSide.clipped),
        points(cell.upperSide.preserved),
      ]),
    ),
    ...(contrasts.length === 0
      ? []
      : ['', 'How the gain in sampled accuracy changes:', '', ...contrasts.map((one) => `- ${contrastText(one)}`)]),
  ].join('\n');
}

interface Part {
  title: string;
  sweep: RegimeSweep;
  text: (results: RegimeResults) => string | undefined;
  /** Commands before the sweep's own. */
  before?: string[];
}

const cellPart = (title: string, sweep: 'plane' | 'groups' | 'countdown-upper' | 'programs-upper' | 'size'): Part => ({
  title,
  sweep,
  text: ({ [sweep]: study }) => study && cellsText(sweep, study),
});

const start = (config: string): string[] => [
  `npm run --silent cli -- train configs/train-${config}.json --output runs/${config}`,
];

const PARTS: readonly Part[] = [
  {
    title: 'Q1. Each strategy at its own best learning rate',
    sweep: 'best-rates',
    text: ({ 'best-rates': best }) => best && armsText(best),
  },
  {
    title: 'Q2. The scale below the range, beta1',
    sweep: 'beta1',
    text: ({ beta1 }) => beta1 && scaleText('beta1', beta1),
  },
  {
    title: 'Q3. The scale above the range, beta2',
    sweep: 'beta2',
    text: ({ beta2 }) => beta2 && scaleText('beta2', beta2),
  },
  cellPart('Q4. Updates per rollout and the start', 'plane'),
  cellPart('Q5. Group size', 'groups'),
  { ...cellPart('Q6. Longer responses', 'countdown-upper'), before: start('countdown-start') },
  cellPart('Q7. Hard and soft rewards', 'programs-upper'),
  { ...cellPart('Q8. A larger model', 'size'), before: start('addition-sparse-0.8M') },
];

function regimesDocument(): string {
  const results = regimeResults();
  const parts = PARTS.map(({ title, sweep, text, before = [] }) => {
    const found = text(results);
    return [
      `## ${title}`,
      '',
      ...(found === undefined ? ['**Not yet run.**'] : [found, '', `Runs: [runs.csv](${sweep}/runs.csv).`]),
      '',
      ...[...before, `npm run --silent cli -- compare configs/sweep-${sweep}.json --output runs/${sweep}`].map(
        (line) => `    ${line}`,
      ),
    ].join('\n');
  });
  return [
    '# Where preserved gradients help: results',
    '',
    '*Generated by `npm run docs` from the runs that are kept here; do not edit.*',
    '',
    'Questions, seeds and rules of [the protocol](protocol.md), which was written before the runs: Q1 to Q4 before the',
    'first, Q5 to Q8 with the results of Q1 to Q3 known and before their own. The page shows the same under Learn,',
    '*Where does GPPO help?*',
    '',
    '**To cite**',
    '',
    wrapped(citation(results), '> '),
    '',
    parts.join('\n\n'),
    '',
  ].join('\n');
}

/** Six digits are more than any page shows. */
const shorter = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(6)) : value;

export const REGIME_DOCS: Record<string, () => string> = {
  [`${FOLDER}/results.md`]: regimesDocument,
  [`${FOLDER}/results.json`]: () => `${JSON.stringify(regimeResults(), shorter, 1)}\n`,
};
