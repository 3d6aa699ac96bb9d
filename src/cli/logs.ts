/** `logs`: the metrics of another trainer's logs that the studio has too, as a table. */
import { csv } from '../compare/table.ts';
import { inputError, StudioError } from '../errors.ts';
import { readLogs } from '../logs/read-logs.ts';
import { allRows, summaryOf, type SummaryRow } from '../logs/log-summary.ts';
import { LOG_SOURCES, logName, type LogFile, type MetricLog } from '../logs/metric-log.ts';
import { markdownText } from '../run/markdown.ts';
import { formatValue } from '../run/metrics/units.ts';
import { readArguments } from './arguments.ts';
import { openDataFile } from './data-file.ts';

const FORMATS = ['md', 'csv'] as const;
const HEADS = ['log', 'metric', 'name', 'first', 'last', 'lowest', 'highest', 'values', 'steps', 'differs'];

/** @throws StudioError `input` if a file is no log or cannot be opened, after the tables of the others are printed */
export async function logs(args: string[]): Promise<void> {
  const { positionals, values } = readArguments('logs', args, ['format']);
  if (positionals.length === 0)
    throw inputError('logs', 'expected files: verl or TRL JSONL, trainer_state.json, CSV, TensorBoard or W&B');
  const format = FORMATS.find((one) => one === (values['format'] ?? 'md'));
  if (!format) throw inputError('logs', `--format: expected md or csv, found ${String(values['format'])}`);
  const files: LogFile[] = [];
  const failed: unknown[] = [];
  for (const path of positionals)
    try {
      // readLogs joins the event files of one folder by their paths, also of the current one.
      files.push({ path: path.includes('/') ? path : `./${path}`, file: await openDataFile(path) });
    } catch (error) {
      failed.push(error);
    }
  const found = await readLogs(files);
  if (found.logs.length > 0) console.log((format === 'md' ? markdown : table)(found.logs));
  const [first, ...others] = [...failed, ...found.failed.map(({ error }) => error)];
  if (first === undefined) return;
  for (const error of others) console.error(error instanceof StudioError ? error.line : String(error));
  throw first;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const stepsText = ({ from, to }: SummaryRow): string => (from === to ? String(to) : `${from} to ${to}`);

function markdown(all: readonly MetricLog[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const tables = all.map((log) => {
    const { rows, others } = summaryOf(log);
    const lines = [`${logName(log)} (${LOG_SOURCES[log.source]}), ${counted(log.series.length, 'metric')}`];
    const heads = HEADS.slice(1);
    if (rows.length > 0) lines.push('', row(heads), row(heads.map(() => '---')));
    for (const one of rows) {
      const { first, last, lowest, highest } = one;
      const figures = [first, last, lowest, highest].map((value) => formatValue(one.unit, value));
      const texts = [markdownText(one.metric), markdownText(one.name)];
      lines.push(row([...texts, ...figures, String(one.points), stepsText(one), markdownText(one.differs)]));
    }
    if (rows.length > 0) lines.push('');
    if (others.length > 0) lines.push(`Not in the studio: ${others.join(', ')}.`);
    lines.push(...log.notes);
    const { count, list } = log.leftOut;
    if (count > 0) lines.push(`Left out: ${counted(count, 'record')}.`, ...list.map((fault) => `  ${fault}`));
    return lines.join('\n');
  });
  return tables.join('\n\n');
}

/** All series, also those that the studio does not have; figures with all their digits. */
const table = (all: readonly MetricLog[]): string =>
  csv([
    HEADS,
    ...all.flatMap((log) =>
      allRows(log).map((one) => [
        ...[one.log, one.metric, one.name],
        ...[one.first, one.last, one.lowest, one.highest, one.points],
        ...[stepsText(one), one.differs],
      ]),
    ),
  ]).trimEnd();
