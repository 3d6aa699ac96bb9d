/** What SFT trains of an example: which tokens the loss counts, and what is cut off of a long one. */
import type { SftConfig } from '../run/config.ts';
import type { TrainingExample } from '../tasks/prompt-writer.ts';

export type FittedBy = Pick<SftConfig, 'loss_on' | 'truncation'>;

/** An example that fits a model, and whether tokens were cut off. */
export interface FittedExample extends TrainingExample {
  truncated: boolean;
}

/**
 * The last token is only ever predicted, so that an example of `positions + 1` tokens fits. The first one is never
 * predicted, so that the loss never counts it.
 *
 * @param positions of the model
 * @returns undefined for an example that is left out: it is too long, or its truncation leaves nothing to train on
 */
export function fitted(
  { tokens, lossMask }: TrainingExample,
  { loss_on: lossOn, truncation }: FittedBy,
  positions: number,
): FittedExample | undefined {
  const most = positions + 1;
  const truncated = tokens.length > most;
  if (truncated && truncation === 'drop') return undefined;
  const [start, end] = !truncated
    ? [0, tokens.length]
    : truncation === 'left'
      ? [tokens.length - most, tokens.length]
      : [0, most];
  const mask = lossMask.slice(start, end).map((one, i): 0 | 1 => (i === 0 ? 0 : lossOn === 'all' ? 1 : one));
  if (!mask.includes(1)) return undefined;
  return { tokens: tokens.slice(start, end), lossMask: mask, truncated };
}

/** Tokens that the loss counts. */
export const targetsOf = ({ lossMask }: TrainingExample): number =>
  lossMask.reduce<number>((sum, trained) => sum + trained, 0);
