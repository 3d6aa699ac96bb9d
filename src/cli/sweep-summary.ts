/** The tables, statistics and curves of a sweep's complete runs, as files. */
import { join } from 'node:path';
import { armDifferences } from '../compare/arm-differences.ts';
import { curvePlot } from '../compare/plot.ts';
import type { RunRecords } from '../compare/run-summary.ts';
import { curvesOf, summarize } from '../compare/summary.ts';
import { SWEEP_CURVES } from '../compare/sweep-view.ts';
import { armsOf, type Sweep } from '../compare/sweep.ts';
import { curvesCsv, runsCsv, tableCsv, tableLatex, tableMarkdown, trialsMarkdown } from '../compare/table.ts';
import { confirmed, trialsOf } from '../compare/tuning.ts';
import { percent } from '../run/metrics/units.ts';
import { writeWhole } from './files.ts';

/** @param all complete runs, in the order of the sweep */
export async function writeSummary(sweep: Sweep, all: readonly RunRecords[], output: string): Promise<void> {
  const labels = armsOf(sweep).map(({ label }) => label);
  const runs = confirmed(sweep, all);
  const summary = summarize(labels, runs, sweep);
  const trials = trialsOf(sweep, all);
  const parts = [tableMarkdown(summary), armDifferences(sweep), ...(trials.length > 0 ? [trialsMarkdown(trials)] : [])];
  const table = parts.filter(Boolean).join('\n\n');
  await writeWhole(join(output, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  await writeWhole(join(output, 'table.md'), `${table}\n`);
  await writeWhole(join(output, 'table.tex'), tableLatex(summary));
  await writeWhole(join(output, 'table.csv'), tableCsv(summary));
  await writeWhole(join(output, 'runs.csv'), runsCsv(summary));
  for (const { phase, metric } of SWEEP_CURVES) {
    const curves = curvesOf(labels, runs, phase, metric, sweep.confidence);
    if (curves.length === 0) continue;
    const name = metric.replaceAll('/', '-');
    const seeds = sweep.seeds.length;
    const subtitle =
      seeds === 1
        ? 'one seed'
        : seeds < 3
          ? `mean of ${seeds} seeds, lowest to highest`
          : `mean of ${seeds} seeds, ${percent(sweep.confidence, 0)} interval of the mean`;
    await writeWhole(join(output, 'curves', `${name}.svg`), curvePlot(curves, { metric, subtitle }));
    await writeWhole(join(output, 'curves', `${name}.csv`), curvesCsv(curves));
  }
  console.log(`\n${table}\n`);
}
