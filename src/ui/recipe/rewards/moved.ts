/** The list with one entry moved by one place; entries at the ends stay. */
export function moved<T>(list: readonly T[], index: number, by: 1 | -1): T[] {
  const next = [...list];
  const other = index + by;
  const [one, two] = [next[index], next[other]];
  if (other < 0 || one === undefined || two === undefined) return next;
  next[index] = two;
  next[other] = one;
  return next;
}
