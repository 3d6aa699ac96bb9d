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
  activation: 'gelu-tanh',
  scaledEmbedding: true,
  names: {
    ...llama.names,
    headNorms: { query: 'self_attn.q_norm', key: 'self_attn.k_norm' },
    mlpNorm: 'pre_feedforward_layernorm',
    postNorms: { attention: 'post_attention_layernorm', mlp: 'post_feedforward_layernorm' },
  },
};
