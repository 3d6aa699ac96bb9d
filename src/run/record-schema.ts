/** The schema of a StepRecord, for records from outside: lines of a metrics.jsonl and of a recording. */
import { z } from 'zod';

const Time = z.object({ step_ms: z.number(), tokens_per_second: z.number() }).catchall(z.number());

export const StepRecordSchema = z.object({
  step: z.number().int().min(0),
  phase: z.enum(['sft', 'rl', 'evaluation']),
  metrics: z.record(z.string(), z.number()),
  time: Time,
  note: z.string().max(20_000).optional(),
});
