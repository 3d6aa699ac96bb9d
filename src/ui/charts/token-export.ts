/** The chart of tokens as a file. */
import { escaped } from '../../compare/plot.ts';
import { csv } from '../../compare/table.ts';
import { ZONES, type Zone } from '../../run/step-record.ts';
import type { TokenScatter } from '../../views/run-view.ts';
import { ZONE_INFO, zoneColor } from '../zones.ts';
import { save } from './chart-export.ts';
import type { ExportFormat } from './export-formats.ts';
import { lightColors } from './light-colors.ts';
import { layOutScatter, type RatioRange } from './scatter-layout.ts';
import { DOT_RADIUS, ZONE_SHAPES } from './zone-shapes.ts';

interface ExportedTokens {
  title: string;
  subtitle: string;
  run: string;
  scatter: TokenScatter;
  band: RatioRange | undefined;
  range: RatioRange | undefined;
  log: boolean;
}

const [WIDTH, HEIGHT] = [760, 380];
const MARGIN = { left: 62, right: 170, top: 52, bottom: 42 };
const INK = '#1a1d23';
const DIM = '#5c6675';
/** Points of the legend, beside those of tokens. */
const LEGEND_SCALE = 1.6;

/** Saves the tokens: as drawn (zoomed in, logarithmic), or as a table of those that are shown. */
export const exportTokens = (chart: ExportedTokens, format: ExportFormat): Promise<void> =>
  save(chart, format, { csv: () => tokenCsv(chart), svg: () => tokenSvg(chart) });

const layOut = ({ scatter, band, range, log }: ExportedTokens) =>
  layOutScatter(scatter, { width: WIDTH, height: HEIGHT, margin: MARGIN, band, range, log });

function tokenCsv(chart: ExportedTokens): string {
  const { logRatio, probability, zone, advantage, weight } = chart.scatter;
  return csv([
    ['log_ratio', 'ratio', 'probability_when_sampled', 'zone', 'advantage', 'gradient_weight'],
    ...layOut(chart).points.map(({ token }) => {
      const at = (values: Float32Array) => values[token] ?? NaN;
      return [
        at(logRatio),
        Math.exp(at(logRatio)),
        at(probability),
        ZONES[zone[token] ?? 0] ?? '',
        at(advantage),
        at(weight),
      ];
    }),
  ]);
}

function tokenSvg(chart: ExportedTokens): string {
  const { title, subtitle, scatter } = chart;
  const { inner, points, band, xLabels, yLabels } = layOut(chart);
  const light = lightColors([...ZONES.map(zoneColor), 'var(--accent)']);
  const colors = ZONES.map((zone) => light.get(zoneColor(zone)) ?? '');
  const text = (x: number, y: number, words: string, more = `fill="${DIM}"`) =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(words)}</text>`;
  const middle = `fill="${DIM}" text-anchor="middle"`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" ` +
      `font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(inner.left, 22, title, `font-size="15" font-weight="600" fill="${INK}"`),
    text(inner.left, 40, subtitle),
    text((inner.left + inner.right) / 2, HEIGHT - 8, 'ratio r', middle),
    `<text transform="translate(14 ${(inner.top + inner.bottom) / 2}) rotate(-90)" ${middle}>` +
      'probability when sampled</text>',
    ...yLabels.map(({ y, text: words }) => text(inner.left - 8, y + 4, words, `fill="${DIM}" text-anchor="end"`)),
    ...xLabels.map(({ x, text: words }) => text(x, inner.bottom + 18, words, middle)),
  ];
  if (band)
    parts.push(
      `<rect x="${band[0].toFixed(1)}" y="${inner.top}" width="${(band[1] - band[0]).toFixed(1)}" ` +
        `height="${inner.bottom - inner.top}" fill="${light.get('var(--accent)') ?? ''}" opacity="0.08"/>`,
    );
  for (const { token, x, y } of points) {
    const zone = scatter.zone[token] ?? 0;
    parts.push(mark(ZONES[zone] ?? 'inside', x, y, `fill="${colors[zone]}" opacity="${zone === 0 ? 0.45 : 0.9}"`));
  }
  for (const [i, zone] of ZONES.entries()) {
    const y = MARGIN.top + 8 + 20 * i;
    parts.push(
      mark(zone, inner.right + 24, y, `fill="${colors[i]}"`, LEGEND_SCALE),
      text(inner.right + 40, y + 4, ZONE_INFO[zone].title, `fill="${INK}"`),
    );
  }
  return `${parts.join('\n')}\n</svg>\n`;
}

/** A point of the zone's shape. */
function mark(zone: Zone, x: number, y: number, look: string, scale = 1): string {
  const corners = ZONE_SHAPES[zone]?.map(([dx, dy]) => `${(x + scale * dx).toFixed(1)},${(y + scale * dy).toFixed(1)}`);
  return corners
    ? `<polygon points="${corners.join(' ')}" ${look}/>`
    : `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${DOT_RADIUS * scale}" ${look}/>`;
}
