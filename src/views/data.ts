/** Data sets as the page shows them: plain and bounded, however large the files are. */
import type { ColumnType } from '../data/columns.ts';
import type { DataColumns, HeldOut } from '../data/config.ts';
import type { LengthSummary } from '../data/lengths.ts';
import type { DatasetConfig } from '../run/config/task.ts';

export interface DataSetView {
  id: string;
  /** The file's name. */
  name: string;
  origin: 'file' | 'hub' | 'included';
  /** What a config names it by. */
  reference: { path: string; sha256?: string; repository?: string; revision?: string };
  /** Branch or tag that was asked for; the reference names the commit. */
  branch?: string;
  /** Undefined until an included file is first read. */
  bytes?: number;
  /** Bytes that are present of an incomplete download. */
  loaded?: number;
  /** Undefined until the file is first read. */
  rows?: number;
  /** Why the file is kept only until the page is closed. */
  unsaved?: string;
  description?: string;
}

/** Work on a data set that takes long for a large one. */
export interface DataProgress {
  work: 'adding' | 'reading' | 'measuring';
  name: string;
  /** Bytes; rows where a run's task is measured. */
  done: number;
  total: number;
  /** Rows so far, where they are counted. */
  rows?: number;
}

/** A value as text; JSON for lists and objects. */
export interface CellView {
  /** At most MOST_CELL_CHARACTERS. */
  text: string;
  /** Characters of the whole value. */
  length: number;
}
export const MOST_CELL_CHARACTERS = 5000;

export interface DataRowView {
  /** `line 3`, or `element 2` of a JSON list. */
  place: string;
  /** By column; columns that the row does not have are missing. */
  cells: Record<string, CellView>;
}

export interface DataSummaryView {
  format: 'jsonl' | 'json' | 'csv' | 'parquet';
  delimiter?: string;
  bytes: number;
  sha256: string;
  rows: number;
  columns: Record<string, ColumnType>;
  /** Columns and, as dotted paths, fields inside them: what a role can be given. */
  paths: string[];
  guessed?: DataColumns;
  /** The columns that the counts are for. */
  mapping?: DataColumns;
  bad: { count: number; list: { place: string; reason: string }[] };
  preview: DataRowView[];
  duplicates: number;
  /** Whether the first answers have `####` before a number, as in GSM8K. */
  marked: boolean;
  /** Whether the first answers contain a number. */
  numeric: boolean;
  split?: SplitCounts;
}

/** Rows by side of the split. */
export interface SplitCounts {
  training: number;
  heldOut: number;
  /** Rows that are left out of training because their problem is held out. */
  overlap: number;
}

export interface SummaryRequest {
  id: string;
  columns?: DataColumns;
  heldOut?: HeldOut;
  /** Number of first rows that are used. */
  rows?: number;
}

/** A data set as a model reads it. */
export interface TokenRequest {
  id: string;
  task: DatasetConfig;
  /** A model of the library; `new` for a new one, whose tokens are the characters of the data. */
  model: string;
  /** Positions of a new model. */
  positions: number;
}

export interface DataToken {
  id: number;
  text: string;
  /** masked: part of the response, and not trained. */
  kind: 'prompt' | 'target' | 'masked';
  special?: 'begin' | 'end';
}

export interface TokenRow {
  place: string;
  /** At most MOST_ROW_TOKENS. */
  tokens: DataToken[];
  /** Tokens of the prompt, and of the response with its end; undefined without a solution. */
  prompt: number;
  response?: number;
  /** Why the model cannot read the row. */
  problem?: string;
}
export const MOST_ROW_TOKENS = 1500;

export interface TokenPreview {
  rows: TokenRow[];
  /** Whether prompts go through the model's chat template. */
  chat: boolean;
  /** Whether the model has one. */
  chatTemplate: boolean;
  vocabularySize: number;
  positions: number;
}

export interface TokenLengths {
  /** Rows that were measured: fewer than the data has if `complete` is false. */
  rows: number;
  complete: boolean;
  /** Of these, rows whose prompt and solution fit the positions. */
  fit: number;
  positions: number;
  /** Rows without a worked solution, which SFT cannot train on. */
  unsolved: number;
  prompt: LengthSummary;
  response?: LengthSummary;
  total: LengthSummary;
}

/** A file of a data set on the hub. */
export interface HubDataFile {
  path: string;
  size: number;
}

export interface HubDataListing {
  repository: string;
  revision: string;
  commit: string;
  files: HubDataFile[];
}
