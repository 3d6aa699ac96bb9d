/** What to change when a run does not fit in memory, in its plan or on the adapter. */
import { StudioError } from '../errors.ts';
import type { RunConfig } from '../run/config.ts';
import { MEMORY_PARTS, megabytesText, type MemoryPlan, type PhaseMemory } from '../views/memory.ts';

/** The three largest parts of a stage, for a message. */
export const largestParts = ({ parts }: Pick<PhaseMemory, 'parts'>): string =>
  [...MEMORY_PARTS]
    .sort((a, b) => parts[b] - parts[a])
    .slice(0, 3)
    .map((part) => `${part} ${megabytesText(parts[part])}`)
    .join(', ');

/** Changes of the config that lower the memory of a stage. */
export function waysToLower({ phase }: Pick<PhaseMemory, 'phase'>, config: RunConfig): string[] {
  const fields = [
    phase === 'rl'
      ? 'rl.prompts, rl.responses or rl.max_response_tokens'
      : phase === 'evaluation'
        ? 'evaluation.problems'
        : undefined,
    config.memory?.micro_batch !== undefined ? 'memory.micro_batch' : undefined,
    config.report ? 'report.problems' : undefined,
  ].filter((field) => field !== undefined);
  return [
    fields.length > 0 ? `lower ${fields.join(', or ')}` : undefined,
    config.memory?.recompute ? undefined : 'set memory.recompute',
    'choose a smaller model',
  ].filter((way) => way !== undefined);
}

/** `Set a, choose b, or raise c.` */
export function sentence(ways: readonly string[]): string {
  const text = ways.length > 1 ? `${ways.slice(0, -1).join(', ')}, or ${ways.at(-1)}` : (ways[0] ?? '');
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}.`;
}

/** A lower budget than what the adapter could not hold, so that the plan cuts passes. */
const LOWER_BUDGET = 0.75;

/**
 * The error of an adapter that could not hold a planned run, with the stage's largest parts and what to lower. Other
 * errors, and those of the plan itself, are returned unchanged.
 */
export function outOfMemory(
  error: unknown,
  { phases }: Pick<MemoryPlan, 'phases'>,
  phase: PhaseMemory['phase'],
  config: RunConfig,
): unknown {
  const planned = phases.find((one) => one.phase === phase);
  if (!(error instanceof StudioError) || error.kind !== 'memory' || error.field !== undefined || !planned) return error;
  const budget = Math.floor((planned.total * LOWER_BUDGET) / 1e5) / 10;
  return new StudioError(
    'memory',
    `${error.message} The ${phase} stage needs ${megabytesText(planned.total)} (${largestParts(planned)}).`,
    sentence([
      ...(budget > 0 ? [`set memory.budget_mb to ${budget}, with which less is computed at once`] : []),
      ...waysToLower(planned, config),
      'close other tabs and programs that use the GPU',
    ]),
    'memory.budget_mb',
  );
}
