/** Curves of strategies over the ratio as files. */
import { linePlot, type PlotLine } from '../../compare/plot.ts';
import { linesCsv } from '../../compare/table.ts';
import { save } from '../charts/chart-export.ts';
import type { ExportFormat } from '../charts/export-formats.ts';
import { lightColors } from '../charts/light-colors.ts';

const ALONG = 'ratio r';

export async function exportCurves(title: string, lines: readonly PlotLine[], format: ExportFormat): Promise<void> {
  const run = lines.map(({ label }) => label).join('-');
  const light = lightColors(lines.map(({ color = '' }) => color));
  await save({ run, title }, format, {
    csv: () => linesCsv(lines, ALONG),
    svg: () =>
      linePlot(
        lines.map((line) => ({ ...line, color: light.get(line.color ?? '') ?? '#000000' })),
        { title, subtitle: lines.map(({ label }) => label).join(', '), unit: 'advantage', along: ALONG },
      ),
  });
}
