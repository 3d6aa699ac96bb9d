/** Events of TensorBoard: the fields of event.proto, summary.proto and tensor.proto that scalars need. */
import { fieldsOf, float32, float64, int32, int64, signed, textOf, type WireField } from './protobuf.ts';

export interface ScalarEvent {
  step: number;
  /** `brain.Event:2` in the first event of a file. */
  version: string | undefined;
  /** A trainer has begun to write. */
  start: boolean;
  /** The event has a summary, if only of other kinds than scalars. */
  summary: boolean;
  /** Tags of all values of the summary. */
  tags: string[];
  scalars: { tag: string; value: number }[];
}

/** SessionLog.SessionStatus. */
const START = 1n;
/** Types of tensors, with the numbers of types.proto. */
const [FLOAT, DOUBLE, INT32, INT64] = [1n, 2n, 3n, 9n];
const SCALARS = 'scalars';

const isBytes = (field: WireField): field is Extract<WireField, { type: 'bytes' }> => field.type === 'bytes';

/**
 * @param plugins names of plugins by tag, which writers store with the first value of a tag only
 * @throws ProtobufFlaw
 */
export function scalarEvent(data: Uint8Array, plugins: Map<string, string>): ScalarEvent {
  const event: ScalarEvent = { step: 0, version: undefined, start: false, summary: false, tags: [], scalars: [] };
  for (const field of fieldsOf(data)) {
    if (field.number === 2 && field.type === 'varint') event.step = signed(field.value);
    else if (!isBytes(field)) continue;
    else if (field.number === 3) event.version = textOf(field.bytes);
    else if (field.number === 5) {
      event.summary = true;
      for (const value of fieldsOf(field.bytes))
        if (value.number === 1 && isBytes(value)) readValue(value.bytes, event, plugins);
    } else if (field.number === 7)
      event.start = [...fieldsOf(field.bytes)].some(
        (one) => one.number === 1 && one.type === 'varint' && one.value === START,
      );
  }
  return event;
}

function readValue(bytes: Uint8Array, event: ScalarEvent, plugins: Map<string, string>): void {
  let tag = '';
  let simple: number | undefined;
  let tensor: Uint8Array | undefined;
  let plugin: string | undefined;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 2 && field.type === 'fixed32') simple = float32(field.bytes);
    if (!isBytes(field)) continue;
    if (field.number === 1) tag = textOf(field.bytes);
    else if (field.number === 8) tensor = field.bytes;
    else if (field.number === 9) plugin = pluginOf(field.bytes);
  }
  event.tags.push(tag);
  if (plugin !== undefined && !plugins.has(tag)) plugins.set(tag, plugin);
  const value = simple ?? (tensor && plugins.get(tag) === SCALARS ? tensorScalar(tensor) : undefined);
  if (value !== undefined) event.scalars.push({ tag, value });
}

/** SummaryMetadata.plugin_data.plugin_name. */
function pluginOf(metadata: Uint8Array): string | undefined {
  for (const field of fieldsOf(metadata))
    if (field.number === 1 && isBytes(field))
      for (const inner of fieldsOf(field.bytes)) if (inner.number === 1 && isBytes(inner)) return textOf(inner.bytes);
  return undefined;
}

/** The number of a tensor without dimensions; undefined for another one. */
function tensorScalar(tensor: Uint8Array): number | undefined {
  let type = 0n;
  let content: Uint8Array | undefined;
  let typed: number | undefined;
  for (const field of fieldsOf(tensor)) {
    if (field.number === 1 && field.type === 'varint') type = field.value;
    else if (field.number === 2 && isBytes(field)) {
      if ([...fieldsOf(field.bytes)].some(({ number }) => number === 2)) return undefined;
    } else if (field.number === 4 && isBytes(field) && field.bytes.length > 0) content = field.bytes;
    else typed ??= valueField(field);
  }
  if (!content) return typed;
  if (type === FLOAT && content.length === 4) return float32(content);
  if (type === DOUBLE && content.length === 8) return float64(content);
  if (type === INT32 && content.length === 4) return int32(content);
  if (type === INT64 && content.length === 8) return int64(content);
  return undefined;
}

/** float_val, double_val, int_val and int64_val, packed or not. */
function valueField(field: WireField): number | undefined {
  const { number } = field;
  if (number === 5 && field.type === 'fixed32') return float32(field.bytes);
  if (number === 6 && field.type === 'fixed64') return float64(field.bytes);
  if ((number === 7 || number === 10) && field.type === 'varint') return signed(field.value);
  if (!isBytes(field)) return undefined;
  if (number === 5 && field.bytes.length === 4) return float32(field.bytes);
  if (number === 6 && field.bytes.length === 8) return float64(field.bytes);
  if ((number === 7 || number === 10) && field.bytes.length > 0) {
    // A packed number is a varint of its own: read as the field that it would be.
    const whole = new Uint8Array([8, ...field.bytes.subarray(0, 10)]);
    for (const one of fieldsOf(whole)) if (one.type === 'varint') return signed(one.value);
  }
  return undefined;
}
