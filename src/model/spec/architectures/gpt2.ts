/** GPT-2: LayerNorm, learned positions, a fused c_attn, weights stored [in, out]; transformers `modeling_gpt2.py`. */
import type { Architecture } from './architecture.ts';

export const gpt2: Architecture = {
  title: 'GPT-2',
  norm: 'layer',
  gainPlusOne: false,
  scaledEmbedding: false,
  parallelResidual: false,
  activation: 'gelu-tanh',
  biases: { queryKeyValue: true, attentionOutput: true, mlp: true },
  names: {
    // Prefixes that transformers saves, and that the original checkpoints have.
    prefixes: ['transformer.', ''],
    embedding: 'wte',
    positions: 'wpe',
    layer: 'h.#.',
    inputNorm: 'ln_1',
    queryKeyValue: { fused: 'attn.c_attn', order: 'parts' },
    output: 'attn.c_proj',
    mlpNorm: 'ln_2',
    up: 'mlp.c_fc',
    down: 'mlp.c_proj',
    finalNorm: 'ln_f',
    head: 'lm_head',
    linear: 'in-out',
  },
};
