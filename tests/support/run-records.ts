/** The records of a run: of all its steps, or of a run that is stopped again and again. */
import { expect } from 'vitest';
import type { StepRecord } from '../../src/run/step-record.ts';
import type { RunSession } from '../../src/session/session.ts';

/** @param calls of `next`; by default until the run has ended */
export async function recordsOf(session: RunSession, calls = Infinity): Promise<StepRecord[]> {
  const records: StepRecord[] = [];
  for (let call = 0; call < calls; call++) {
    const step = await session.next();
    if (!step) break;
    records.push(...step.records);
  }
  return records;
}

/** What two runs of one config on one adapter have in common, bit for bit: all but the times. */
export const withoutTime = (records: readonly StepRecord[]): Pick<StepRecord, 'step' | 'phase' | 'metrics'>[] =>
  records.map(({ step, phase, metrics }) => ({ step, phase, metrics }));

type NextOptions = NonNullable<Parameters<RunSession['next']>[0]>;

/**
 * Runs to the end, and resumes after every stop.
 *
 * @param optionsOf of one call of `next`, which may call `abort`
 */
export async function recordsWithStops(
  session: RunSession,
  optionsOf: (abort: () => void) => NextOptions,
): Promise<{ records: StepRecord[]; stops: number }> {
  const records: StepRecord[] = [];
  let stops = 0;
  for (;;) {
    const controller = new AbortController();
    const reason = new Error('stopped');
    const options = optionsOf(() => controller.abort(reason));
    const step = await session.next({ ...options, signal: controller.signal }).catch((error: unknown) => {
      expect(error).toBe(reason);
      return 'stopped' as const;
    });
    if (controller.signal.aborted) stops += 1;
    if (step === 'stopped') continue;
    if (!step) return { records, stops };
    records.push(...step.records);
  }
}
