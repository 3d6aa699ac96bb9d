/**
 * StepRecords as the browser's database has them, in batches. A browser that was closed while it wrote, an extension or
 * another version may have damaged them: damaged records are left out, and stay stored.
 */
import { isStepRecord, type StepRecord } from '../run/step-record.ts';

export interface Batch {
  run: string;
  /** Index of the batch's first record in the run, so that a batch written twice is stored once. */
  first: number;
  records: StepRecord[];
}

export interface ReadRecords {
  records: StepRecord[];
  /** Number of stored records that were read, damaged ones included. */
  read: number;
}

/** A batch's records; one damaged record stands for a batch without a list of them, or without its place. */
export const recordsOf = ({ first, records }: Batch): StepRecord[] =>
  Array.isArray(records) && Number.isSafeInteger(first) ? records : [undefined as unknown as StepRecord];

/** The intact records from a number on, of batches in their order. */
export function intactRecords(batches: readonly Batch[], from = 0): ReadRecords {
  const records: StepRecord[] = [];
  let read = 0;
  for (const batch of batches) {
    const all = recordsOf(batch);
    const later = typeof batch.first === 'number' && batch.first < from ? all.slice(from - batch.first) : all;
    read += later.length;
    for (const record of later) if (isStepRecord(record)) records.push(record);
  }
  return { records, read };
}
