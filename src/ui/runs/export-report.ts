/** Saves a stored run or sweep as a report: HTML, Markdown, or its records as JSONL and CSV. */
import { recordLines } from '../../archive/run-folder.ts';
import { allSeriesOf } from '../../archive/run-curves.ts';
import { linesCsv } from '../../compare/table.ts';
import { runFileName } from '../../run/run-name.ts';
import { StudioError } from '../../errors.ts';
import { tabArchive } from '../../store/archive.ts';
import type { ArchivedSweep } from '../../store/archive-db.ts';
import { reportedRun, reportedSweep } from '../../store/report-export.ts';
import { useRun } from '../../store/run-store.ts';
import { useRuns } from '../../store/runs-store.ts';
import { download } from '../download.ts';

export const RUN_FORMATS = [
  { kind: 'html', title: 'Report (HTML)' },
  { kind: 'md', title: 'Summary (Markdown)' },
  { kind: 'jsonl', title: 'Records (JSONL)' },
  { kind: 'csv', title: 'Curves (CSV)' },
] as const;
export type RunFormat = (typeof RUN_FORMATS)[number]['kind'];

const ENDINGS: Readonly<Record<RunFormat, string>> = {
  html: 'report.html',
  md: 'summary.md',
  jsonl: 'metrics.jsonl',
  csv: 'curves.csv',
};

export async function exportRun(id: string, format: RunFormat): Promise<void> {
  await saving(async () => {
    const reported = await reportedRun(id);
    if (!reported) return;
    const { run, records } = reported;
    const name = `${runFileName(run.config, run.name)}-${ENDINGS[format]}`;
    switch (format) {
      case 'html':
        return download(name, (await import('../../sharing/run-page.ts')).runPage(reported));
      case 'md':
        return download(name, (await import('../../sharing/run-markdown.ts')).runMarkdown(reported));
      case 'jsonl':
        return download(name, recordLines(records));
      case 'csv':
        return download(
          name,
          linesCsv(Object.entries(allSeriesOf(records)).map(([label, series]) => ({ label, ...series }))),
        );
    }
  });
}

export async function exportSweepReport(sweep: ArchivedSweep): Promise<void> {
  await saving(async () => {
    await tabArchive.writer.settled();
    const reported = await reportedSweep(sweep, await tabArchive.archive.runs());
    const { sweepPage } = await import('../../sharing/sweep-page.ts');
    download(`${runFileName(undefined, sweep.sweep.name)}-report.html`, sweepPage(reported));
  });
}

/** Failures are shown on the page that is open. */
async function saving(save: () => Promise<void>): Promise<void> {
  try {
    await save();
  } catch (error) {
    useRuns.getState().fail(error);
    const known = error instanceof StudioError ? error : new StudioError('internal', String(error));
    useRun.getState().showError({ kind: known.kind, message: known.message, advice: known.advice });
  }
}
