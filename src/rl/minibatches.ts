/** Splits a rollout into minibatches. */
import type { Random } from '../random.ts';

/**
 * Splits groups into `count` minibatches of near-equal size, reshuffled every epoch; as in verl, a minibatch holds
 * whole groups. Empty minibatches are omitted.
 */
export function minibatchesOf<T>(groups: readonly T[], count: number, random: Random): T[][] {
  const order = random.shuffle([...groups]);
  return Array.from({ length: count }, (_, i) =>
    order.slice(Math.floor((i * order.length) / count), Math.floor(((i + 1) * order.length) / count)),
  ).filter((batch) => batch.length > 0);
}
