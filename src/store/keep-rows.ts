/**
 * The rows of a list after it was read again: those that are equal to the ones before are the same objects, so that
 * only changed rows are drawn again; of a list without a change, the list itself.
 */
export function keepRows<Row extends { id: string }>(before: readonly Row[] | undefined, next: Row[]): Row[] {
  if (!before) return next;
  const known = new Map(before.map((row) => [row.id, row]));
  const rows = next.map((row) => {
    const one = known.get(row.id);
    return one && equal(one, row) ? one : row;
  });
  const unchanged = rows.length === before.length && rows.every((row, i) => row === before[i]);
  return unchanged ? (before as Row[]) : rows;
}

/** Whether two values that a database has copied are equal: objects, arrays and primitive values. */
function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [ours, theirs] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(ours);
  return keys.length === Object.keys(theirs).length && keys.every((key) => equal(ours[key], theirs[key]));
}
