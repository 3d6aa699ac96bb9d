/** The parts of the benchmark that measure our own engine alone, in a browser's worker or under Node. */
import type { EngineContext } from './context.ts';
import { measureCurves } from './curves.ts';
import { measureDoubling } from './doubling.ts';
import { measureHeads } from './head.ts';
import { measureLimits } from './limits.ts';
import { profileSteps } from './profiles.ts';
import { measureRlStep } from './rl-step.ts';
import { measureStatisticsCost } from './statistics-cost.ts';

export const ENGINE_PARTS = {
  limits: measureLimits,
  profile: profileSteps,
  'rl-step': measureRlStep,
  statistics: measureStatisticsCost,
  doubling: measureDoubling,
  head: measureHeads,
  curves: measureCurves,
} satisfies Record<string, (context: EngineContext) => Promise<unknown>>;

export type EnginePartName = keyof typeof ENGINE_PARTS;
export type EngineResults = { [Name in EnginePartName]: Awaited<ReturnType<(typeof ENGINE_PARTS)[Name]>> };
