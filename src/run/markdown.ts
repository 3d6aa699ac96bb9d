/** Tables and plain text of Markdown files. */

/** @param rows the first column is text, the others are numbers */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** Text in a table or a line: no character of it formats anything. */
export const markdownText = (text: string): string => text.replace(/[\\`*_|[\]<>#~&$]/g, '\\$&').replace(/\s+/g, ' ');
