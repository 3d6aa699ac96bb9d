/** A TrainingSnapshot as one safetensors file: float32 buffers as tensors, counters in the metadata. */
import { z } from 'zod';
import {
  parseSafetensors,
  readMetadata,
  safetensorsHeader,
  toFloat32,
  writeSafetensors,
} from '../checkpoint/safetensors.ts';
import { inputError } from '../errors.ts';
import { parseAs } from '../run/schema-issues.ts';
import { DUE_WORK, type DueWork, type LiveState, type TrainingSnapshot } from './training-snapshot.ts';

/** Its name in the folder of a run. */
export const STATE_FILE = 'state.safetensors';

const counter = z.coerce.number().int().min(0);
const whole = z.number().int().min(0);
const PromptState = z.object({
  dealt: whole,
  counts: z.array(z.tuple([whole, z.number().min(0), z.number().min(0)])).optional(),
});
const Metadata = z.object({
  phase: z.enum(['sft', 'rl']),
  step: counter,
  updates: counter,
  records: counter,
  /** JSON keeps every bit of a number. */
  prompts: z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'expected JSON' });
        return z.NEVER;
      }
    })
    .pipe(PromptState)
    .optional(),
  due: z
    .string()
    .transform((text): DueWork =>
      Object.fromEntries(DUE_WORK.filter((work) => text.split(' ').includes(work)).map((work) => [work, true])),
    )
    .optional(),
});

export function encodeState(state: TrainingSnapshot): Uint8Array<ArrayBuffer> {
  const { parameters, first, second, reference, ...counters } = state;
  const buffers = { parameters, first, second, ...(reference && { reference }) };
  const tensors = Object.entries(buffers).map(([name, data]) => ({ name, data, shape: [data.length] }));
  return writeSafetensors(tensors, metadataOf(counters));
}

/**
 * The beginning of the file of a state that is still on the GPU: the bytes of its buffers follow, in their order.
 *
 * @param about further metadata, strings by name
 */
export function stateHeader(
  { buffers, count, ...counters }: LiveState,
  about: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const tensors = buffers.map(({ name }) => ({ name, shape: [count] }));
  return safetensorsHeader(tensors, 'F32', { ...about, ...metadataOf(counters) });
}

type Counters = Pick<TrainingSnapshot, 'phase' | 'step' | 'updates' | 'records' | 'prompts' | 'due'>;

function metadataOf({ phase, step, updates, records, prompts, due }: Counters): Record<string, string> {
  return {
    phase,
    step: String(step),
    updates: String(updates),
    records: String(records),
    ...(prompts && { prompts: JSON.stringify(prompts) }),
    ...(due && { due: Object.keys(due).join(' ') }),
  };
}

/** @throws StudioError `input` naming the problem in the file */
export function decodeState(bytes: Uint8Array<ArrayBuffer>, where: string): TrainingSnapshot {
  const metadata = parseAs(Metadata, readMetadata(bytes, where), where, 'metadata');
  const { prompts, due, ...counters } = metadata;
  const tensors = parseSafetensors(bytes, where);
  const buffer = (name: string) => {
    const tensor = tensors.get(name);
    if (!tensor) throw inputError(where, `tensor ${name} is missing`);
    return toFloat32(tensor) as Float32Array<ArrayBuffer>;
  };
  return {
    ...counters,
    ...(due && { due }),
    ...(prompts && { prompts: { dealt: prompts.dealt, ...(prompts.counts && { counts: prompts.counts }) } }),
    parameters: buffer('parameters'),
    first: buffer('first'),
    second: buffer('second'),
    ...(tensors.has('reference') && { reference: buffer('reference') }),
  };
}
