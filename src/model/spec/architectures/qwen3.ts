/** Qwen3: Llama with an RMSNorm over each query and key head; transformers `modeling_qwen3.py`. */
import type { Architecture } from './architecture.ts';
import { llama } from './llama.ts';

export const qwen3: Architecture = {
  ...llama,
  title: 'Qwen3',
  names: { ...llama.names, headNorms: { query: 'self_attn.q_norm', key: 'self_attn.k_norm' } },
};
