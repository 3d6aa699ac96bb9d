/** The lines of a block of JSONL, also named NDJSON: one JSON value per line. Blank lines are skipped. */
import type { TextBlock } from './text-blocks.ts';

export interface JsonLine {
  /** In the file, from 1. */
  line: number;
  /** Without its line break. */
  content: string;
  /** Why its text cannot be read; undefined if it can. */
  flaw?: string;
}

export function* jsonLines({ text, firstLine, flawed }: TextBlock): Generator<JsonLine> {
  let line = firstLine;
  for (let start = 0; start < text.length; line++) {
    const end = text.indexOf('\n', start);
    const content = end < 0 ? text.slice(start) : text.slice(start, end);
    start = end < 0 ? text.length : end + 1;
    const flaw = flawed.get(line);
    if (flaw !== undefined) yield { line, content, flaw };
    else if (content.trim() !== '') yield { line, content };
  }
}
