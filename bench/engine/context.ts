/** The environment of a part that measures our own engine: the same in a browser's worker and under Node. */
import type { ModelCheckpoint } from '../../src/checkpoint/checkpoint.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';

export interface EngineContext {
  gpu: Gpu;
  tuner: Tuner;
  /** @param name of a checkpoint in public/models */
  checkpoint: (name: string) => Promise<ModelCheckpoint>;
  /**
   * CPU time of this process so far, ms, if available: it includes all work of a software adapter and no other
   * programs.
   */
  processorTime?: () => number;
  /** Reports progress. */
  progress: (what: string) => void;
}
