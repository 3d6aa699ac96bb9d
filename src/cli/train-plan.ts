/**
 * `train --plan`: what a run would take on the adapter, and how far it could go, without taking it. Reads no weights.
 */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import type { RunConfig } from '../run/config.ts';
import { memoryLines } from '../views/memory.ts';
import { planRun, roomLeft } from '../session/memory-fitting.ts';
import { startingOutline } from '../session/starting-point.ts';
import { openNodeGpu } from './node-gpu.ts';

/** @throws StudioError `memory` when the run does not fit, with the changes that would make it fit */
export async function showPlan(config: RunConfig, checkpoint: ModelCheckpoint | undefined): Promise<void> {
  const { gpu } = await openNodeGpu();
  try {
    const start = await startingOutline(config, checkpoint);
    const planned = await planRun(gpu, config, start);
    for (const line of [...memoryLines(planned.plan), ...(await roomLeft(gpu, config, start, planned))])
      console.log(line);
  } finally {
    gpu.destroy();
  }
}
