/**
 * The head of a pass: from the normed hidden states of the targets to their likelihoods, and from the objective's
 * slopes back to the gradients of those states and of the head's weight. How it is done is chosen here; whoever passes
 * gradients on need not know.
 */
import { FusedCrossEntropyHead } from './fused-cross-entropy-head.ts';
import { LogitsHead } from './logits-head.ts';
import type { Head, HeadContext, HeadKind, HeadOptions } from './head-context.ts';

/**
 * Vocabularies from here on have a fused head. Smaller ones would pay up to two fifths of the head's time for no less
 * memory (docs/performance.md, "The head alone").
 */
export const FUSED_VOCABULARY = 16_384;

/**
 * Which head a pass has. It depends on the model alone, not on the size of a batch: old log-probs and those of an
 * update come from passes of different sizes, and have to agree bit for bit (r = 1 before the first update).
 */
export function headKind(
  { model, onLogits }: Pick<HeadContext, 'model' | 'onLogits'>,
  { kind }: HeadOptions = {},
): HeadKind {
  if (onLogits) return 'stored';
  return kind ?? (model.config.vocabularySize >= FUSED_VOCABULARY ? 'fused' : 'stored');
}

export function headOf(context: HeadContext, options: HeadOptions = {}): Head {
  return headKind(context, options) === 'fused'
    ? new FusedCrossEntropyHead(context, options)
    : new LogitsHead(context, options);
}
