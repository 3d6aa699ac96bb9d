/** All supported architectures, by Hugging Face's `model_type`. */
import type { Architecture } from './architecture.ts';
import { gemma3 } from './gemma3.ts';
import { gptNeoX } from './gpt-neox.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';
import { qwen2 } from './qwen2.ts';
import { qwen3 } from './qwen3.ts';

export type ArchitectureName = 'llama' | 'qwen2' | 'qwen3' | 'gpt2' | 'gpt_neox' | 'gemma3_text';

export const ARCHITECTURES: Readonly<Record<ArchitectureName, Architecture>> = {
  llama,
  qwen2,
  qwen3,
  gpt2,
  gpt_neox: gptNeoX,
  gemma3_text: gemma3,
};
