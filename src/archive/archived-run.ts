/** A run as the browser stores it: config, status, progress and adapter. Its StepRecords are stored separately. */
import type { RunConfig } from '../run/config.ts';
import type { StepRecord } from '../run/step-record.ts';

/** `interrupted`: no tab is running it, and it did not end by itself. */
export type ArchivedState = 'running' | 'complete' | 'stopped' | 'interrupted' | 'failed';

export interface ArchivedRun {
  id: string;
  /** The config's name at first; editable. */
  name: string;
  note: string;
  config: RunConfig;
  state: ArchivedState;
  /** Why it failed. */
  error?: string;
  /** Start, and time of its last record or its end; milliseconds since 1970. */
  started: number;
  changed: number;
  /** The adapter, as far as the browser reports it; empty if unknown. */
  adapter: string;
  /** What it ran in; absent in runs of earlier versions. */
  software?: RunSoftware;
  /** Number of stored StepRecords. */
  records: number;
  digest: RunDigest;
  /** A report is stored, of its stages so far. */
  reported?: boolean;
  /** The sweep that it belongs to, and the label of its strategy there. */
  sweep?: { id: string; label: string };
  /** The tab that runs it. */
  tab?: string;
  /** It was imported from a file. */
  imported?: boolean;
  /** When it was deleted; it is removed later, so that deletion can be undone. */
  deleted?: number;
}

/** The studio and what it ran in, as a report names them. */
export interface RunSoftware {
  /** Version of the studio. */
  studio: string;
  /** `Chrome 141, Linux`, or `Node 22.20, linux`. */
  host: string;
}

/** The values that a list shows without reading a run's records. */
export interface RunDigest {
  /** Completed steps of each stage. */
  sft: number;
  rl: number;
  /** Completed epochs of SFT, where records say them. */
  epoch?: number;
  /** Latest values, 0 to 1; absent before the first. */
  reward?: number;
  greedy?: number;
  sampled?: number;
}

export const EMPTY_DIGEST: RunDigest = { sft: 0, rl: 0 };

/** The digest updated by further records. */
export function digested(before: RunDigest, records: readonly StepRecord[]): RunDigest {
  const digest = { ...before };
  for (const { phase, step, metrics } of records) {
    if (phase !== 'evaluation') digest[phase] = step;
    digest.epoch = metrics['train/epoch'] ?? digest.epoch;
    digest.reward = metrics['critic/score/mean'] ?? digest.reward;
    digest.greedy = metrics['accuracy/greedy'] ?? digest.greedy;
    digest.sampled = metrics['accuracy/sampled'] ?? digest.sampled;
  }
  return Object.fromEntries(Object.entries(digest).filter(([, value]) => value !== undefined)) as unknown as RunDigest;
}

/** Number of steps of a run over both stages; undefined while epochs decide it and SFT has not ended. */
export function stepsOf({ sft, rl }: Pick<RunConfig, 'sft' | 'rl'>, digest: RunDigest): number | undefined {
  const ended = digest.rl > 0 || isTrained(sft, digest);
  const supervised = sft ? (sft.steps ?? (ended ? digest.sft : undefined)) : 0;
  return supervised === undefined ? undefined : supervised + (rl?.steps ?? 0);
}

/** Whether a run has made all its steps. */
export function isWhole(config: Pick<RunConfig, 'sft' | 'rl'>, digest: RunDigest): boolean {
  const steps = stepsOf(config, digest);
  return steps !== undefined && stepsMade(digest) >= steps;
}

/** Whether SFT has made all its epochs, where they decide its steps. */
const isTrained = (sft: RunConfig['sft'], { epoch = 0 }: RunDigest): boolean =>
  sft?.epochs !== undefined && epoch >= sft.epochs - 1e-9;

export const stepsMade = ({ sft, rl }: RunDigest): number => sft + rl;

/** A model's name in a list: the checkpoint's name, or `new` for one from scratch. */
export function modelName({ model }: Pick<RunConfig, 'model'>): string {
  const name =
    'checkpoint' in model
      ? model.checkpoint
          .replace(/^(embedded|local|hub):/, '')
          .replace(/^state:(.{8})[^/]*\/(\w+)-/, 'run $1, $2 step ')
          .replace(/@([0-9a-f]{8})[0-9a-f]+$/, '@$1')
      : 'new';
  return model.lora ? `${name} + LoRA` : name;
}
