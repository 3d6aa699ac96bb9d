/** The record of what is measured on held-out problems after a step: accuracy, the validation loss of SFT, or both. */
import type { StepRecord } from '../run/step-record.ts';
import type { SftTrainer } from '../sft/trainer.ts';

/**
 * @param step completed steps, over all phases
 * @throws the signal's reason
 */
export async function validationRecord(
  trainer: Pick<SftTrainer, 'validate'>,
  step: number,
  signal: AbortSignal | undefined,
): Promise<StepRecord> {
  const started = performance.now();
  const { loss, lossBySource, entropy, tokens } = await trainer.validate(signal);
  const milliseconds = performance.now() - started;
  return {
    step,
    phase: 'evaluation',
    metrics: {
      'eval/loss': loss,
      'eval/perplexity': Math.exp(loss),
      'eval/entropy': entropy,
      ...(lossBySource.size > 1 &&
        Object.fromEntries([...lossBySource].map(([source, value]) => [`eval/${source}/loss`, value]))),
    },
    time: { step_ms: milliseconds, tokens_per_second: (tokens * 1000) / milliseconds },
  };
}

/** Records of one step as one: their metrics, and the time of all. */
export function joinedRecord(first: StepRecord, ...others: StepRecord[]): StepRecord {
  return others.reduce((one, other) => {
    const milliseconds = one.time.step_ms + other.time.step_ms;
    const tokens = [one, other].reduce((sum, { time }) => sum + time.tokens_per_second * time.step_ms, 0);
    return {
      ...one,
      metrics: { ...one.metrics, ...other.metrics },
      time: { ...one.time, step_ms: milliseconds, tokens_per_second: tokens / milliseconds },
    };
  }, first);
}
