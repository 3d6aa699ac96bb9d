/**
 * GPT-NeoX (Pythia): LayerNorm, a projection fused head by head, rotation of a part of each head, parallel attention
 * and MLP; transformers `modeling_gpt_neox.py`.
 */
import type { Architecture } from './architecture.ts';

export const gptNeoX: Architecture = {
  title: 'GPT-NeoX and Pythia',
  norm: 'layer',
  gainPlusOne: false,
  scaledEmbedding: false,
  parallelResidual: true,
  activation: 'gelu',
  biases: { queryKeyValue: true, attentionOutput: true, mlp: true },
  names: {
    prefixes: ['gpt_neox.', ''],
    embedding: 'embed_in',
    layer: 'layers.#.',
    inputNorm: 'input_layernorm',
    queryKeyValue: { fused: 'attention.query_key_value', order: 'heads' },
    output: 'attention.dense',
    mlpNorm: 'post_attention_layernorm',
    up: 'mlp.dense_h_to_4h',
    down: 'mlp.dense_4h_to_h',
    finalNorm: 'final_layer_norm',
    head: 'embed_out',
    linear: 'out-in',
  },
};
