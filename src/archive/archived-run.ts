/** A run as the browser keeps it: its config, how it went and what it was on. Its StepRecords are kept beside it. */
import type { RunConfig } from '../run/config.ts';
import type { StepRecord } from '../run/step-record.ts';

/** `interrupted`: nobody makes it any more, and it did not end by itself. */
export type ArchivedState = 'running' | 'complete' | 'stopped' | 'interrupted' | 'failed';

export interface ArchivedRun {
  id: string;
  /** The config's at first; a person may change it. */
  name: string;
  note: string;
  config: RunConfig;
  state: ArchivedState;
  /** Why it broke off. */
  error?: string;
  /** When it began, and when its last record came or it ended; milliseconds since 1970. */
  started: number;
  changed: number;
  /** What it was computed on, as far as the browser tells; empty where nobody knows. */
  adapter: string;
  /** StepRecords that are kept. */
  records: number;
  digest: RunDigest;
  /** The comparison that it belongs to, and what its strategy is called there. */
  sweep?: { id: string; label: string };
  /** The tab that makes it. */
  tab?: string;
  /** It came from a file. */
  imported?: boolean;
  /** When it was deleted; it is gone for good only later, so that deletion can be undone. */
  deleted?: number;
}

/** What a list shows of a run's records without reading them. */
export interface RunDigest {
  /** Steps made of each stage. */
  sft: number;
  rl: number;
  /** Newest values, 0 to 1; missing before the first. */
  reward?: number;
  greedy?: number;
  sampled?: number;
}

export const EMPTY_DIGEST: RunDigest = { sft: 0, rl: 0 };

/** The digest after further records. */
export function digested(before: RunDigest, records: readonly StepRecord[]): RunDigest {
  const digest = { ...before };
  for (const { phase, step, metrics } of records) {
    if (phase !== 'evaluation') digest[phase] = step;
    digest.reward = metrics['critic/score/mean'] ?? digest.reward;
    digest.greedy = metrics['accuracy/greedy'] ?? digest.greedy;
    digest.sampled = metrics['accuracy/sampled'] ?? digest.sampled;
  }
  return Object.fromEntries(Object.entries(digest).filter(([, value]) => value !== undefined)) as unknown as RunDigest;
}

/** Steps that a config asks for, of both stages. */
export const stepsOf = ({ sft, rl }: Pick<RunConfig, 'sft' | 'rl'>): number => (sft?.steps ?? 0) + (rl?.steps ?? 0);

export const stepsMade = ({ sft, rl }: RunDigest): number => sft + rl;

/** What a model is called in a list: a checkpoint by its name, `new` for one from scratch. */
export function modelName({ model }: Pick<RunConfig, 'model'>): string {
  const name =
    'checkpoint' in model
      ? model.checkpoint.replace(/^(embedded|local|hub):/, '').replace(/@([0-9a-f]{8})[0-9a-f]+$/, '@$1')
      : 'new';
  return model.lora ? `${name} + LoRA` : name;
}
