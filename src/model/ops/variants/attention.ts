/** The list of attention's variants. */
import type { Gpu } from '../../../gpu/device.ts';
import { blockVariant } from './attention-block.ts';
import { rowVariant } from './attention-row.ts';
import type { AttentionConstants, AttentionVariant } from './attention-variant.ts';
import { quadVariant } from './software-adapter/quad-attention.ts';
import { candidatesFor, variantNamed, variantsFor } from './variant.ts';

const VARIANTS: readonly AttentionVariant[] = [rowVariant, blockVariant, quadVariant];

export const attentionVariants = (gpu: Gpu, shape: AttentionConstants): AttentionVariant[] =>
  variantsFor(VARIANTS, gpu, shape);

export const attentionCandidates = (gpu: Gpu, shape: AttentionConstants): AttentionVariant[] =>
  candidatesFor(VARIANTS, gpu, shape);

/**
 * The variant for a layer: the one of that name, or one row per thread where that does not handle the layer.
 *
 * @throws Error if no variant has that name
 */
export function attentionVariant(name: string, layer: AttentionConstants): AttentionVariant {
  const variant = variantNamed(VARIANTS, name);
  return variant.handles(layer) ? variant : rowVariant;
}
