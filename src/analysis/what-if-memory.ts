/** GPU memory that comparing strategies (what-if.ts) takes in addition to the run. */
import { StudioError } from '../errors.ts';
import { megabytesText } from '../views/memory.ts';
import type { RlTrainer } from '../rl/trainer.ts';

/**
 * Kept in addition to the run: a copy of its weights and two moments, and per strategy a gradient and the updated
 * weights.
 */
const vectorsOf = (strategies: number) => 3 + 2 * strategies;

/** @throws StudioError `memory`, before anything is allocated, with the number of strategies that would fit */
export function assertFits({ parts: { model } }: RlTrainer, strategies: number, budget: number): void {
  const vector = model.layout.trained.count * 4;
  const inUse = model.gpu.counters.bytes;
  if (inUse + vectorsOf(strategies) * vector <= budget) return;
  const fitting = Math.floor(((budget - inUse) / vector - vectorsOf(0)) / 2);
  throw new StudioError(
    'memory',
    `Comparing ${strategies} strategies takes ${megabytesText(vectorsOf(strategies) * vector)} beside the run's ` +
      `${megabytesText(inUse)}, and the budget is ${megabytesText(budget)}.`,
    fitting >= 2
      ? `Compare at most ${fitting} strategies at once (the run's own is one of them), or raise memory.budget_mb.`
      : 'Raise memory.budget_mb if the adapter has more, or train a smaller model.',
  );
}
