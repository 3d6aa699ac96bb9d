/** Distributions over the tokens of a step as files: by ratio, and by ratio and probability. */
import { escaped, linePlot } from '../../compare/plot.ts';
import { csv } from '../../compare/table.ts';
import {
  DENSITY_COLUMNS,
  DENSITY_ROWS,
  HISTOGRAM_BINS,
  HISTOGRAM_RANGE,
  type TokenDistributions,
} from '../../run/step-record.ts';
import { zoneColor } from '../zones.ts';
import { save } from './chart-export.ts';
import type { ExportFormat } from './export-formats.ts';
import { lightColors } from './light-colors.ts';

interface ExportedDistribution {
  title: string;
  subtitle: string;
  run: string;
}

/** log r at the middle of a bin of `count` equal ones. */
const logRatioAt = (bin: number, count: number): number => ((bin + 0.5) / count - 0.5) * 2 * HISTOGRAM_RANGE;

/** Counts per bin of the log-ratio, by the sign of the advantage. */
export async function exportHistogram(
  chart: ExportedDistribution,
  { positive, negative }: Pick<TokenDistributions, 'positive' | 'negative'>,
  format: ExportFormat,
): Promise<void> {
  const light = lightColors([zoneColor('positive-high'), zoneColor('negative-low')]);
  const ratios = Array.from({ length: HISTOGRAM_BINS }, (_, bin) => Math.exp(logRatioAt(bin, HISTOGRAM_BINS)));
  await save(chart, format, {
    csv: () =>
      csv([
        ['log_ratio', 'ratio', 'tokens_positive_advantage', 'tokens_negative_advantage'],
        ...ratios.map((ratio, bin) => [logRatioAt(bin, HISTOGRAM_BINS), ratio, positive[bin] ?? 0, negative[bin] ?? 0]),
      ]),
    svg: () =>
      linePlot(
        [
          { label: 'A > 0', steps: ratios, values: positive, color: light.get(zoneColor('positive-high')) ?? '' },
          { label: 'A < 0', steps: ratios, values: negative, color: light.get(zoneColor('negative-low')) ?? '' },
        ],
        { ...chart, unit: 'tokens', along: 'ratio r' },
      ),
  });
}

const [CELL, LEFT, TOP, BOTTOM] = [18, 62, 56, 44];

/** Counts by log-ratio and probability when sampled; shades are logarithmic, as on the page. */
export async function exportDensity(
  chart: ExportedDistribution,
  density: readonly number[],
  format: ExportFormat,
): Promise<void> {
  await save(chart, format, {
    csv: () =>
      csv([
        ['log_ratio', 'probability_when_sampled', 'tokens'],
        ...density.map((count, i) => [
          logRatioAt(i % DENSITY_COLUMNS, DENSITY_COLUMNS),
          (Math.floor(i / DENSITY_COLUMNS) + 0.5) / DENSITY_ROWS,
          count,
        ]),
      ]),
    svg: () => densitySvg(chart, density),
  });
}

function densitySvg({ title, subtitle }: ExportedDistribution, density: readonly number[]): string {
  const [width, height] = [LEFT + CELL * DENSITY_COLUMNS + 24, TOP + CELL * DENSITY_ROWS + BOTTOM];
  const accent = lightColors(['var(--accent)']).get('var(--accent)') ?? '';
  const most = Math.log1p(Math.max(1, ...density));
  const text = (x: number, y: number, words: string, more: string) =>
    `<text x="${x}" y="${y}" ${more}>${escaped(words)}</text>`;
  const bottom = TOP + CELL * DENSITY_ROWS;
  const middle = 'text-anchor="middle" fill="#5c6675"';
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(LEFT, 22, title, 'font-size="15" font-weight="600" fill="#1a1d23"'),
    text(LEFT, 40, subtitle, 'fill="#5c6675"'),
    ...density.flatMap((count, i) => {
      if (count === 0) return [];
      const [row, column] = [Math.floor(i / DENSITY_COLUMNS), i % DENSITY_COLUMNS];
      const opacity = (0.08 + 0.92 * (Math.log1p(count) / most)).toFixed(3);
      return [
        `<rect x="${LEFT + CELL * column}" y="${TOP + CELL * (DENSITY_ROWS - 1 - row)}" width="${CELL - 1}" ` +
          `height="${CELL - 1}" fill="${accent}" opacity="${opacity}"/>`,
      ];
    }),
    ...[0, 0.5, 1].map((probability) =>
      text(
        LEFT - 8,
        bottom - probability * CELL * DENSITY_ROWS + 4,
        `${probability * 100} %`,
        'text-anchor="end" fill="#5c6675"',
      ),
    ),
    ...[-HISTOGRAM_RANGE, 0, HISTOGRAM_RANGE].map((logRatio) =>
      text(
        LEFT + ((logRatio / HISTOGRAM_RANGE + 1) / 2) * CELL * DENSITY_COLUMNS,
        bottom + 16,
        Math.exp(logRatio).toFixed(2),
        middle,
      ),
    ),
    text(LEFT + (CELL * DENSITY_COLUMNS) / 2, height - 8, 'ratio r (probability when sampled, upwards)', middle),
  ];
  return `${parts.join('\n')}\n</svg>\n`;
}
