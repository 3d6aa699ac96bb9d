/** Llama (SmolLM2, TinyLlama, stories15M); transformers `modeling_llama.py`. */
import type { Architecture } from './architecture.ts';

export const llama: Architecture = {
  title: 'Llama',
  norm: 'rms',
  gainPlusOne: false,
  scaledEmbedding: false,
  parallelResidual: false,
  activation: 'silu',
  biases: { queryKeyValue: false, attentionOutput: false, mlp: false },
  names: {
    prefixes: ['model.', ''],
    embedding: 'embed_tokens',
    layer: 'layers.#.',
    inputNorm: 'input_layernorm',
    queryKeyValue: { query: 'self_attn.q_proj', key: 'self_attn.k_proj', value: 'self_attn.v_proj' },
    output: 'self_attn.o_proj',
    mlpNorm: 'post_attention_layernorm',
    gate: 'mlp.gate_proj',
    up: 'mlp.up_proj',
    down: 'mlp.down_proj',
    finalNorm: 'norm',
    head: 'lm_head',
    linear: 'out-in',
  },
};
