export interface ModelConfig { architecture: 'llama'; vocabularySize: number; hiddenSize: number; layers: number; heads: number; keyValueHeads: number; headDimension: number; intermediateSize: number; maxPositions: number; ropeTheta: number; normEpsilon: number; tiedHead: boolean }
export interface TensorSpec { name: string; shape: number[] }
export function tensorSpecs(config: ModelConfig): TensorSpec[] {
  const D = config.hiddenSize; const E = config.headDimension; const F = config.intermediateSize;
  const specs: TensorSpec[] = [{ name: 'model.embed_tokens.weight', shape: [config.vocabularySize, D] }];
  for (let layer = 0; layer < config.layers; layer++) {
    const add = (part: string, shape: number[]) => specs.push({ name: `model.layers.${layer}.${part}.weight`, shape });
    add('input_layernorm', [D]); add('self_attn.q_proj', [config.heads * E, D]); add('self_attn.k_proj', [config.keyValueHeads * E, D]); add('self_attn.v_proj', [config.keyValueHeads * E, D]); add('self_attn.o_proj', [D, config.heads * E]);
    add('post_attention_layernorm', [D]); add('mlp.gate_proj', [F, D]); add('mlp.up_proj', [F, D]); add('mlp.down_proj', [D, F]);
  }
  specs.push({ name: 'model.norm.weight', shape: [D] });
  if (!config.tiedHead) specs.push({ name: 'lm_head.weight', shape: [config.vocabularySize, D] });
  return specs;
}
