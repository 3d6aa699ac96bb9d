/** The exact gradient split as a file: its table, as CSV or as a picture. */
import { escaped } from '../../compare/plot.ts';
import { csv } from '../../compare/table.ts';
import { ZONE_INFO, zoneColor } from '../zones.ts';
import { save } from './chart-export.ts';
import type { ExportFormat } from './export-formats.ts';
import { lightColors } from './light-colors.ts';
import { cosineText, normText } from './split-text.ts';
import type { SplitTable } from './split-table.ts';

interface ExportedSplit {
  title: string;
  subtitle: string;
  run: string;
  table: SplitTable;
}

export const exportSplit = (chart: ExportedSplit, format: ExportFormat): Promise<void> =>
  save(chart, format, { csv: () => splitCsv(chart), svg: () => splitSvg(chart) });

const splitCsv = ({ table: { groups, rows } }: ExportedSplit): string =>
  csv([
    ['zone', 'parameters', 'norm', 'cosine_inside', 'cosine_unclipped'],
    ...rows.flatMap(({ zone, cells }) =>
      cells.map(({ norm, cosineInside, cosineUnclipped }, i) => [
        zone,
        groups[i] ?? '',
        norm,
        cosineInside,
        cosineUnclipped,
      ]),
    ),
  ]);

const COLUMN = 104;
const ROW = 38;
const LEFT = 24;
const FIRST_COLUMN = 160;
const TOP = 84;

function splitSvg({ title, subtitle, table: { groups, rows } }: ExportedSplit): string {
  const width = LEFT + FIRST_COLUMN + COLUMN * groups.length + LEFT;
  const height = TOP + ROW * rows.length + 30;
  const light = lightColors(rows.map(({ zone }) => zoneColor(zone)));
  const end = (column: number) => LEFT + FIRST_COLUMN + COLUMN * (column + 1);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `font-family="system-ui, sans-serif" font-size="12" fill="#1a1d23" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="26" font-size="15" font-weight="600">${escaped(title)}</text>`,
    `<text x="${LEFT}" y="44" fill="#5c6675">${escaped(subtitle)}</text>`,
    ...groups.map(
      (group, i) => `<text x="${end(i)}" y="${TOP - 10}" text-anchor="end" fill="#5c6675">${escaped(group)}</text>`,
    ),
  ];
  for (const [k, { zone, cells }] of rows.entries()) {
    const y = TOP + ROW * k;
    parts.push(
      `<line x1="${LEFT}" x2="${width - LEFT}" y1="${y}" y2="${y}" stroke="#e4e8ee"/>`,
      `<rect x="${LEFT}" y="${y + 12}" width="10" height="10" rx="2" fill="${light.get(zoneColor(zone)) ?? ''}"/>`,
      `<text x="${LEFT + 18}" y="${y + 21}">${escaped(ZONE_INFO[zone].title)}</text>`,
      ...cells.map(
        (cell, i) =>
          `<text x="${end(i)}" y="${y + 16}" text-anchor="end" font-weight="600">${normText(cell)}</text>` +
          `<text x="${end(i)}" y="${y + 31}" text-anchor="end" font-size="11" fill="#5c6675">` +
          `${cosineText(cell)}</text>`,
      ),
    );
  }
  parts.push(
    `<text x="${LEFT}" y="${height - 10}" font-size="11" fill="#5c6675">Gradient norm; below it, the cosine with the ` +
      'gradient of the tokens inside the clip range / with the unclipped gradient.</text>',
  );
  return `${parts.join('\n')}\n</svg>\n`;
}
