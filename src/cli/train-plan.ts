/** `train --plan`: a run's GPU memory and upper limits, without allocating. Reads no weights. */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import type { RunConfig } from '../run/config.ts';
import { memoryLines } from '../views/memory.ts';
import { sftLines } from '../views/sft.ts';
import { planRun, roomLeft } from '../session/memory-fitting.ts';
import { resolveRun, type RunSources } from '../session/resolved-run.ts';
import { openNodeGpu } from './node-gpu.ts';

/** @throws StudioError `memory` when the run does not fit, with the changes that would make it fit */
export async function showPlan(
  config: RunConfig,
  checkpoint: ModelCheckpoint | undefined,
  sources: RunSources,
): Promise<void> {
  const { gpu } = await openNodeGpu();
  try {
    const run = await planRun(gpu, await resolveRun(config, checkpoint, sources));
    const { view } = run.examples ?? {};
    for (const line of [
      ...run.task.notes,
      ...(view ? sftLines(view) : []),
      ...memoryLines(run.memory.plan),
      ...(await roomLeft(gpu, run)),
    ])
      console.log(line);
  } finally {
    gpu.destroy();
  }
}
