/**
 * The head of a pass: from the normed hidden states of the targets to their likelihoods, and from the objective's
 * `dLogprobs` back to the gradients of those states and of the head's weight. The implementation is chosen here;
 * callers need not know it.
 */
import { FusedCrossEntropyHead } from './fused-cross-entropy-head.ts';
import { LogitsHead } from './logits-head.ts';
import type { Head, HeadContext, HeadKind, HeadOptions } from './head-context.ts';

/**
 * Vocabularies from this size have a fused head. Smaller ones would take up to 40% more head time for no less memory
 * (docs/performance.md, "The head alone").
 */
export const FUSED_VOCABULARY = 16_384;

/**
 * The kind of head of a pass. It depends only on the model, not on the batch size: old log-probs and those of an update
 * come from passes of different sizes and must agree bit for bit (r = 1 before the first update).
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
