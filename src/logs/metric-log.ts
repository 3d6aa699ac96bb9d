/** Metrics over steps as another trainer logged them, of any kind of file. */
import type { DataFile } from '../data/data-file.ts';

/** What wrote a log, as far as its contents say. */
export const LOG_SOURCES = {
  verl: 'verl file logger',
  transformers: 'trainer_state.json',
  tensorboard: 'TensorBoard',
  wandb: 'W&B',
  jsonl: 'JSONL',
  json: 'JSON',
  csv: 'CSV',
  parquet: 'Parquet',
} as const;
export type LogSource = keyof typeof LOG_SOURCES;

/** One metric; its arrays have equal length. */
export interface LogSeries {
  /** As the file has it, without control characters. */
  name: string;
  /** Ascending, each once. */
  steps: number[];
  /** Finite. */
  values: number[];
}

/** One run of a file, or of a folder of TensorBoard event files. */
export interface MetricLog {
  source: LogSource;
  /** Name of the file, or of the folder of event files. */
  file: string;
  /** The run's name, in files that have several. */
  run: string | undefined;
  /** At least one, each with at least one value. */
  series: LogSeries[];
  /** Rows or records that cannot be used: all are counted, the first are listed with their places. */
  leftOut: { count: number; list: string[] };
  /** What a reader of the curves should know, as sentences. */
  notes: string[];
}

/** A file with its path inside what was dropped or given; event files of one folder are one run. */
export interface LogFile {
  path: string;
  file: DataFile;
}

/** Bounds of a log; those of tests are small. */
export interface LogLimits {
  /** Bytes of a file. */
  bytes: number;
  /** Values of all series of a file. */
  values: number;
  /** Series of a file. */
  series: number;
}

export const LOG_LIMITS: LogLimits = { bytes: 200 * 2 ** 20, values: 5_000_000, series: 2000 };

/** Rows that are listed of those left out. */
export const LISTED = 20;

/** `run.csv: seed 7`: what a log is called in a legend. */
export const logName = ({ file, run }: Pick<MetricLog, 'file' | 'run'>): string =>
  run === undefined ? file : `${file}: ${run}`;

/** The last step of any of its series. */
export const lastStep = ({ series }: Pick<MetricLog, 'series'>): number =>
  series.reduce((last, { steps }) => Math.max(last, steps.at(-1) ?? 0), 0);
