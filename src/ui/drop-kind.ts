/** What dropped files are: by their names, because reading them all could take very long. */

/** Endings of files of data. */
export const DATA_ENDINGS = ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'tab', 'parquet'] as const;

const nameOf = (path: string) => path.split('/').at(-1) ?? path;
const isDataName = (path: string) => DATA_ENDINGS.some((ending) => path.toLowerCase().endsWith(`.${ending}`));
/** Files that only checkpoints and runs have. */
const OF_CHECKPOINT = /^((adapter_|generation_)?config\.json|tokenizer.*\.json|.*\.(safetensors|bin|zip))$/i;
/** Formats of token dumps. */
export const DUMP_ENDINGS = ['jsonl', 'ndjson', 'parquet'] as const;
const OF_DUMP = new RegExp(`\\.(${DUMP_ENDINGS.join('|')})$`, 'i');
const OF_RUN = /^(config\.json|metrics\.jsonl|.*\.zip)$/i;

/**
 * @param paths inside what was dropped
 * @param shown the page Runs, or Compare with a token dump, where files mean something else
 */
export function dropKind(
  paths: readonly string[],
  shown: 'runs' | 'dump' | undefined,
): 'runs' | 'checkpoint' | 'data' | 'dump' {
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
