/**
 * Gemma 3's text model: gains of 1 + weight, norms before and after attention and MLP, normalised query and key heads,
 * layers with sliding-window attention; transformers `modeling_gemma3.py`.
 */
import type { Architecture } from './architecture.ts';
import { llama } from './llama.ts';

export const gemma3: Architecture = {
  ...llama,
  title: 'Gemma 3',
  gainPlusOne: true,
  queryKeyNorm: true,
  postNorms: true,
  activation: 'gelu-tanh',
  scaledEmbedding: true,
  names: {
    ...llama.names,
    queryNorm: 'self_attn.q_norm',
    keyNorm: 'self_attn.k_norm',
    postAttentionNorm: 'post_attention_layernorm',
    mlpNorm: 'pre_feedforward_layernorm',
    postMlpNorm: 'post_feedforward_layernorm',
  },
};
