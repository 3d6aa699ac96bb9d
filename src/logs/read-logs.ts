/** Opens metric logs of any kind, which their contents tell rather than their names. */
import { unreadable, type DataFile, type ReadOptions } from '../data/data-file.ts';
import { detectFormat } from '../data/format.ts';
import { sizeText } from '../data/records.ts';
import { readable, StudioError } from '../errors.ts';
import { LogBudget } from './log-builder.ts';
import { isEventName } from './log-names.ts';
import { LOG_LIMITS, type LogFile, type LogLimits, type MetricLog } from './metric-log.ts';
import { readPythonJson } from './python-json.ts';
import { isTfRecord } from './tf-records.ts';

/** Beginning of a run's own file of W&B, in a format that only W&B reads. */
const OF_WANDB = ':W&B';

export interface ReadLogs {
  logs: MetricLog[];
  /** Files that are no logs. */
  failed: { name: string; error: StudioError }[];
}

/**
 * Every file that is a log; the others are listed with the reason.
 *
 * @throws StudioError `cancelled`
 */
export async function readLogs(
  files: readonly LogFile[],
  options: ReadOptions = {},
  limits: LogLimits = LOG_LIMITS,
): Promise<ReadLogs> {
  const found: ReadLogs = { logs: [], failed: [] };
  const attempt = async (name: string, read: () => Promise<MetricLog[]>) => {
    try {
      found.logs.push(...(await read()).map((log) => ({ ...log, file: readable(name) })));
    } catch (error) {
      if (!(error instanceof StudioError) || error.kind === 'cancelled') throw error;
      found.failed.push({ name, error });
    }
  };
  const names = files.map(({ file }) => file.name);
  /** Files of one name, such as two trainer_state.json, are told apart by their folders. */
  const named = (path: string, { name }: DataFile): string =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : path;
  const folders = new Map<string, DataFile[]>();
  for (const { path, file } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const folder = path.includes('/') && isEventName(file.name) ? path.slice(0, path.lastIndexOf('/')) : undefined;
    if (folder === undefined) await attempt(named(path, file), () => readLog(file, options, limits));
    else folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  for (const [folder, events] of folders) {
    const [only] = events;
    const name = events.length === 1 && only ? named(`${folder}/${only.name}`, only) : folder;
    await attempt(name, async () => {
      for (const file of events) checkSize(file, limits);
      const { readEventLog } = await import('./read-events.ts');
      return [await readEventLog(events, name, new LogBudget(name, limits), options)];
    });
  }
  return found;
}

/**
 * The runs of one file: several in a chart that W&B exports.
 *
 * @throws StudioError `input` if it is no log, too large, or damaged so that nothing can be read
 */
export async function readLog(
  file: DataFile,
  options: ReadOptions = {},
  limits: LogLimits = LOG_LIMITS,
): Promise<MetricLog[]> {
  checkSize(file, limits);
  const budget = new LogBudget(file.name, limits);
  const start = await file.slice(0, Math.min(64, file.size)).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (isTfRecord(start) || (isEventName(file.name) && file.size > 0)) {
    const { readEventLog } = await import('./read-events.ts');
    return [await readEventLog([file], file.name, budget, options)];
  }
  if (new TextDecoder().decode(start.subarray(0, OF_WANDB.length)) === OF_WANDB)
    throw new StudioError(
      'input',
      `${file.name}: a run's own file of W&B cannot be read.`,
      'Export the charts as CSV from its page, or write run.history() of the wandb package to CSV.',
    );
  const { format, head } = await detectFormat(file);
  const { readJsonLog, readJsonlLog, readParquetLog } = await import('./read-rows.ts');
  if (format === 'parquet') return [await readParquetLog(file, budget, options)];
  if (format === 'csv') {
    const { readCsvLog } = await import('./read-csv-log.ts');
    return readCsvLog(file, head, budget, options);
  }
  return [await (format === 'jsonl' || isLines(head) ? readJsonlLog : readJsonLog)(file, budget, options)];
}

function checkSize(file: DataFile, { bytes }: LogLimits): void {
  if (file.size > bytes)
    throw new StudioError(
      'input',
      `${file.name}: expected a log of at most ${sizeText(bytes)}, found ${Math.ceil(file.size / 2 ** 20)} MB.`,
      'Log fewer metrics, or every k-th step; of a W&B run, export the charts that are to be compared.',
    );
}

/** Lines of JSON as Python writes it, with NaN, which is no JSON. */
function isLines(head: string): boolean {
  const text = head.trimStart();
  const end = text.indexOf('\n');
  if (!text.startsWith('{') || end < 0 || text.slice(end).trim() === '') return false;
  return 'value' in readPythonJson(text.slice(0, end));
}
