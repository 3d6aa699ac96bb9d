/** Qwen2 and Qwen2.5: Llama with biases on q, k and v; transformers `modeling_qwen2.py`. */
import type { Architecture } from './architecture.ts';
import { llama } from './llama.ts';

export const qwen2: Architecture = {
  ...llama,
  title: 'Qwen2 and Qwen2.5',
  biases: { queryKeyValue: true, attentionOutput: false, mlp: false },
};
