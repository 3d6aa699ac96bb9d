/** A file of data wherever it is: on disk, dropped on the page, in the browser's store, or on the hub. */
export interface DataFile {
  /** File name, whose ending names the format; shown in messages. */
  name: string;
  /** In bytes. */
  size: number;
  /** Bytes from `start` up to and without `end`. */
  slice(start: number, end: number): Promise<Uint8Array>;
  /** The whole file, in pieces. */
  stream(): ReadableStream<Uint8Array>;
}
