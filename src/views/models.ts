/** Models and their files as the page shows them. */
import type { RunConfig } from '../run/config.ts';
import type { ErrorView } from './result.ts';

export interface CheckpointView {
  /**
   * `embedded:NAME`, `local:NAME`, `hub:OWNER/NAME@COMMIT` or `state:RUN/STATE`; a value of
   * `RunConfig.model.checkpoint`.
   */
  id: string;
  name: string;
  /** Hugging Face's `model_type`. */
  architecture: string;
  /** Bytes of the weights on disk, and their precision ("BF16"; several as "F32, F16"). */
  bytes: number;
  precision: string;
  /** "single characters", or "BPE, chat template"; empty when there is none. */
  tokenizer: string;
  parameters: number;
  layers: number;
  hiddenSize: number;
  heads: number;
  keyValueHeads: number;
  vocabularySize: number;
  maxPositions: number;
  hasTokenizer: boolean;
  /** Modules that LoRA can adapt, by PEFT's names. */
  loraTargets: string[];
  /** A sentence about its origin, from the model's README or `studio.json`; may be empty. */
  description: string;
  /** The policy of an earlier run: kept in memory, or with the run's state in the browser's storage (`state:`). */
  trained?: true;
  /** The task it was trained on, as a TaskConfig, if the checkpoint names it. */
  task?: RunConfig['task'];
}

/** A hub model stored in this browser. */
export interface CachedModelView {
  /** `hub:OWNER/NAME@COMMIT`. */
  id: string;
  name: string;
  /** The requested branch, tag or commit. */
  revision: string;
  commit: string;
  /** Bytes stored, and total bytes. */
  bytes: number;
  total: number;
  /** The checkpoint, once complete. */
  checkpoint?: CheckpointView;
  /** Why a complete download cannot be read. */
  problem?: string;
}

export interface DownloadView {
  name: string;
  revision: string;
  state: 'listing' | 'loading' | 'waiting' | 'checking' | 'done' | 'cancelled' | 'failed';
  files: { path: string; size: number; loaded: number }[];
  /** Over the last seconds; undefined before the first. */
  bytesPerSecond?: number;
  error?: ErrorView;
}

/** Whether it can still be cancelled. */
export const isActive = ({ state }: DownloadView): boolean =>
  state === 'listing' || state === 'loading' || state === 'waiting' || state === 'checking';

/** A file of a checkpoint that the user dropped or picked. */
export interface PickedFile {
  /** Path inside the folder, for example `model.safetensors`. */
  path: string;
  file: File;
}

export interface SavedFile {
  path: string;
  data: Uint8Array<ArrayBuffer>;
}
