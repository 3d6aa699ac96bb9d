/** The chart of gradient mass by zone as a file. */
import { linePlot } from '../../compare/plot.ts';
import { linesCsv } from '../../compare/table.ts';
import { zoneColor } from '../zones.ts';
import { save } from './chart-export.ts';
import type { ExportFormat } from './export-formats.ts';
import { lightColors } from './light-colors.ts';
import { MASS_ZONES, massAreas, massLines, type MassRow } from './mass-rows.ts';

interface ExportedMass {
  title: string;
  subtitle: string;
  run: string;
  /** The values of the shown steps, for CSV, and as they are drawn: smoothed. */
  rows: readonly MassRow[];
  drawn: readonly MassRow[];
}

export async function exportMass({ rows, drawn, ...chart }: ExportedMass, format: ExportFormat): Promise<void> {
  const light = lightColors(MASS_ZONES.map(zoneColor));
  await save(chart, format, {
    csv: () => linesCsv(massLines(rows)),
    svg: () =>
      linePlot(
        massAreas(drawn).map((area) => ({ ...area, color: light.get(area.color ?? '') ?? '' })),
        { ...chart, unit: 'share' },
      ),
  });
}
