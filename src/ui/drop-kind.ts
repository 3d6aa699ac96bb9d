/** What dropped files are: by their names, because reading them all could take very long. */
import { isEventName, isLogName } from '../logs/log-names.ts';

/** Endings of files of data. */
export const DATA_ENDINGS = ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'tab', 'parquet'] as const;

const nameOf = (path: string) => path.split('/').at(-1) ?? path;
const isDataName = (path: string) => DATA_ENDINGS.some((ending) => path.toLowerCase().endsWith(`.${ending}`));
/** Files that only checkpoints and runs have. */
const OF_CHECKPOINT = /^((adapter_|generation_)?config\.json|tokenizer.*\.json|.*\.(safetensors|bin|zip))$/i;
/** What of them has weights. */
const OF_WEIGHTS = /\.(safetensors|bin)$/i;
/** Formats of token dumps. */
export const DUMP_ENDINGS = ['jsonl', 'ndjson', 'parquet'] as const;
const OF_DUMP = new RegExp(`\\.(${DUMP_ENDINGS.join('|')})$`, 'i');
/** Metric logs of another trainer that are nothing else. */
const isOnlyLog = (path: string) => isEventName(nameOf(path)) || /^trainer_state\.json$/i.test(nameOf(path));
const OF_RUN = /^(config\.json|metrics\.jsonl|.*\.zip)$/i;

/**
 * @param paths inside what was dropped
 * @param shown the page Runs, or Compare with a token dump or a metric log, where files mean something else
 */
export function dropKind(
  paths: readonly string[],
  shown: 'runs' | 'dump' | 'logs' | undefined,
): 'runs' | 'checkpoint' | 'data' | 'dump' | 'logs' {
  const weights = paths.some((path) => OF_WEIGHTS.test(nameOf(path)));
  // A checkpoint of transformers has its trainer_state.json beside the weights.
  if (!weights && paths.some((path) => isOnlyLog(path) || (shown === 'logs' && isLogName(nameOf(path))))) return 'logs';
  if (shown === 'dump' && paths.some((path) => OF_DUMP.test(path))) return 'dump';
  const runs = shown === 'runs';
  if (runs && (paths.length === 0 || paths.some((path) => OF_RUN.test(nameOf(path))))) return 'runs';
  if (paths.length === 0 || paths.some((path) => OF_CHECKPOINT.test(nameOf(path)))) return 'checkpoint';
  // A loose file of another kind is refused as data, with the formats that are read.
  return paths.some((path) => isDataName(path) || !path.includes('/')) ? 'data' : 'checkpoint';
}

/** Of dropped files, those to add as data: in a folder of data, also others may be. */
export function dataPaths<T extends { path: string }>(files: readonly T[]): T[] {
  const data = files.filter(({ path }) => isDataName(path));
  return data.length > 0 ? data : [...files];
}

/** Of dropped files, those that may be token dumps. */
export const dumpFiles = <T extends { path: string }>(files: readonly T[]): T[] =>
  files.filter(({ path }) => OF_DUMP.test(path));

/** Of dropped files, those that may be metric logs; on Compare with a metric log, of any format. */
export const logFiles = <T extends { path: string }>(files: readonly T[], any: boolean): T[] =>
  files.filter(({ path }) => isOnlyLog(path) || (any && isLogName(nameOf(path))));
