/** Everything that refuses a start, before the run that it replaces is touched. */
import { assertStrategyWorks } from '../objective/curves.ts';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import { resolveStrategy } from '../run/strategies/strategy-config.ts';
import type { PlannedRun } from '../session/memory-fitting.ts';
import type { RunPlanner } from '../session/run-planner.ts';
import type { Device, OpenDevice } from './device.ts';
import type { PreparationReport } from './preparation-report.ts';

export interface CheckParts {
  device: Device;
  planner: RunPlanner;
  /** Refuses a config whose rewards cannot be made. */
  checkRewards: (config: RunConfig) => Promise<void>;
}

/** @throws StudioError as `RunSession.create` */
export async function plannedRun(
  { device, planner, checkRewards }: CheckParts,
  config: RunConfig,
  signal: AbortSignal,
  report: PreparationReport,
): Promise<OpenDevice & { plan: PlannedRun }> {
  const checked = parseRunConfig(config, 'recipe');
  const opened = await device.open();
  const plan = await planner.plan(opened.gpu, checked, {
    freeze: true,
    signal,
    onProgress: (progress) => report.reading(progress),
  });
  await checkRewards(checked);
  if (checked.rl) await assertStrategyWorks(opened.gpu, resolveStrategy(checked.rl.strategy));
  return { ...opened, plan };
}
