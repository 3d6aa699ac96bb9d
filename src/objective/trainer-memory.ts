/**
 * How trainers use the adapter's memory: minibatches split into passes, activations recomputed, an arena shared with
 * others.
 */
import { StudioError } from '../errors.ts';
import type { ScratchArena } from '../model/scratch-arena.ts';
import type { RlConfig } from '../run/config.ts';
import type { ResolvedStrategy } from '../run/strategies/strategy-config.ts';

export interface TrainerMemory {
  /** Sequences per pass; a larger minibatch is split, and its gradients are summed. */
  sequences: number;
  recompute: boolean;
  /** Keep copies of weights and optimizer state, for a step that fails (last-good.ts). */
  keepGood?: boolean;
  arena?: ScratchArena;
}

interface Parts {
  config: RlConfig;
  memory?: TrainerMemory;
}

/** Sequences per minibatch. */
function minibatchSequences({ config }: Parts): number {
  return Math.ceil(config.prompts / config.minibatches) * config.responses;
}

export function memoryOf(parts: Parts): TrainerMemory {
  return parts.memory ?? { sequences: minibatchSequences(parts), recompute: false };
}

/** Maximum passes per minibatch. */
export function passesOf(parts: Parts): number {
  return Math.ceil(minibatchSequences(parts) / memoryOf(parts).sequences);
}

/** For work that needs the whole minibatch at once. @throws StudioError `memory` */
export function assertDivisible(strategy: ResolvedStrategy, config: RlConfig): void {
  const advice =
    'Use more minibatches, fewer or shorter responses, memory.recompute, or a larger memory.budget_mb, so that a ' +
    'minibatch fits in one pass.';
  if (strategy.context !== 'none' && strategy.context !== 'sequence')
    throw new StudioError(
      'memory',
      `${strategy.title} weighs the tokens of a whole minibatch against one another, and this minibatch has to ` +
        'be cut into several passes to fit in memory.',
      advice,
      'rl.minibatches',
    );
  if (config.split_every > 0)
    throw new StudioError(
      'memory',
      'The exact split of the gradient (split_every) needs a minibatch in one pass, and this one has to be cut ' +
        'to fit in memory.',
      advice,
      'rl.split_every',
    );
}
