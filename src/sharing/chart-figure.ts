/** A chart of a report: an SVG, and a table of its values, which the report's script reads under the pointer. */
import { linePlot, plotEnds, type PlotLine, type PlotLook } from '../compare/plot.ts';
import { formatValue, unitOf, type Unit } from '../run/metrics/units.ts';
import { markup, table, trusted, type Html } from './html.ts';

/** Colours of report-style.ts, which follow the reader's light or dark system. */
const LOOK: PlotLook = { background: 'var(--card)', ink: 'var(--ink)', dim: 'var(--dim)', grid: 'var(--line)' };

/** Colour of the i-th line of a chart. */
export const lineColor = (i: number): string => `var(--series-${(i % 8) + 1})`;

export interface FigureOptions {
  title: string;
  /** Under the title: what is drawn, and of what. */
  subtitle: string;
  unit: Unit;
  /** For tests and links: `chart-NAME`. */
  name: string;
}

/** @param lines in the order of the legend; nothing if none of them has a value */
export function chartFigure(lines: readonly PlotLine[], { title, subtitle, unit, name }: FigureOptions): Html[] {
  const drawn = lines
    .filter(({ values }) => values.some(Number.isFinite))
    .map((line, i): PlotLine => ({ color: lineColor(i), ...line }));
  if (drawn.length === 0) return [];
  const { steps, x } = plotEnds(drawn);
  const { label } = unitOf(unit);
  const svg = linePlot(drawn, { title, subtitle, unit, look: LOOK });
  return [
    markup`<figure id="chart-${name}" data-ends="${[...steps, ...x].join(' ')}">
${trusted(svg)}<output></output>
<details><summary>Values${label === '' || label === '%' ? '' : `, ${label}`}</summary>
${table(['step', ...drawn.map((line) => line.label)], rowsOf(drawn, unit))}</details>
</figure>\n`,
  ];
}

/** One row per step that any line has; a line without a value there has an empty cell. */
function rowsOf(lines: readonly PlotLine[], unit: Unit): string[][] {
  const cells = lines.map(({ steps, values, low, high }) => {
    const text = (i: number): string => {
      const [value = NaN, from = NaN, to = NaN] = [values[i], low?.[i], high?.[i]];
      if (!Number.isFinite(value)) return '';
      const mean = formatValue(unit, value);
      return Number.isFinite(from) && Number.isFinite(to)
        ? `${mean} [${formatValue(unit, from)}, ${formatValue(unit, to)}]`
        : mean;
    };
    return new Map(steps.map((step, i) => [step, text(i)]));
  });
  const steps = [...new Set(lines.flatMap((line) => line.steps))].sort((a, b) => a - b);
  return steps.map((step) => [String(step), ...cells.map((of) => of.get(step) ?? '')]);
}
