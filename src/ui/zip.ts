/** Packs several files for saving: a zip archive without compression, since weights hardly shrink. */

export interface ZipEntry {
  path: string;
  data: Uint8Array<ArrayBuffer>;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
/** Version 2.0 of the format, and names in UTF-8. */
const VERSION = 20;
const UTF8_NAMES = 0x0800;
/** 1 January 1980, the earliest possible date, so that equal files give equal archives. */
const DATE = 0x0021;

/** An archive that is written file by file. Files and archive must stay below 4 GiB. */
export class ZipWriter {
  private readonly central: Uint8Array<ArrayBuffer>[] = [];
  private offset = 0;
  private size = 0;

  /** The parts of one more file, in order. */
  file({ path, data }: ZipEntry): Uint8Array<ArrayBuffer>[] {
    const name = new TextEncoder().encode(path);
    const shared = [VERSION, UTF8_NAMES, 0, 0, DATE];
    const sizes = [crc32(data), data.length, data.length];
    const entry = fields([CENTRAL_HEADER], [VERSION, ...shared], sizes, [name.length, 0, 0, 0, 0], [0, this.offset]);
    this.central.push(entry, name);
    this.offset += 30 + name.length + data.length;
    this.size += entry.length + name.length;
    return [fields([LOCAL_HEADER], shared, sizes, [name.length, 0]), name, data];
  }

  /** The parts after the last file. */
  end(): Uint8Array<ArrayBuffer>[] {
    const files = this.central.length / 2;
    return [...this.central, fields([END_RECORD], [0, 0, files, files], [this.size, this.offset], [0])];
  }
}

/** The parts of the archive, in order. */
export function zipParts(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer>[] {
  const writer = new ZipWriter();
  const files = entries.flatMap((entry) => writer.file(entry));
  return [...files, ...writer.end()];
}

/** An archive of many files: each is handed to the browser's blob storage before the next is made. */
export async function zipBlob(entries: AsyncIterable<ZipEntry>): Promise<Blob> {
  const writer = new ZipWriter();
  const parts: Blob[] = [];
  for await (const entry of entries) parts.push(new Blob(writer.file(entry)));
  return new Blob([...parts, ...writer.end()]);
}

/** Little-endian groups of numbers: 32, 16, 32, 16, 32 bits wide in turn. */
function fields(...groups: number[][]): Uint8Array<ArrayBuffer> {
  const width = (group: number) => (group % 2 === 0 ? 4 : 2);
  const bytes = new Uint8Array(groups.reduce((sum, numbers, group) => sum + numbers.length * width(group), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [group, numbers] of groups.entries()) {
    for (const number of numbers) {
      if (width(group) === 4) view.setUint32(at, number, true);
      else view.setUint16(at, number, true);
      at += width(group);
    }
  }
  return bytes;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(data: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of data) sum = (sum >>> 8) ^ (CRC_TABLE[(sum ^ byte) & 0xff] ?? 0);
  return (sum ^ 0xffffffff) >>> 0;
}
