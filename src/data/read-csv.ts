/** CSV and TSV with a header line (RFC 4180), parsed by papaparse as the file arrives. */
import Papa from 'papaparse';
import { inputError } from '../errors.ts';
import { breaks, type DataFile, type ReadOptions } from './data-file.ts';
import { LARGEST_RECORD, sizeText, type Batch, type RecordLimit } from './records.ts';
import { countOf, textBlocks } from './text-blocks.ts';

/** Characters that are parsed at once after a quote that is not closed. */
const PIECE = 2 ** 20;
const DELIMITERS = [',', '\t', ';', '|'];

/**
 * The delimiter that splits the header, and gives most of the next records as many fields as the header.
 *
 * @param head the beginning of the file
 */
export function guessDelimiter(head: string): string {
  const text = head.replace(/^\ufeff/, '').replace(/\r\n/g, '\n');
  let best = { delimiter: ',', share: 0 };
  for (const delimiter of DELIMITERS) {
    const { data } = new Papa.Parser({ delimiter, newline: '\n', preview: 20 }).parse(text, 0, false) as Parsed;
    const [header = [], ...records] = data.filter((fields) => fields.length > 1 || fields[0] !== '');
    if (header.length < 2) continue;
    const same = records.filter(({ length }) => length === header.length).length;
    const share = (1 + same) / (1 + records.length);
    if (share > best.share) best = { delimiter, share };
  }
  return best.delimiter;
}

/**
 * All values are text. Records may span lines; CRLF is read as LF, also in quotes. A record with a quote that is not
 * closed or not doubled is bad, and reading resumes on the line after its first.
 *
 * @param renamed the names of columns, of those that a header has
 * @throws StudioError `input` for a header that names a column twice
 */
export async function* readCsv(
  file: DataFile,
  {
    delimiter,
    renamed = (names) => names,
    ...options
  }: ReadOptions & RecordLimit & { delimiter: string; renamed?: (names: string[]) => string[] },
): AsyncGenerator<Batch> {
  const records = new CsvRecords(file.name, delimiter, options.largestRecord ?? LARGEST_RECORD, renamed);
  const pause = breaks();
  for await (const { text, flawed } of textBlocks(file, options))
    for (const batch of records.push(text.includes('\r') ? text.replace(/\r\n/g, '\n') : text, flawed)) {
      yield batch;
      await pause();
    }
  for (const batch of records.end()) {
    yield batch;
    await pause();
  }
}

interface Parsed {
  data: string[][];
  errors: { row?: number }[];
  meta: { cursor: number };
}

class CsvRecords {
  private header: string[] | undefined;
  private record = 0;
  /** Text of a record that continues in the next block. */
  private pending = '';
  private pendingLine = 1;
  /** A pending record is parsed again once it has doubled, so that a long one takes linear time. */
  private nextLength = 0;
  private flaws = new Map<number, string>();

  constructor(
    private readonly name: string,
    private readonly delimiter: string,
    private readonly largest: number,
    private readonly renamed: (names: string[]) => string[],
  ) {}

  *push(text: string, flawed: ReadonlyMap<number, string>): Generator<Batch> {
    for (const [line, reason] of flawed) this.flaws.set(line, reason);
    this.pending += text;
    if (this.pending.length < this.nextLength) return;
    yield this.parse();
    if (this.pending.length <= this.largest) this.nextLength = 2 * this.pending.length;
    else yield* this.giveUp(`a quote that opens here is not closed within ${sizeText(this.largest)}`);
  }

  *end(): Generator<Batch> {
    if (this.pending !== '' && !this.pending.endsWith('\n')) this.pending += '\n';
    yield this.parse();
    while (this.pending !== '') {
      yield* this.giveUp('a quote that opens here is not closed');
      yield this.parse();
    }
  }

  /** Takes the complete records out of `pending`. */
  private parse(): Batch {
    const batch: Batch = { rows: [], bad: [] };
    for (;;) {
      const parser = new Papa.Parser({ delimiter: this.delimiter, newline: '\n' });
      const { data, errors, meta } = parser.parse(this.pending, 0, true) as Parsed;
      const quoted = this.pending.includes('"');
      const misquoted = new Set(errors.map(({ row }) => row));
      let lines = 0;
      let again = false;
      for (const [i, fields] of data.entries()) {
        const line = this.pendingLine + lines;
        const height = quoted ? 1 + fields.reduce((sum, field) => sum + countOf(field, '\n'), 0) : 1;
        lines += misquoted.has(i) ? 1 : height;
        if (!misquoted.has(i)) this.add(fields, line, height, batch);
        else {
          this.bad(line, 'a quote inside a quoted field is not doubled', batch);
          again = height > 1;
        }
        if (again) break;
      }
      if (!again) {
        this.pending = this.pending.slice(meta.cursor);
        this.pendingLine += lines;
        return batch;
      }
      this.pending = afterLines(this.pending, lines);
      this.pendingLine += lines;
    }
  }

  /** Leaves out the first line of `pending`, and reads what follows in pieces. */
  private *giveUp(reason: string): Generator<Batch> {
    const batch: Batch = { rows: [], bad: [] };
    this.bad(this.pendingLine, reason, batch);
    yield batch;
    const rest = afterLines(this.pending, 1);
    this.pending = '';
    this.pendingLine += 1;
    this.nextLength = 0;
    for (let start = 0; start < rest.length;) {
      const end = rest.indexOf('\n', Math.min(rest.length - 1, start + PIECE)) + 1 || rest.length;
      yield* this.push(rest.slice(start, end), new Map());
      start = end;
    }
  }

  private add(fields: string[], line: number, height: number, batch: Batch): void {
    let flaw: string | undefined;
    if (this.flaws.size > 0)
      for (let i = line; i < line + height; i++) {
        flaw ??= this.flaws.get(i);
        this.flaws.delete(i);
      }
    if (flaw !== undefined) {
      this.bad(line, flaw, batch);
      return;
    }
    if (fields.length === 1 && fields[0]?.trim() === '') return;
    if (!this.header) {
      this.header = this.checkedHeader(fields);
      return;
    }
    const { header } = this;
    if (fields.length !== header.length) {
      this.bad(line, `expected ${header.length} fields, found ${fields.length}`, batch);
      return;
    }
    const row: Record<string, string> = {};
    for (let i = 0; i < header.length; i++) row[header[i] ?? ''] = fields[i] ?? '';
    batch.rows.push({ row, place: { record: ++this.record, line } });
  }

  private bad(line: number, reason: string, batch: Batch): void {
    if (!this.header) throw inputError(`${this.name}: line ${line}`, `header: ${reason}`);
    batch.bad.push({ place: { record: ++this.record, line }, reason });
  }

  private checkedHeader(fields: string[]): string[] {
    // pandas leaves the name of its index column empty.
    const names = this.renamed(fields.map((name, i) => name.trim() || `column_${i + 1}`));
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw inputError(`${this.name}: header`, `column ${JSON.stringify(twice)} occurs twice`);
    if (names.includes('__proto__')) throw inputError(`${this.name}: header`, 'a column cannot be named __proto__');
    return names;
  }
}

function afterLines(text: string, lines: number): string {
  let at = 0;
  for (let i = 0; i < lines; i++) at = text.indexOf('\n', at) + 1;
  return text.slice(at);
}
