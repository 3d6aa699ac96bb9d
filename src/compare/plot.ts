/** Curves with bands as a self-contained SVG, for documents. */
import { metricOf, type MetricName } from '../run/metrics/lookup.ts';
import { unitOf } from '../run/metrics/units.ts';
import type { Curve } from './summary.ts';

/** Okabe and Ito's colours, distinguishable for colour-blind readers; black last. */
export const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8c8200', '#000000'];

export interface PlotOptions {
  /** Gives title, unit and range. */
  metric: MetricName;
  /** What the band is, under the title. */
  subtitle: string;
}

const [WIDTH, HEIGHT] = [760, 380];
const MARGIN = { left: 62, right: 170, top: 52, bottom: 42 };

const escaped = (text: string) =>
  text.replace(
    /[&<>"]/g,
    (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character] ?? character,
  );

/** Round tick values that cover a range in about `count` steps. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** @param curves one a strategy, in the order of the legend */
export function curvePlot(curves: readonly Curve[], { metric, subtitle }: PlotOptions): string {
  const { title, unit } = metricOf(metric);
  const { label, range, tick: tickText } = unitOf(unit);
  const inRange = (value: number) => Math.min(range[1], Math.max(range[0], value));
  const finite = (values: number[]) => values.filter(Number.isFinite);
  const steps = curves.flatMap((curve) => curve.steps);
  const values = curves.flatMap(({ mean, low, high }) => [...finite(mean), ...finite(low), ...finite(high)]);
  const [left, right] = [Math.min(...steps), Math.max(...steps, Math.min(...steps) + 1)];
  // Intervals may leave what is possible; the axis does not.
  const [lowest, highest] = [inRange(Math.min(...values)), inRange(Math.max(...values))];
  const padding = (highest - lowest || 1) * 0.05;
  const [bottom, top] = [Math.max(range[0], lowest - padding), highest + padding];
  const x = (step: number) => MARGIN.left + ((step - left) / (right - left)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number) =>
    HEIGHT -
    MARGIN.bottom -
    ((Math.min(top, Math.max(bottom, value)) - bottom) / (top - bottom)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const point = (step: number, value: number) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" ` +
      `height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img" ` +
      `aria-label="${escaped(title)}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${MARGIN.left}" y="22" font-size="15" font-weight="600" fill="#1a1d23">${escaped(title)}</text>`,
    `<text x="${MARGIN.left}" y="40" fill="#5c6675">${escaped(subtitle)}</text>`,
  ];
  for (const tick of ticks(bottom, top, 5))
    parts.push(
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(tick).toFixed(1)}" ` +
        `y2="${y(tick).toFixed(1)}" stroke="#e4e8ee"/><text x="${MARGIN.left - 8}" y="${(y(tick) + 4).toFixed(1)}" ` +
        `text-anchor="end" fill="#5c6675">${tickText(tick)}</text>`,
    );
  for (const tick of ticks(left, right, 6))
    parts.push(
      `<text x="${x(tick).toFixed(1)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle" ` +
        `fill="#5c6675">${tick}</text>`,
    );
  parts.push(
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle" ` +
      'fill="#5c6675">step</text>',
  );
  parts.push(
    `<text transform="translate(14 ${(HEIGHT - MARGIN.bottom + MARGIN.top) / 2}) rotate(-90)" ` +
      `text-anchor="middle" fill="#5c6675">${escaped(label)}</text>`,
  );
  for (const [i, curve] of curves.entries()) {
    const color = PALETTE[i % PALETTE.length] ?? '';
    const band = curve.steps
      .map((step, k) => [step, curve.low[k] ?? NaN, curve.high[k] ?? NaN] as const)
      .filter(([, low, high]) => Number.isFinite(low) && Number.isFinite(high));
    const outline = [
      ...band.map(([step, , high]) => point(step, high)),
      ...band.reverse().map(([step, low]) => point(step, low)),
    ];
    if (curve.seeds.length > 1) parts.push(`<polygon points="${outline.join(' ')}" fill="${color}" opacity="0.13"/>`);
    parts.push(
      `<polyline points="${curve.steps.map((step, k) => point(step, curve.mean[k] ?? 0)).join(' ')}" fill="none" ` +
        `stroke="${color}" stroke-width="2"/>`,
    );
    const legend = MARGIN.top + 8 + 20 * i;
    parts.push(
      `<line x1="${WIDTH - MARGIN.right + 14}" x2="${WIDTH - MARGIN.right + 34}" y1="${legend}" y2="${legend}" ` +
        `stroke="${color}" stroke-width="3"/><text x="${WIDTH - MARGIN.right + 40}" y="${legend + 4}" ` +
        `fill="#1a1d23">${escaped(curve.label)}</text>`,
    );
  }
  return `${parts.join('\n')}\n</svg>\n`;
}
