/** A kept state as the run that resumes from it: its config, its snapshot, and everything that belongs to its past. */
import { z } from 'zod';
import { parseMetrics } from '../archive/run-folder.ts';
import { readMetadata } from '../checkpoint/safetensors.ts';
import { inputError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { StageAnswers } from '../report/stage-answers.ts';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import { parseAs } from '../run/schema-issues.ts';
import type { StepRecord } from '../run/step-record.ts';
import { decodeState } from '../session/state-file.ts';
import type { TrainingSnapshot } from '../session/training-snapshot.ts';
import type { ResumeOptions } from '../views/states.ts';
import type { ReadState } from './state-store.ts';

export interface ResumedPast {
  config: RunConfig;
  snapshot: TrainingSnapshot;
  records: StepRecord[];
  /** The answers for its report; those of a stage that is extended are left out. */
  stages: StageAnswers[];
  from: ReadState;
}

const Header = z.object({ config: z.string(), stages: z.string().optional() });

/**
 * @param steps larger numbers of steps than the run had
 * @throws StudioError `input` if the state is of another version of the studio, or the run would get shorter
 */
export function resumedPast(from: ReadState, steps: ResumeOptions['steps'] = {}): ResumedPast {
  const { state, bytes, metrics } = from;
  const where = `${from.run.name}, state ${state.id}`;
  const header = parseAs(Header, readMetadata(bytes, where), where, 'metadata');
  const before = parseRunConfig(parseJsonText(header.config, `${where}: config`), `${where}: config`);
  const config = extended(before, steps, where);
  const snapshot = decodeState(bytes, where);
  const records = parseMetrics(metrics, `${where}: metrics.jsonl`);
  if (records.length !== snapshot.records)
    throw inputError(where, `expected ${snapshot.records} records before it, found ${records.length}`);
  const stages =
    header.stages === undefined
      ? []
      : parseAs(z.array(StageAnswers), parseJsonText(header.stages, `${where}: stages`), where, 'stages');
  const goesOn = snapshot.step < (config[snapshot.phase]?.steps ?? 0);
  return {
    config,
    snapshot,
    records,
    stages: stages.filter(({ stage }) => !goesOn || stage !== snapshot.phase),
    from,
  };
}

function extended(config: RunConfig, steps: NonNullable<ResumeOptions['steps']>, where: string): RunConfig {
  const { sft, rl } = config;
  for (const stage of ['sft', 'rl'] as const) {
    const [before, after] = [config[stage]?.steps, steps[stage]];
    if (after === undefined) continue;
    if (before === undefined)
      throw inputError(where, `${stage}.steps: the run has no number of ${stage} steps to extend`, `${stage}.steps`);
    if (after < before)
      throw inputError(where, `${stage}.steps: expected at least ${before}, found ${after}`, `${stage}.steps`);
  }
  return {
    ...config,
    ...(sft && { sft: { ...sft, ...(steps.sft !== undefined && { steps: steps.sft }) } }),
    ...(rl && { rl: { ...rl, ...(steps.rl !== undefined && { steps: steps.rl }) } }),
  };
}
