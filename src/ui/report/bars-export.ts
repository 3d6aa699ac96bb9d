/** Bars per category and stage as a file. */
import { escaped } from '../../compare/plot.ts';
import { csv } from '../../compare/table.ts';
import { STAGE_TITLES } from '../../report/report-text.ts';
import { save } from '../charts/chart-export.ts';
import type { ExportFormat } from '../charts/export-formats.ts';
import { lightColors } from '../charts/light-colors.ts';
import { percent } from '../format.ts';
import type { BarRow } from './bar-rows.ts';
import { STAGE_COLORS } from './stage-colors.ts';

interface ExportedBars {
  title: string;
  subtitle: string;
  run: string;
  rows: readonly BarRow[];
}

export const exportBars = (chart: ExportedBars, format: ExportFormat): Promise<void> =>
  save(chart, format, {
    csv: () => barsCsv(chart.rows),
    svg: () => barsSvg(chart, lightColors(Object.values(STAGE_COLORS))),
  });

export const barsCsv = (rows: readonly BarRow[]): string =>
  csv([
    ['category', 'stage', 'share', 'low', 'high'],
    ...rows.flatMap(({ name, bars }) =>
      bars.map(({ stage, value = NaN, interval: [low, high] = [NaN, NaN] }) => [name, stage, value, low, high]),
    ),
  ]);

const [LEFT, LABEL, BAR, BARS, RIGHT] = [24, 170, 15, 330, 130];
const TOP = 84;

/** @param colors of stages on white */
export function barsSvg(
  { title, subtitle, rows }: Pick<ExportedBars, 'title' | 'subtitle' | 'rows'>,
  colors: ReadonlyMap<string, string>,
): string {
  const [start, width] = [LEFT + LABEL, LEFT + LABEL + BARS + RIGHT];
  const colorOf = (stage: keyof typeof STAGE_COLORS) => colors.get(STAGE_COLORS[stage]) ?? '#586174';
  const parts: string[] = [];
  let y = TOP;
  for (const { name, aside, bars } of rows) {
    parts.push(
      `<text x="${LEFT}" y="${y + 12}" font-weight="600">${escaped(name)}</text>`,
      ...(aside ? [`<text x="${LEFT}" y="${y + 27}" font-size="11" fill="#5c6675">${escaped(aside)}</text>`] : []),
    );
    for (const { stage, value, interval, aside: more } of bars) {
      const x = (share: number) => (start + share * BARS).toFixed(1);
      if (value !== undefined)
        parts.push(
          `<rect x="${start}" y="${y + 2}" width="${(value * BARS).toFixed(1)}" height="${BAR - 4}" ` +
            `fill="${colorOf(stage)}"/>`,
        );
      if (interval)
        parts.push(
          `<line x1="${x(interval[0])}" x2="${x(interval[1])}" y1="${y + BAR / 2}" y2="${y + BAR / 2}" ` +
            'stroke="#1a1d23" stroke-width="1.2"/>',
        );
      const text = [value === undefined ? '–' : percent(value), more].filter(Boolean).join(', ');
      parts.push(`<text x="${start + BARS + 10}" y="${y + 11}" font-size="11">${escaped(text)}</text>`);
      y += BAR;
    }
    y += 12;
  }
  const legend = (rows[0]?.bars ?? []).map(
    ({ stage }, i) =>
      `<rect x="${start + 115 * i}" y="${TOP - 24}" width="10" height="10" rx="2" fill="${colorOf(stage)}"/>` +
      `<text x="${start + 115 * i + 15}" y="${TOP - 15}" fill="#5c6675">${STAGE_TITLES[stage]}</text>`,
  );
  const height = y + 12;
  return (
    [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
        `font-family="system-ui, sans-serif" font-size="12" fill="#1a1d23" role="img" aria-label="${escaped(title)}">`,
      `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
      `<text x="${LEFT}" y="26" font-size="15" font-weight="600">${escaped(title)}</text>`,
      `<text x="${LEFT}" y="44" fill="#5c6675">${escaped(subtitle)}</text>`,
      ...legend,
      ...parts,
    ].join('\n') + '\n</svg>\n'
  );
}
