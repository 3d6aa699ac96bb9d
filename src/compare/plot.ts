/** Lines over steps, with bands, as a self-contained SVG for documents. */
import { metricOf, type MetricName } from '../run/metrics/lookup.ts';
import { logAxis, stepTicks, ticks } from '../run/metrics/ticks.ts';
import { unitOf, type Unit } from '../run/metrics/units.ts';
import { LINE_DASHES, marked } from './line-look.ts';
import type { Curve } from './summary.ts';

/** Okabe and Ito's colours, distinguishable for colour-blind readers; black last. */
export const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8c8200', '#000000'];

/** A line of a plot; its arrays have equal length. */
export interface PlotLine {
  label: string;
  steps: readonly number[];
  values: readonly number[];
  /** Bounds of a band around it. */
  low?: readonly number[];
  high?: readonly number[];
  /** A CSS colour; defaults to the palette's next. */
  color?: string;
  /** Dashes in pixels (`stroke-dasharray`); solid without it. */
  dash?: string;
  /** Marks its points, or some of many; hollow on a dashed line. */
  dots?: boolean;
  /** Lines of single seeds, drawn thin behind it. */
  seeds?: readonly { steps: readonly number[]; values: readonly number[] }[];
  /** Drawn thinner and paler. */
  faint?: boolean;
  /** Opacity of its band, which is drawn without a line: one area of a stack. */
  area?: number;
  /** Path of a pattern of 6 x 6 pixels over its band, which stays apart without its colour. */
  hatch?: string;
}

/** Side of a pattern, in pixels. */
const HATCH = 6;
/** Colour of the lines over a band. */
const HATCH_COLOR = 'rgba(255, 255, 255, 0.65)';

export interface PlotOptions {
  title: string;
  /** Under the title: for example the run, or what a band is. */
  subtitle: string;
  unit: Unit;
  /** A logarithmic axis over positive values. */
  log?: boolean;
  /** What the lines are over; by default the step. */
  along?: string | undefined;
  /** Colours of all but the lines; by default those of a picture on white. */
  look?: PlotLook;
}

/** CSS colours of a plot. */
export interface PlotLook {
  background: string;
  ink: string;
  dim: string;
  grid: string;
}

const ON_WHITE: PlotLook = { background: '#ffffff', ink: '#1a1d23', dim: '#5c6675', grid: '#e4e8ee' };

const [WIDTH, HEIGHT] = [760, 380];
const MARGIN = { left: 62, right: 170, top: 52, bottom: 42 };

/** The steps at the two ends of a plot, and where they are in units of its drawing: for a pointer that reads values. */
export function plotEnds(lines: readonly Pick<PlotLine, 'steps'>[]): {
  steps: readonly [first: number, last: number];
  x: readonly [left: number, right: number];
} {
  let [first, last] = [Infinity, -Infinity];
  for (const { steps } of lines)
    for (const step of steps) [first, last] = [Math.min(first, step), Math.max(last, step)];
  return { steps: [first, Math.max(last, first + 1)], x: [MARGIN.left, WIDTH - MARGIN.right] };
}

