/** Records of a sweep's runs with given curves. */
import type { RunRecords } from '../../src/compare/run-summary.ts';
import type { StepRecord } from '../../src/run/step-record.ts';

const record = (phase: StepRecord['phase'], step: number, metrics: Record<string, number>): StepRecord => ({
  phase,
  step,
  metrics,
  time: { step_ms: 1, tokens_per_second: 1 },
});
export function runRecords(
  label: string,
  seed: number,
  accuracies: number[],
  entropies: number[],
  error?: string,
  /** Adds pass@k, which runs with several samples per problem have. */
  passAtK?: number,
): RunRecords {
  return {
    label,
    seed,
    records: [
      ...accuracies.map((accuracy, i) =>
        record('evaluation', 10 * i, {
          'accuracy/sampled': accuracy,
          'accuracy/greedy': accuracy + 0.1,
          ...(passAtK !== undefined && { 'accuracy/pass_at_k': passAtK }),
        }),
      ),
      ...entropies.map((entropy, i) =>
        record('rl', i + 1, {
          'actor/entropy': entropy,
          'clip_ratio/low_mean': 0.02,
          'clip_ratio/high_mean': 0.01,
          'actor/pg_clipfrac': 0.03,
          'gradient/preserved_share': 0,
        }),
      ),
    ],
    ...(error !== undefined && { error }),
  };
}
