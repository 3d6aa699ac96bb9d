/**
 * A kept step as a file, without loss, in the safetensors layout: arrays by name, and what is text as JSON under
 * `__metadata__`. A run's archive has one for every kept step.
 */
import { z } from 'zod';
import { inputError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { parseAs } from '../run/schema-issues.ts';
import { contradictionIn, KeptTexts } from './checked-step.ts';
import { COUNTS, TOKEN_VALUES, type KeptStep } from './kept-step.ts';

const SCHEMA = 'gppo-studio/kept-step/1';

type Values = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | FloatArray;
type FloatArray = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
/** How arrays are stored; F16 is kept as the bits of Uint16Array. */
const TYPES = {
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
  F16: Uint16Array,
  F32: Float32Array,
  F64: Float64Array,
};
type Dtype = keyof typeof TYPES;

const count = z.number().int().min(0);
const About = KeptTexts.extend({ schema: z.literal(SCHEMA), vocabulary: z.array(z.string()) });
const Header = z.object({ __metadata__: z.object({ about: z.string() }) }).catchall(
  z.object({
    dtype: z.enum(Object.keys(TYPES) as [Dtype]),
    shape: z.array(count),
    data_offsets: z.tuple([count, count]),
  }),
);

type Named = [name: string, dtype: Dtype, shape: number[], values: Values];
const named = (...entry: Named): Named => entry;

/** The arrays of a step, those of larger elements first, so that each is aligned. */
function arraysOf(step: KeptStep): Named[] {
  const [n, t] = [step.texts.length, step.tokens.length];
  return [
    ['reward', 'F64', [n], step.reward],
    ...Object.entries(step.rewards).map(([key, values]) => named(`rewards/${key}`, 'F64', [n], values)),
    ['advantage', 'F64', [n], step.advantage],
    ['begin', 'U32', [n + 1], step.begin],
    ['counts', 'U32', [n, COUNTS], step.counts],
    ['ratio', 'F32', [n], step.ratio],
    ['kl', 'F32', [n], step.kl],
    ...(step.klReference ? [named('kl_reference', 'F32', [n], step.klReference)] : []),
    ['vocabulary', 'U32', [step.vocabulary.ids.length], step.vocabulary.ids],
    ['tokens', step.tokens instanceof Uint32Array ? 'U32' : 'U16', [t], step.tokens],
    ['problem', 'U16', [n], step.problem],
    ...TOKEN_VALUES.map((name) => named(`values/${name}`, 'F16', [t], step.values[name])),
    ['flags', 'U8', [n], step.flags],
    ['zone', 'U8', [t], step.zone],
  ];
}

export function stepFile(step: KeptStep): Uint8Array<ArrayBuffer> {
  const { texts, problems, vocabulary, leftOut } = step;
  const about: z.infer<typeof About> = {
    schema: SCHEMA,
    step: step.step,
    problems,
    texts,
    vocabulary: vocabulary.texts,
    leftOut,
  };
  const arrays = arraysOf(step);
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: { about: JSON.stringify(about) } };
  for (const [name, dtype, shape, { byteLength }] of arrays)
    header[name] = { dtype, shape, data_offsets: [offset, (offset += byteLength)] };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(start + offset).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(text, 8);
  let at = start;
  for (const [, , , { buffer, byteOffset, byteLength }] of arrays) {
    file.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return file;
}

/**
 * @param where the file's name, for messages
 * @throws StudioError `input` if it is not such a file, is truncated, or its parts contradict each other
 */
export function readStepFile(file: Uint8Array, where: string): KeptStep {
  const { header, start } = readHeader(file, where);
  const about = parseAs(About, parseJsonText(header.__metadata__.about, where), `${where}: __metadata__`);
  const taken = <D extends Dtype>(
    name: string,
    dtypes: readonly D[],
    size: number,
  ): InstanceType<(typeof TYPES)[D]> => {
    const entry = header[name];
    const type = entry && dtypes.find((one) => one === entry.dtype);
    if (!entry || type === undefined) throw inputError(where, `expected ${name} of type ${dtypes.join(' or ')}`);
    const [from, to] = entry.data_offsets;
    const bytes = size * TYPES[type].BYTES_PER_ELEMENT;
    if (to - from !== bytes || start + to > file.byteLength)
      throw inputError(
        where,
        `expected ${bytes} bytes of ${name}, found ${Math.min(to, file.byteLength - start) - from}`,
      );
    return new TYPES[type](file.slice(start + from, start + to).buffer) as InstanceType<(typeof TYPES)[D]>;
  };
  const n = about.texts.length;
  const begin = taken('begin', ['U32'], n + 1);
  const t = begin[n] ?? 0;
  const step: KeptStep = {
    step: about.step,
    problems: about.problems.map(({ difficulty, ...problem }) => ({
      ...problem,
      ...(difficulty !== undefined && { difficulty }),
    })),
    problem: taken('problem', ['U16'], n),
    reward: taken('reward', ['F64'], n),
    rewards: Object.fromEntries(
      Object.keys(header)
        .filter((name) => name.startsWith('rewards/'))
        .map((name) => [name.slice('rewards/'.length), taken(name, ['F64'], n)]),
    ),
    advantage: taken('advantage', ['F64'], n),
    flags: taken('flags', ['U8'], n),
    texts: about.texts,
    begin,
    counts: taken('counts', ['U32'], n * COUNTS),
    ratio: taken('ratio', ['F32'], n),
    kl: taken('kl', ['F32'], n),
    klReference: header['kl_reference'] ? taken('kl_reference', ['F32'], n) : undefined,
    vocabulary: { ids: taken('vocabulary', ['U32'], about.vocabulary.length), texts: about.vocabulary },
    tokens: taken('tokens', ['U16', 'U32'], t),
    zone: taken('zone', ['U8'], t),
    values: Object.fromEntries(
      TOKEN_VALUES.map((name) => [name, taken(`values/${name}`, ['F16'], t)]),
    ) as KeptStep['values'],
    leftOut: about.leftOut,
  };
  const contradiction = contradictionIn(step);
  if (contradiction !== undefined) throw inputError(where, contradiction);
  return step;
}

function readHeader(file: Uint8Array, where: string): { header: z.infer<typeof Header>; start: number } {
  const length =
    file.byteLength < 8 ? Infinity : Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (8 + length > file.byteLength)
    throw inputError(where, 'expected a file of kept rollouts; it is another or truncated');
  const text = new TextDecoder().decode(file.subarray(8, 8 + length));
  return { header: parseAs(Header, parseJsonText(text, where), where), start: 8 + length };
}
