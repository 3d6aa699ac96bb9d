/** The wire format of Protocol Buffers: fields of a message, for readers that know their numbers. */

/** A message that cannot be read. */
export class ProtobufFlaw extends Error {}

export type WireField =
  | { number: number; type: 'varint'; value: bigint }
  | { number: number; type: 'fixed64'; bytes: Uint8Array }
  | { number: number; type: 'fixed32'; bytes: Uint8Array }
  | { number: number; type: 'bytes'; bytes: Uint8Array };

/**
 * The fields of a message, in order. Groups, which no current writer writes, are not read.
 *
 * @throws ProtobufFlaw
 */
export function* fieldsOf(message: Uint8Array): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new ProtobufFlaw('a message ends inside of a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufFlaw('a number has more than 10 bytes');
  };
  /** Tags and lengths are short: without big numbers. */
  const short = (): number => {
    const [first, second] = [message[at] ?? 0x80, message[at + 1] ?? 0x80];
    if (first < 0x80) {
      at += 1;
      return first;
    }
    if (second >= 0x80) return Number(varint());
    at += 2;
    return (first & 0x7f) | (second << 7);
  };
  const take = (length: number): Uint8Array => {
    if (length > message.length - at) throw new ProtobufFlaw('a field is longer than its message');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = short();
    const number = Math.floor(tag / 8);
    if (number === 0) throw new ProtobufFlaw('a field has the number 0');
    switch (tag % 8) {
      case 0:
        yield { number, type: 'varint', value: varint() };
        break;
      case 1:
        yield { number, type: 'fixed64', bytes: take(8) };
        break;
      case 2:
        yield { number, type: 'bytes', bytes: take(short()) };
        break;
      case 5:
        yield { number, type: 'fixed32', bytes: take(4) };
        break;
      default:
        throw new ProtobufFlaw('a field has a type that is not read');
    }
  }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
export const float32 = (bytes: Uint8Array): number => viewOf(bytes).getFloat32(0, true);
export const float64 = (bytes: Uint8Array): number => viewOf(bytes).getFloat64(0, true);
export const int32 = (bytes: Uint8Array): number => viewOf(bytes).getInt32(0, true);
export const int64 = (bytes: Uint8Array): number => Number(viewOf(bytes).getBigInt64(0, true));
/** An int32 or int64 field. */
export const signed = (value: bigint): number => Number(BigInt.asIntN(64, value));
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
