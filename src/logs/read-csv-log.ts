/** CSV: a table of metrics, or what W&B exports of a chart with several runs. */
import type { DataFile, ReadOptions } from '../data/data-file.ts';
import { guessDelimiter, readCsv } from '../data/read-csv.ts';
import { placeText } from '../data/records.ts';
import type { Row } from '../data/row.ts';
import { inputError } from '../errors.ts';
import { EXPECTED_STEP, isStep, LogBuilder, type LogBudget } from './log-builder.ts';
import { listed, numberOf, shown, stepColumn } from './log-row.ts';
import type { MetricLog } from './metric-log.ts';
import { collectRows, tornLine, type Item } from './read-rows.ts';

const LARGEST_ROW = 4 * 2 ** 20;
/** Between the run and the metric in a column of a chart that W&B exports. */
const BETWEEN = ' - ';

/** A column of a chart: with its lowest and highest value per step in two more columns. */
interface PanelColumn {
  column: string;
  run: string;
  metric: string;
}

/** @param head the beginning of the file @throws StudioError `input` if no row can be used */
export async function readCsvLog(
  file: DataFile,
  head: string,
  budget: LogBudget,
  options: ReadOptions,
): Promise<MetricLog[]> {
  const delimiter = /\.(tsv|tab)$/i.test(file.name) ? '\t' : guessDelimiter(head);
  const commas = hasDecimalCommas(head, delimiter);
  const items = async function* (): AsyncGenerator<Item> {
    for await (const { rows, bad } of readCsv(file, {
      ...options,
      delimiter,
      largestRecord: LARGEST_ROW,
      renamed: numberedRuns,
    })) {
      if (commas) for (const one of rows) one.row = withPoints(one.row);
      // In the order of the file, by which an incomplete last record is known.
      yield* [...rows, ...bad].sort((a, b) => a.place.record - b.place.record);
    }
  };
  const rows = items();
  const first = await rows.next();
  if (first.done) throw inputError(file.name, 'expected one row per step under a header, found none');
  const all = async function* (): AsyncGenerator<Item> {
    yield first.value;
    yield* rows;
  };
  const panel = 'row' in first.value ? panelColumns(Object.keys(first.value.row)) : [];
  const logs =
    panel.length > 0
      ? await readPanel(file, all(), panel, budget)
      : [await collectRows(file, all(), budget, { source: () => 'csv', cutOff: (reason) => tornLine(file, reason) })];
  if (commas) for (const { notes } of logs) notes.push('Numbers are read with a comma before their decimals.');
  return logs;
}

/** Digits before a decimal comma may be grouped by points. */
const WITH_COMMA = /^[+-]?(\d+|[1-9]\d{0,2}(\.\d{3})+),\d+(e[+-]?\d+)?$/i;
const GROUPED = /^[+-]?[1-9]\d{0,2}(\.\d{3})+$/;

/** Whether numbers have decimal commas, as spreadsheets write them in many countries, with `;` between cells. */
function hasDecimalCommas(head: string, delimiter: string): boolean {
  if (delimiter === ',') return false;
  return head
    .split('\n')
    .some((line) => line.split(delimiter).some((cell) => WITH_COMMA.test(cell.replace(/[\s"]/g, ''))));
}

const withPoints = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, cell]) => {
      const text = typeof cell === 'string' ? cell.trim() : '';
      const isNumber = WITH_COMMA.test(text) || GROUPED.test(text);
      return [name, isNumber ? text.replaceAll('.', '').replace(',', '.') : cell];
    }),
  );

/** Runs of W&B may have one name, and so may their columns in a chart: `seed 7 - loss`, then `seed 7 (2) - loss`. */
function numberedRuns(names: string[]): string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const at = name.lastIndexOf(BETWEEN);
    return count === 1 || at <= 0 ? name : `${name.slice(0, at)} (${count})${name.slice(at)}`;
  });
}

/** Columns of runs: those with a column of lowest and one of highest values beside them. */
export function panelColumns(names: readonly string[]): PanelColumn[] {
  const all = new Set(names);
  return names.flatMap((column) => {
    const at = column.lastIndexOf(BETWEEN);
    if (at <= 0 || !all.has(`${column}__MIN`) || !all.has(`${column}__MAX`)) return [];
    const metric = column.slice(at + BETWEEN.length);
    return metric.startsWith('_') ? [] : [{ column, run: column.slice(0, at), metric }];
  });
}

async function readPanel(
  file: DataFile,
  items: AsyncIterable<Item>,
  columns: readonly PanelColumn[],
  budget: LogBudget,
): Promise<MetricLog[]> {
  const runs = new Map<string, LogBuilder>();
  for (const { run } of columns) if (!runs.has(run)) runs.set(run, new LogBuilder(budget));
  const [first] = runs.values();
  let along: string | undefined;
  for await (const item of items) {
    if ('reason' in item) {
      first?.leaveOut(placeText(item.place), item.reason);
      continue;
    }
    const { row, place } = item;
    along ??= alongOf(row);
    const step = numberOf(row[along]);
    if (step === undefined || !isStep(step)) {
      first?.leaveOut(placeText(place), `${along}: ${EXPECTED_STEP}, found ${shown(row[along])}`);
      continue;
    }
    for (const { column, run, metric } of columns) {
      const value = numberOf(row[column]);
      if (value !== undefined) runs.get(run)?.add(metric, step, value);
    }
  }
  const isOverSteps = along !== undefined && stepColumn([along]) !== undefined;
  const logs = [...runs].flatMap(([run, builder]) => {
    if (!isOverSteps) builder.note(`Steps are those of the chart’s axis: ${along}.`);
    return builder.finish('wandb', file.name, run) ?? [];
  });
  if (logs.length > 0) return logs;
  throw inputError(
    file.name,
    first?.firstLeftOut ?? `expected numbers in ${listed(columns.map(({ column }) => column))}, found none`,
  );
}

/** The axis of an exported chart is its first column. */
const alongOf = (row: Row): string => stepColumn(Object.keys(row)) ?? Object.keys(row)[0] ?? '';
