/** The parts of the benchmark that measure our own engine alone, in a browser's worker or under Node. */
import type { EngineContext } from './context.ts';
import { measureStatisticsCost } from './statistics-cost.ts';

export const ENGINE_PARTS = {
  statistics: measureStatisticsCost,
} satisfies Record<string, (context: EngineContext) => Promise<unknown>>;

export type EnginePartName = keyof typeof ENGINE_PARTS;
export type EngineResults = { [Name in EnginePartName]: Awaited<ReturnType<(typeof ENGINE_PARTS)[Name]>> };
