/** The format of a data file, by its content and the ending of its name. */
import { inputError, StudioError } from '../errors.ts';
import { unreadable, type DataFile } from './data-file.ts';

export type DataFormat = 'jsonl' | 'json' | 'csv' | 'parquet';

export interface DetectedFormat {
  format: DataFormat;
  /** Beginning of a text file, decoded as well as it can be. */
  head: string;
}

/** Bytes that the format is detected from. */
const HEAD = 1 << 20;
const MARKS: { bytes: number[]; what: string; advice: string }[] = [
  { bytes: [0x1f, 0x8b], what: 'compressed with gzip', advice: 'Unpack it first.' },
  { bytes: [0x50, 0x4b, 3, 4], what: 'a zip archive or an Excel workbook', advice: 'Unpack it, or save it as CSV.' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'compressed with zstd', advice: 'Unpack it first.' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'compressed with xz', advice: 'Unpack it first.' },
  { bytes: [0x42, 0x5a, 0x68], what: 'compressed with bzip2', advice: 'Unpack it first.' },
  { bytes: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], what: 'an Arrow file', advice: 'Save it as Parquet.' },
  { bytes: [0xff, 0xfe], what: 'UTF-16 text', advice: 'Save it as UTF-8.' },
  { bytes: [0xfe, 0xff], what: 'UTF-16 text', advice: 'Save it as UTF-8.' },
];
const PARQUET = [0x50, 0x41, 0x52, 0x31];
const FORMATS = 'JSONL, JSON, CSV, TSV or Parquet';

/** @throws StudioError `input` if it is none of the formats */
export async function detectFormat(file: DataFile): Promise<DetectedFormat> {
  if (file.size === 0) throw inputError(file.name, 'the file is empty');
  const bytes = await file.slice(0, Math.min(HEAD, file.size)).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const begins = (mark: readonly number[]) => mark.every((byte, i) => bytes[i] === byte);
  const ending = /\.([a-z0-9]+)$/i.exec(file.name)?.[1]?.toLowerCase();
  if (begins(PARQUET)) return { format: 'parquet', head: '' };
  const mark = MARKS.find(({ bytes: sought }) => begins(sought));
  if (mark) throw new StudioError('input', `${file.name}: expected ${FORMATS}, found ${mark.what}.`, mark.advice);
  if (ending === 'parquet')
    throw inputError(
      file.name,
      'expected PAR1 at the beginning of a Parquet file: it is cut off or has another format',
    );
  if (bytes.includes(0))
    throw inputError(file.name, `expected ${FORMATS} in UTF-8, found bytes that are no text (a 0 byte)`);
  const head = new TextDecoder().decode(bytes);
  return { format: textFormat(file.name, ending, head, bytes.byteLength < file.size), head };
}

/** @param more the file continues after its head */
function textFormat(name: string, ending: string | undefined, head: string, more: boolean): DataFormat {
  const text = head.trimStart();
  if (text === '' && !more) throw inputError(name, 'the file is empty');
  const [first = '', next] = firstLines(text, more);
  const byContent = text.startsWith('[')
    ? // Lines that are lists are not rows, but lines all the same.
      next?.startsWith('[') && isJson(first)
      ? 'jsonl'
      : 'json'
    : text.startsWith('{')
      ? isJson(first) && (next !== undefined || ending !== 'json')
        ? 'jsonl'
        : 'json'
      : undefined;
  switch (ending) {
    case 'jsonl':
    case 'ndjson':
      // An object that spans lines is a list's wrapper only if the second line continues it.
      return byContent === 'json' && (text.startsWith('[') || /^\{\s*$/.test(first)) ? 'json' : 'jsonl';
    case 'json':
      if (byContent) return byContent;
      throw inputError(name, 'expected a list of objects in JSON, which begins with [ or {');
    case 'csv':
    case 'tsv':
    case 'tab':
      return byContent === 'jsonl' || (byContent === 'json' && isJson(text)) ? byContent : 'csv';
    default:
      if (byContent) return byContent;
      if (/[,;\t|]/.test(first)) return 'csv';
      throw inputError(name, `expected ${FORMATS}, by the ending of its name (.jsonl, .json, .csv, .tsv, .parquet)`);
  }
}

/** The first line, and the next that is not blank; a line that is longer than the head counts as far as known. */
function firstLines(text: string, more: boolean): [string, string | undefined] {
  const end = text.indexOf('\n');
  if (end < 0) return [more ? '' : text, undefined];
  const rest = text.slice(end).trimStart();
  return [text.slice(0, end), rest === '' && !more ? undefined : rest];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
