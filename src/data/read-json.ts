/** JSON with a list of objects: the file itself, or one field of an object, such as `{"data": [..]}`. */
import { inputError } from '../errors.ts';
import { piecesOf, type DataFile, type ReadOptions } from './data-file.ts';
import { JsonElements, JsonFlaw, type JsonElement } from './json-elements.ts';
import { jsonRow } from './json-row.ts';
import { LARGEST_RECORD, tooLong, type Batch, type RecordLimit } from './records.ts';
import type { Row } from './row.ts';
import { joined, strictText, utf8Flaw } from './text-blocks.ts';

/**
 * @throws StudioError `input` if the file has no list of objects, or two
 */
export async function* readJson(
  file: DataFile,
  { largestRecord = LARGEST_RECORD, ...options }: ReadOptions & RecordLimit,
): AsyncGenerator<Batch> {
  const elements = new JsonElements(largestRecord);
  /** Field with the rows; undefined until the first row. */
  let chosen: { field: string | undefined } | undefined;
  let record = 0;
  const add = (element: JsonElement, batch: Batch): void => {
    const result = rowOf(element, largestRecord);
    // Other lists in an object with fields, such as one of column names.
    if (elements.field !== undefined && !chosen && !('row' in result)) return;
    chosen ??= { field: elements.field };
    if (chosen.field !== elements.field) {
      if (!('row' in result)) return;
      throw inputError(
        file.name,
        `expected one list of objects, found two: ${String(chosen.field)} and ${String(elements.field)}`,
      );
    }
    record += 1;
    const place = { record, line: element.line, element: record };
    if ('row' in result) batch.rows.push({ row: result.row, place });
    else batch.bad.push({ place, reason: result.reason });
  };
  let first = true;
  for await (const piece of piecesOf(file, options)) {
    const bytes = first && piece[0] === 0xef ? piece.subarray(3) : piece;
    first = false;
    const batch: Batch = { rows: [], bad: [] };
    try {
      for (const element of elements.push(bytes)) add(element, batch);
    } catch (error) {
      if (!(error instanceof JsonFlaw)) throw error;
      batch.bad.push({ place: { record: record + 1, line: elements.line }, reason: error.message });
      yield batch;
      return;
    }
    yield batch;
  }
  if (elements.open === 'nothing') {
    if (!chosen && elements.fields.length > 0)
      throw inputError(
        file.name,
        `expected a list of objects, found an object with ${listed(elements.fields)}; ` +
          'a list of objects in one of its fields is read too',
      );
    return;
  }
  const batch: Batch = { rows: [], bad: [] };
  if (elements.open === 'element') {
    const element = elements.rest();
    if ('row' in rowOf(element, largestRecord)) add(element, batch);
  }
  const reason = 'the file ends here, before the end of its list: it may be cut off';
  batch.bad.push({ place: { record: record + 1, line: elements.line }, reason });
  yield batch;
}

function rowOf({ bytes: parts }: JsonElement, limit: number): { row: Row } | { reason: string } {
  if (!parts) return { reason: tooLong(limit) };
  const bytes = joined(parts);
  try {
    return jsonRow(strictText(bytes));
  } catch {
    return { reason: utf8Flaw(bytes) ?? 'not UTF-8' };
  }
}

const listed = (names: readonly string[]) => (names.length === 0 ? 'no fields' : `the fields ${names.join(', ')}`);
