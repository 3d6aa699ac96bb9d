/** What a reader of a data file gives: rows with their places, in batches, and the records that are no rows. */
import type { Row } from './row.ts';

/** Where a record is in its file. */
export interface Place {
  /** Number of the record, from 1; bad ones count. */
  record: number;
  /** Line on which it begins, from 1; undefined for Parquet. */
  line?: number;
  /** Number of the element in its JSON list, from 1. */
  element?: number;
  /** Row group of a Parquet file, from 1. */
  group?: number;
  /** Number of the row in its row group, from 1. */
  row?: number;
}

export interface PlacedRow {
  row: Row;
  place: Place;
}

/** A record that is not a row, or a row that cannot be used. */
export interface BadRow {
  place: Place;
  reason: string;
}

export interface Batch {
  rows: PlacedRow[];
  bad: BadRow[];
}

/** `line 3`, `row group 2, row 17`, or `element 4, line 9` of a JSON list, without the line where it is the first. */
export function placeText({ record, line, element, group, row }: Place): string {
  if (group !== undefined) return `row group ${group}, row ${row ?? record}`;
  if (element !== undefined) return line === 1 ? `element ${element}` : `element ${element}, line ${line}`;
  return line === undefined ? `row ${record}` : `line ${line}`;
}

/** Longest line, record of a CSV or row of a JSON list, in bytes. */
export const LARGEST_RECORD = 64 * 2 ** 20;

/** Limits of tests are small. */
export interface RecordLimit {
  largestRecord?: number;
}

/** Likewise of Parquet: decoded bytes of the rows that are read at once. */
export interface WindowLimit {
  windowBytes?: number;
}

export const tooLong = (limit: number) => `longer than ${sizeText(limit)}`;

export const sizeText = (bytes: number) => (bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MB` : `${bytes} bytes`);
