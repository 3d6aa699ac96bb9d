/**
 * The part of ONNX's protobuf that is needed to write a model (onnx/onnx.proto3): messages are built from the inside
 * out, each field a number with its bytes.
 */

export type Bytes = Uint8Array<ArrayBuffer>;

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...out, rest];
}

export function concatenated(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A non-negative integer. */
export const integer = (field: number, value: number): Bytes =>
  new Uint8Array([...varint(field * 8), ...varint(value)]);

/** A message or a byte string. */
export const bytes = (field: number, value: Bytes): Bytes =>
  concatenated([new Uint8Array([...varint(field * 8 + 2), ...varint(value.length)]), value]);

export const text = (field: number, value: string): Bytes => bytes(field, new TextEncoder().encode(value));

export const float = (field: number, value: number): Bytes =>
  concatenated([new Uint8Array(varint(field * 8 + 5)), new Uint8Array(new Float32Array([value]).buffer)]);

export const message = (field: number, ...parts: Bytes[]): Bytes => bytes(field, concatenated(parts));

/** Element types of TensorProto. */
export const FLOAT = 1;
export const INT32 = 6;
export const INT64 = 7;

/** `TensorProto`, without its field number. */
export function tensor(name: string, type: number, dims: readonly number[], data: Bytes): Bytes {
  return concatenated([...dims.map((dim) => integer(1, dim)), integer(2, type), text(8, name), bytes(9, data)]);
}

/** `ValueInfoProto`: a dimension is a size or a name. */
export function valueInfo(field: number, name: string, type: number, dims: readonly (number | string)[]): Bytes {
  const shape = message(2, ...dims.map((dim) => message(1, typeof dim === 'number' ? integer(1, dim) : text(2, dim))));
  return message(field, text(1, name), message(2, message(1, integer(1, type), shape)));
}

/** An attribute: integers as INT, other numbers as FLOAT. `fraction` makes a number like 1 a FLOAT. */
function attribute(name: string, value: number, fraction: boolean): Bytes {
  return message(
    5,
    text(1, name),
    ...(fraction ? [float(2, value), integer(20, 1)] : [integer(3, value), integer(20, 2)]),
  );
}

export interface NodeOptions {
  integers?: Record<string, number>;
  floats?: Record<string, number>;
  domain?: string;
}

/** `NodeProto` as a field of a graph; an empty input name omits an optional input. */
export function node(
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  { integers = {}, floats = {}, domain }: NodeOptions = {},
): Bytes {
  return message(
    1,
    ...inputs.map((input) => text(1, input)),
    ...outputs.map((output) => text(2, output)),
    text(3, `${outputs[0] ?? type}`),
    text(4, type),
    ...Object.entries(integers).map(([name, value]) => attribute(name, value, false)),
    ...Object.entries(floats).map(([name, value]) => attribute(name, value, true)),
    ...(domain === undefined ? [] : [text(7, domain)]),
  );
}
