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

/** The parts of the archive, in order. Files and archive must stay below 4 GiB. */
export function zipParts(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer>[] {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const central: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { path, data } of entries) {
    const name = new TextEncoder().encode(path);
    const shared = [VERSION, UTF8_NAMES, 0, 0, DATE];
    const sizes = [crc32(data), data.length, data.length];
    parts.push(fields([LOCAL_HEADER], shared, sizes, [name.length, 0]), name, data);
    central.push(fields([CENTRAL_HEADER], [VERSION, ...shared], sizes, [name.length, 0, 0, 0, 0], [0, offset]), name);
    offset += 30 + name.length + data.length;
  }
  const size = central.reduce((sum, part) => sum + part.length, 0);
  return [...parts, ...central, fields([END_RECORD], [0, 0, entries.length, entries.length], [size, offset], [0])];
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
