/**
 * Tensors that checkpoints may contain beside the weights: buffers that a layer computes from its config, which older
 * versions of transformers saved. They are recognized by name, for all architectures, and never read.
 */

/** Causal masks of attention (GPT-2, GPT-NeoX), tables of rotary positions, numbers of positions. */
const BUFFERS = /(^|\.)(((attn|self_attn|attention)\.(masked_)?bias)|(rotary_emb\w*\.\w+)|(position_ids))$/;

export const isBuffer = (tensor: string): boolean => BUFFERS.test(tensor);
