/** A chart as a file: a picture on white, or its values. */
import { linePlot, type PlotLine, type PlotOptions } from '../../compare/plot.ts';
import { linesCsv } from '../../compare/table.ts';
import { download } from '../download.ts';
import type { ExportFormat } from './export-formats.ts';
import { fileNameOf } from './file-name.ts';
import { lightColors } from './light-colors.ts';
import { dashOfLine, isAlone, type LineSpec, type SeriesByKey, type StepRange } from './lines.ts';
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
  await save(chart, format, {
    csv: () => chart.csv?.() ?? linesCsv(plotLines({ ...chart, ...values }), chart.along),
    svg: () =>
      linePlot(
        plotLines(chart).filter(({ values }) => values.some(Number.isFinite)),
        chart,
      ),
  });
}

/** Downloads one format of a chart, under the name of its run and its title. */
export async function save(
  { run, title }: { run: string; title: string },
  format: ExportFormat,
  { csv, svg }: { csv: () => string; svg: () => string },
): Promise<void> {
  const name = `${fileNameOf(run, title)}.${format.toLowerCase()}`;
  if (format === 'CSV') download(name, csv());
  else download(name, format === 'SVG' ? svg() : await pngOf(svg()));
}

/** @returns the lines of a picture or a table, in the colours of the light scheme and with the dashes of the page */
function plotLines({ lines, series, range }: Pick<ExportedChart, 'lines' | 'series' | 'range'>): PlotLine[] {
  const colors = lightColors(lines.map(({ color }) => color));
  const alone = isAlone(lines);
  return lines.flatMap((line): PlotLine[] => {
    const { key, title, color, dots, faint, band } = line;
    const one = series[key];
    if (!one || faint === 'raw') return [];
    const dash = dashOfLine(line, alone);
    const inside = (values: readonly number[]) =>
      range ? values.filter((_, i) => (one.steps[i] ?? 0) >= range[0] && (one.steps[i] ?? 0) <= range[1]) : values;
    return [
      {
        label: title,
        steps: inside(one.steps),
        values: inside(one.values),
        color: colors.get(color) ?? color,
        ...(dash !== undefined && { dash }),
        ...(dots && !faint && { dots: true }),
        ...(faint && { faint: true }),
        ...(band === 'area' && one.low && one.high && { low: inside(one.low), high: inside(one.high) }),
      },
    ];
  });
}
