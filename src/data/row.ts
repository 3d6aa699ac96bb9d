/** A row of a data set: what a line of JSONL or a record of a CSV or Parquet file has under each column. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * The value at a path into a row: a column, or fields inside one joined by dots (`reward_model.ground_truth`). A column
 * whose own name has the dots comes first.
 *
 * @returns undefined when the row has nothing there
 */
export function valueAt(row: Row, path: string): unknown {
  if (Object.hasOwn(row, path)) return row[path];
  let value: unknown = row;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** The value at a path as text, objects and lists as JSON; undefined when the row has nothing there. */
export function textAt(row: Row, path: string): string | undefined {
  const value = valueAt(row, path);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}
