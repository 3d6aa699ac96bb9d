/** A chart as a file: a picture on white, or its values. */
import { linePlot, type PlotLine, type PlotOptions } from '../../compare/plot.ts';
import { linesCsv } from '../../compare/table.ts';
import { download } from '../download.ts';
import type { ExportFormat } from './export-formats.ts';
import { fileNameOf } from './file-name.ts';
import type { LineSpec, SeriesByKey, StepRange } from './lines.ts';
import { pngOf } from './png.ts';

export interface ExportedChart extends PlotOptions {
  /** Names the file, with the chart's title. */
  run: string;
  series: SeriesByKey;
  lines: readonly LineSpec[];
  range: StepRange | undefined;
  /** Replaces the table of the lines. */
  csv?: (() => string) | undefined;
}

/**
 * Saves a chart as it is drawn: smoothed, zoomed in and logarithmic if it is.
 *
 * @param values the same chart before smoothing, for CSV
 */
export async function exportChart(
  chart: ExportedChart,
  values: Pick<ExportedChart, 'series' | 'lines'>,
  format: ExportFormat,
): Promise<void> {
  const name = `${fileNameOf(chart.run, chart.title)}.${format.toLowerCase()}`;
  if (format === 'CSV') {
    download(name, chart.csv?.() ?? linesCsv(plotLines({ ...chart, ...values })));
    return;
  }
  const drawn = plotLines(chart).filter(({ values }) => values.some(Number.isFinite));
  const svg = linePlot(drawn, chart);
  download(name, format === 'SVG' ? svg : await pngOf(svg));
}

function plotLines({ lines, series, range }: Pick<ExportedChart, 'lines' | 'series' | 'range'>): PlotLine[] {
  const colors = lightColors(lines.map(({ color }) => color));
  return lines.flatMap(({ key, title, color, dashed, faint, band }): PlotLine[] => {
    const one = series[key];
    if (!one || faint === 'raw') return [];
    const inside = (values: readonly number[]) =>
      range ? values.filter((_, i) => (one.steps[i] ?? 0) >= range[0] && (one.steps[i] ?? 0) <= range[1]) : values;
    return [
      {
        label: title,
        steps: inside(one.steps),
        values: inside(one.values),
        color: colors.get(color) ?? color,
        ...((dashed || faint) && { dashed: true }),
        ...(faint && { faint: true }),
        ...(band === 'area' && one.low && one.high && { low: inside(one.low), high: inside(one.high) }),
      },
    ];
  });
}

/** Values of CSS colours in the light scheme, in which files are drawn whatever the page's scheme is. */
function lightColors(colors: readonly string[]): Map<string, string> {
  const probe = document.createElement('span');
  probe.dataset.mantineColorScheme = 'light';
  const inner = probe.appendChild(document.createElement('i'));
  document.body.append(probe);
  const values = new Map(
    colors.map((color) => {
      inner.style.color = color;
      return [color, getComputedStyle(inner).color];
    }),
  );
  probe.remove();
  return values;
}
