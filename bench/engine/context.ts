/** What a part of the benchmark that measures our own engine gets: the same in a browser's worker and under Node. */
import type { ModelCheckpoint } from '../../src/checkpoint/checkpoint.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';

export interface EngineContext {
  gpu: Gpu;
  tuner: Tuner;
  /** @param name of a checkpoint in public/models */
  checkpoint: (name: string) => Promise<ModelCheckpoint>;
  /**
   * Processor time of this process so far, ms, where it can be asked: of a software adapter all work is in it, and
   * other programs are not.
   */
  processorTime?: () => number;
  /** Says what is being measured, for whoever waits. */
  progress: (what: string) => void;
}
