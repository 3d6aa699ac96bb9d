/** Markdown tables that are also readable as text: columns are padded to equal width. */

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${head.map((_, column) => (cells[column] ?? '').padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}

export const percent = (share: number): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(Math.abs(share) < 0.1 ? 1 : 0)} %` : '';

/** At least three significant digits, without an exponent. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '';
  const size = Math.abs(value);
  return size >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

export const megabytes = (bytes: number): string => number(bytes / 1e6);
export const giga = (perSecond: number): string => number(perSecond / 1e9);
