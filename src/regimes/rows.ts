/** Runs of a sweep as runs.csv has them. */
import papaparse from 'papaparse';

export interface RunRow {
  arm: string;
  seed: number;
  /** By column; NaN where a run has no such figure. */
  values: Record<string, number>;
}

/** @param text of a runs.csv: `strategy`, `seed`, and one column per figure */
export function parseRunRows(text: string): RunRow[] {
  const { data } = papaparse.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  return data.map(({ strategy = '', seed, ...rest }) => ({
    arm: strategy,
    seed: Number(seed),
    values: Object.fromEntries(
      Object.entries(rest).map(([column, value]) => [column, value === '' ? NaN : Number(value)]),
    ),
  }));
}

/** A figure of an arm's runs, in the order of the seeds. @throws Error where a run is missing */
export function valuesOf(rows: readonly RunRow[], arm: string, seeds: readonly number[], column: string): number[] {
  return seeds.map((seed) => {
    const row = rows.find((one) => one.arm === arm && one.seed === seed);
    if (!row) throw new Error(`the runs have no ${arm} with seed ${seed}`);
    return row.values[column] ?? NaN;
  });
}

/** Seeds that all arms have, ascending. */
export function commonSeeds(rows: readonly RunRow[], arms: readonly string[]): number[] {
  const has = (arm: string, seed: number) => rows.some((row) => row.arm === arm && row.seed === seed);
  return [...new Set(rows.map(({ seed }) => seed))]
    .filter((seed) => arms.every((arm) => has(arm, seed)))
    .sort((a, b) => a - b);
}
