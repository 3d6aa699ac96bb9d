/** Cutting a rollout into minibatches. */
import type { Random } from '../random.ts';

/**
 * Cuts groups into `count` minibatches of near-equal size, in an order drawn anew for every epoch; a group stays
 * together, as in verl, so that a minibatch holds whole groups. Empty minibatches are left out.
 */
export function minibatchesOf<T>(groups: readonly T[], count: number, random: Random): T[][] {
  const order = random.shuffle([...groups]);
  return Array.from({ length: count }, (_, i) =>
    order.slice(Math.floor((i * order.length) / count), Math.floor(((i + 1) * order.length) / count)),
  ).filter((batch) => batch.length > 0);
}
