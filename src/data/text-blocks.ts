/** Text files as blocks of whole lines, with the lines that are not UTF-8 or too long. */
import { piecesOf, type DataFile, type ReadOptions } from './data-file.ts';
import { LARGEST_RECORD, tooLong, type RecordLimit } from './records.ts';

export interface TextBlock {
  /** Whole lines, each with its line break; the file's last line may lack it. */
  text: string;
  /** Number of the first line, from 1. */
  firstLine: number;
  lines: number;
  /** Why a line cannot be read, by its number. A line that is too long is empty in `text`. */
  flawed: ReadonlyMap<number, string>;
}

const LINE_FEED = 10;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

export async function* textBlocks(
  file: DataFile,
  { largestRecord = LARGEST_RECORD, ...options }: ReadOptions & RecordLimit,
): AsyncGenerator<TextBlock> {
  let line = 1;
  let first = true;
  /** The beginning of a line that continues in the next piece. */
  let begun: Uint8Array[] = [];
  let begunSize = 0;
  let skipping = false;
  const block = (bytes: Uint8Array): TextBlock => {
    const made = decoded(bytes, line);
    line += made.lines;
    return made;
  };
  const skipped = (): TextBlock => ({
    text: '\n',
    firstLine: line,
    lines: 1,
    flawed: new Map([[line++, tooLong(largestRecord)]]),
  });
  for await (const whole of piecesOf(file, options)) {
    let piece = first ? withoutMark(whole) : whole;
    first = false;
    if (skipping) {
      const end = piece.indexOf(LINE_FEED);
      if (end < 0) continue;
      skipping = false;
      yield skipped();
      piece = piece.subarray(end + 1);
    }
    const end = piece.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      yield block(joined([...begun, piece.subarray(0, end)]));
      begun = [];
      begunSize = 0;
    }
    if (end === piece.byteLength) continue;
    begun.push(piece.slice(end));
    begunSize += piece.byteLength - end;
    if (begunSize <= largestRecord) continue;
    begun = [];
    begunSize = 0;
    skipping = true;
  }
  if (skipping) yield skipped();
  if (begunSize > 0) yield block(joined(begun));
}

/** A byte order mark is at most in the first piece, which has it whole: pieces of files are larger. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte) ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
}

function decoded(bytes: Uint8Array, firstLine: number): TextBlock {
  try {
    const text = strictText(bytes);
    return { text, firstLine, lines: countOf(text, '\n') + (text.endsWith('\n') ? 0 : 1), flawed: new Map() };
  } catch {
    const flawed = new Map<number, string>();
    const lines: string[] = [];
    for (let start = 0; start < bytes.byteLength;) {
      const end = bytes.indexOf(LINE_FEED, start) + 1 || bytes.byteLength;
      const line = bytes.subarray(start, end);
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(line);
      const flaw = text.includes('\ufffd') ? utf8Flaw(line) : undefined;
      if (flaw !== undefined) flawed.set(firstLine + lines.length, flaw);
      lines.push(text);
      start = end;
    }
    return { text: lines.join(''), firstLine, lines: lines.length, flawed };
  }
}

/** @throws TypeError if the bytes are not UTF-8 */
export const strictText = (bytes: Uint8Array) =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

/** Which byte is not UTF-8; undefined if all are. */
export function utf8Flaw(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    const offset = new TextEncoder().encode(text.slice(0, at)).byteLength;
    // The file may have the replacement character itself.
    if ([0xef, 0xbf, 0xbd].every((byte, i) => bytes[offset + i] === byte)) continue;
    const byte = bytes[offset]?.toString(16).padStart(2, '0') ?? 'end';
    return `not UTF-8: 0x${byte} at byte ${offset + 1}`;
  }
  return undefined;
}

export function countOf(text: string, sought: string): number {
  let count = 0;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) count += 1;
  return count;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0]) return parts[0];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}
