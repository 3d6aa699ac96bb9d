/**
 * Records of a TensorBoard event file: the length as 8 bytes, its checksum, the data, their checksum
 * (tensorflow/core/lib/io/record_writer.h). Checksums are CRC-32C, rotated and shifted.
 */

const POLYNOMIAL = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

/** CRC-32C (Castagnoli) of bytes. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** As it is stored: a checksum of bytes that contain checksums would be weak. */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const HEAD = 12;
const FOOT = 4;
/** Longest record that is read, in bytes; one with scalars has some 60. */
const LONGEST = 16 * 2 ** 20;

/** Data of a record, or why it has none; offsets are in bytes from the file's beginning. */
export type TfRecord = { offset: number } & (
  | { data: Uint8Array }
  /** `end`: nothing after it can be read. `torn`: the file ends inside of it. */
  | { flaw: string; kind: 'record' | 'end' | 'torn' }
);

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether bytes begin with the head of a record. */
export const isTfRecord = (bytes: Uint8Array): boolean =>
  bytes.length >= HEAD && view(bytes).getUint32(8, true) === maskedCrc(bytes.subarray(0, 8));

/** Cuts records out of a file as its bytes arrive. */
export class TfRecords {
  private rest: Uint8Array = new Uint8Array();
  private offset = 0;
  /** Bytes of a record that is too long. */
  private skipping = 0;
  private ended = false;

  *push(piece: Uint8Array): Generator<TfRecord> {
    if (this.ended) return;
    let bytes = this.rest.length === 0 ? piece : concatenated(this.rest, piece);
    const skipped = Math.min(this.skipping, bytes.length);
    this.skipping -= skipped;
    this.offset += skipped;
    bytes = bytes.subarray(skipped);
    while (bytes.length >= HEAD) {
      const { offset } = this;
      if (!isTfRecord(bytes)) {
        this.ended = true;
        this.rest = new Uint8Array();
        yield { offset, flaw: 'the checksum of a record’s length is wrong', kind: 'end' };
        return;
      }
      const length = Number(view(bytes).getBigUint64(0, true));
      const whole = HEAD + length + FOOT;
      if (length > LONGEST) {
        yield { offset, flaw: `a record has ${length} bytes`, kind: 'record' };
        const here = Math.min(whole, bytes.length);
        this.skipping = whole - here;
        this.offset += here;
        bytes = bytes.subarray(here);
        continue;
      }
      if (bytes.length < whole) break;
      const data = bytes.subarray(HEAD, HEAD + length);
      this.offset += whole;
      const right = view(bytes).getUint32(HEAD + length, true) === maskedCrc(data);
      bytes = bytes.subarray(whole);
      yield right ? { offset, data } : { offset, flaw: 'the checksum of a record is wrong', kind: 'record' };
    }
    this.rest = bytes.slice();
  }

  /** What is left at the end of the file. */
  end(): TfRecord | undefined {
    const { offset } = this;
    return this.rest.length > 0 || this.skipping > 0
      ? { offset, flaw: 'the file ends inside of a record', kind: 'torn' }
      : undefined;
  }
}

function concatenated(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
