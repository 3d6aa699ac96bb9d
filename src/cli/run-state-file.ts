/** A RunState as one safetensors file: float32 buffers as tensors, counters in the metadata. */
import { z } from 'zod';
import { parseSafetensors, readMetadata, toFloat32, writeSafetensors } from '../checkpoint/safetensors.ts';
import { inputError } from '../errors.ts';
import { parseAs } from '../run/schema-issues.ts';
import type { TrainingSnapshot } from '../session/training-snapshot.ts';

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
});

export function encodeState(state: TrainingSnapshot): Uint8Array<ArrayBuffer> {
  const { phase, step, updates, records, prompts, ...buffers } = state;
  const tensors = Object.entries(buffers).map(([name, data]) => ({ name, data, shape: [data.length] }));
  return writeSafetensors(tensors, {
    phase,
    step: String(step),
    updates: String(updates),
    records: String(records),
    ...(prompts && { prompts: JSON.stringify(prompts) }),
  });
}

/** @throws StudioError `input` naming the problem in the file */
export function decodeState(bytes: Uint8Array<ArrayBuffer>, where: string): TrainingSnapshot {
  const metadata = parseAs(Metadata, readMetadata(bytes, where), where, 'metadata');
  const { prompts, ...counters } = metadata;
  const tensors = parseSafetensors(bytes, where);
  const buffer = (name: string) => {
    const tensor = tensors.get(name);
    if (!tensor) throw inputError(where, `tensor ${name} is missing`);
    return toFloat32(tensor) as Float32Array<ArrayBuffer>;
  };
  return {
    ...counters,
    ...(prompts && { prompts: { dealt: prompts.dealt, ...(prompts.counts && { counts: prompts.counts }) } }),
    parameters: buffer('parameters'),
    first: buffer('first'),
    second: buffer('second'),
    ...(tensors.has('reference') && { reference: buffer('reference') }),
  };
}
