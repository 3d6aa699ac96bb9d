/** What dropped files are: by their names, because reading them all could take very long. */

/** Endings of files of data. */
export const DATA_ENDINGS = ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'tab', 'parquet'] as const;

const nameOf = (path: string) => path.split('/').at(-1) ?? path;
const isDataName = (path: string) => DATA_ENDINGS.some((ending) => path.toLowerCase().endsWith(`.${ending}`));
/** Files that only checkpoints and runs have. */
const OF_CHECKPOINT = /^((adapter_|generation_)?config\.json|tokenizer.*\.json|.*\.(safetensors|bin|zip))$/i;
const OF_RUN = /^(config\.json|metrics\.jsonl|.*\.zip)$/i;

/**
 * @param paths inside what was dropped
 * @param runs whether the page Runs is shown
 */
export function dropKind(paths: readonly string[], runs: boolean): 'runs' | 'checkpoint' | 'data' {
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