/** Text inside an SVG element or attribute. */
export const escaped = (text: string) =>
  text.replace(
    /[&<>"]/g,
    (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character] ?? character,
  );

/** @param curves one per strategy, in the order of the legend @param metric gives title, unit and range */
export function curvePlot(
  curves: readonly Curve[],
  { metric, subtitle }: { metric: MetricName; subtitle: string },
): string {
  const { title, unit } = metricOf(metric);
  const lines = curves.map(({ label, steps, mean, low, high, bySeed }, i): PlotLine => ({
    label,
    steps,
    values: mean,
    ...dashed(curves.length > 1 ? LINE_DASHES[i % PALETTE.length] : undefined),
    ...(bySeed.length > 1 && { low, high, seeds: bySeed }),
  }));
  return linePlot(lines, { title, subtitle, unit });
}

const dashed = (dash: string | undefined): Pick<PlotLine, 'dash'> => (dash === undefined ? {} : { dash });

/** The axis of values stays inside the metric's range, even where a band leaves it. */
function valueAxis(
  lines: readonly PlotLine[],
  unit: Unit,
  log: boolean,
): { domain: [number, number]; ticks: number[] } {
  const { range } = unitOf(unit);
  const values = lines
    .flatMap(({ values, low = [], high = [], seeds = [] }) => [
      ...values,
      ...low,
      ...high,
      ...seeds.flatMap((seed) => seed.values),
    ])
    .filter(Number.isFinite);
  const positive = values.filter((value) => value > 0);
  if (log && positive.length > 0) return logAxis(Math.min(...positive), Math.max(...positive));
  const inRange = (value: number) => Math.min(range[1], Math.max(range[0], value));
  const [lowest, highest] = [inRange(Math.min(...values)), inRange(Math.max(...values))];
  const padding = lines.every(({ area }) => area !== undefined) ? 0 : (highest - lowest || 1) * 0.05;
  const [bottom, top] = [Math.max(range[0], lowest - padding), highest + padding];
  return { domain: [bottom, top], ticks: ticks(bottom, top, 5) };
}

/** @param lines in the order of the legend; at least one of them has a value */
export function linePlot(
  lines: readonly PlotLine[],
  { title, subtitle, unit, log = false, along: axis = 'step', look: page = ON_WHITE }: PlotOptions,
): string {
  const { label, tick: tickText } = unitOf(unit);
  const {
    steps: [left, right],
  } = plotEnds(lines);
  const {
    domain: [bottom, top],
    ticks: marks,
  } = valueAxis(lines, unit, log);
  const logarithmic = log && bottom > 0;
  const along = (value: number) => (logarithmic ? Math.log(value) : value);
  const x = (step: number) => MARGIN.left + ((step - left) / (right - left)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number) =>
    HEIGHT -
    MARGIN.bottom -
    ((along(Math.min(top, Math.max(bottom, value))) - along(bottom)) / (along(top) - along(bottom))) *
      (HEIGHT - MARGIN.top - MARGIN.bottom);
  const point = (step: number, value: number) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" ` +
      `height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img" ` +
      `aria-label="${escaped(title)}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${page.background}"/>`,
    `<text x="${MARGIN.left}" y="22" font-size="15" font-weight="600" fill="${page.ink}">${escaped(title)}</text>`,
    `<text x="${MARGIN.left}" y="40" fill="${page.dim}">${escaped(subtitle)}</text>`,
  ];
  for (const tick of marks)
    parts.push(
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(tick).toFixed(1)}" ` +
        `y2="${y(tick).toFixed(1)}" stroke="${page.grid}"/><text x="${MARGIN.left - 8}" ` +
        `y="${(y(tick) + 4).toFixed(1)}" text-anchor="end" fill="${page.dim}">${tickText(tick)}</text>`,
    );
  for (const tick of stepTicks(left, right, 6))
    parts.push(
      `<text x="${x(tick).toFixed(1)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle" ` +
        `fill="${page.dim}">${tick}</text>`,
    );
  parts.push(
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle" ` +
      `fill="${page.dim}">${escaped(axis)}</text>`,
  );
  parts.push(
    `<text transform="translate(14 ${(HEIGHT - MARGIN.bottom + MARGIN.top) / 2}) rotate(-90)" ` +
      `text-anchor="middle" fill="${page.dim}">${escaped(label)}</text>`,
  );
  for (const [i, line] of lines.entries()) {
    const color = line.color ?? PALETTE[i % PALETTE.length] ?? '';
    const dash = line.dash === undefined ? '' : ` stroke-dasharray="${line.dash}"`;
    const look = `stroke="${color}"${dash}${line.faint ? ' opacity="0.6"' : ''}`;
    const band = line.steps
      .map((step, k) => [step, line.low?.[k] ?? NaN, line.high?.[k] ?? NaN] as const)
      .filter(([, low, high]) => Number.isFinite(low) && Number.isFinite(high));
    const outline = [
      ...band.map(([step, , high]) => point(step, high)),
      ...band.reverse().map(([step, low]) => point(step, low)),
    ];
    const opacity = line.area ?? 0.13;
    if (line.hatch) parts.push(hatchPattern(i, color, line.hatch));
    const fill = line.hatch ? `url(#hatch-${i})` : color;
    if (line.low && line.high)
      parts.push(`<polygon points="${outline.join(' ')}" fill="${fill}" opacity="${opacity}"/>`);
    const pointsOf = ({ steps, values }: Pick<PlotLine, 'steps' | 'values'>) =>
      steps.flatMap((step, k) => {
        const value = values[k] ?? NaN;
        return Number.isFinite(value) && (!logarithmic || value > 0) ? [point(step, value)] : [];
      });
    const points = pointsOf(line);
    for (const seed of line.seeds ?? [])
      parts.push(
        `<polyline points="${pointsOf(seed).join(' ')}" fill="none" stroke="${color}" stroke-width="0.8" ` +
          'opacity="0.4"/>',
      );
    const legend = MARGIN.top + 8 + 20 * i;
    if (line.area !== undefined) {
      parts.push(
        `<rect x="${WIDTH - MARGIN.right + 14}" y="${legend - 7}" width="20" height="14" fill="${fill}" ` +
          `opacity="${opacity}"/><text x="${WIDTH - MARGIN.right + 40}" y="${legend + 4}" ` +
          `fill="${page.ink}">${escaped(line.label)}</text>`,
      );
      continue;
    }
    parts.push(`<polyline points="${points.join(' ')}" fill="none" ${look} stroke-width="${line.faint ? 1.4 : 2}"/>`);
    const dots = line.dots ? [...marked(points), `${WIDTH - MARGIN.right + 23},${legend}`] : [];
    for (const dot of dots) {
      const [cx, cy] = dot.split(',');
      const filled = `fill="${dash === '' ? color : '#ffffff'}" stroke="${color}" stroke-width="1.2"`;
      parts.push(`<circle cx="${cx}" cy="${cy}" r="2.5" ${filled}/>`);
    }
    parts.push(
      `<line x1="${WIDTH - MARGIN.right + 10}" x2="${WIDTH - MARGIN.right + 36}" y1="${legend}" y2="${legend}" ` +
        `${look} stroke-width="2"/><text x="${WIDTH - MARGIN.right + 40}" y="${legend + 4}" ` +
        `fill="${page.ink}">${escaped(line.label)}</text>`,
    );
  }
  return `${parts.join('\n')}\n</svg>\n`;
}

const hatchPattern = (index: number, color: string, path: string): string =>
  `<defs><pattern id="hatch-${index}" width="${HATCH}" height="${HATCH}" patternUnits="userSpaceOnUse">` +
  `<rect width="${HATCH}" height="${HATCH}" fill="${color}"/>` +
  `<path d="${path}" stroke="${HATCH_COLOR}" stroke-width="1"/></pattern></defs>`;
