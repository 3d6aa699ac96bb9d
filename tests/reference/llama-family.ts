/** Llama, Qwen2 and Qwen3 in float64; transformers `modeling_llama.py`, `modeling_qwen2.py`, `modeling_qwen3.py`. */
import { rotaryFrequencies } from './rotary-frequencies.ts';
import { causalAttention, rotary } from './tape-attention.ts';
import { activate, addRow, headNorm } from './tape-layers.ts';
import type { Matrix } from './tape.ts';
import type { Family, ReferenceConfig } from './model-family.ts';

/** Linear layers with a bias: q, k and v in Qwen2; in the others according to `attention_bias` and `mlp_bias`. */
function biasesOf(config: ReferenceConfig) {
  return config.biases ?? { queryKeyValue: config.architecture === 'qwen2', attentionOutput: false, mlp: false };
}

export const llamaFamily: Family = {
  shapes(config) {
    const { vocabularySize, hiddenSize, intermediateSize } = config;
    const queries = config.heads * config.headDimension;
    const keys = config.keyValueHeads * config.headDimension;
    const biases = biasesOf(config);
    const linear = (name: string, outputs: number, inputs: number, bias: boolean): [string, number[]][] => [
      [`${name}.weight`, [outputs, inputs]],
      ...(bias ? [[`${name}.bias`, [outputs]] as [string, number[]]] : []),
    ];
    const layers = Array.from({ length: config.layers }, (_, layer): [string, number[]][] => {
      const prefix = `model.layers.${layer}`;
      return [
        [`${prefix}.input_layernorm.weight`, [hiddenSize]],
        ...linear(`${prefix}.self_attn.q_proj`, queries, hiddenSize, biases.queryKeyValue),
        ...linear(`${prefix}.self_attn.k_proj`, keys, hiddenSize, biases.queryKeyValue),
        ...linear(`${prefix}.self_attn.v_proj`, keys, hiddenSize, biases.queryKeyValue),
        ...linear(`${prefix}.self_attn.o_proj`, hiddenSize, queries, biases.attentionOutput),
        ...(config.architecture === 'qwen3'
          ? ['q_norm', 'k_norm'].map((name): [string, number[]] => [
              `${prefix}.self_attn.${name}.weight`,
              [config.headDimension],
            ])
          : []),
        [`${prefix}.post_attention_layernorm.weight`, [hiddenSize]],
        ...linear(`${prefix}.mlp.gate_proj`, intermediateSize, hiddenSize, biases.mlp),
        ...linear(`${prefix}.mlp.up_proj`, intermediateSize, hiddenSize, biases.mlp),
        ...linear(`${prefix}.mlp.down_proj`, hiddenSize, intermediateSize, biases.mlp),
      ];
    });
    const head: [string, number[]][] = config.tiedHead ? [] : [['lm_head.weight', [vocabularySize, hiddenSize]]];
    return [
      ['model.embed_tokens.weight', [vocabularySize, hiddenSize]],
      ...layers.flat(),
      ['model.norm.weight', [hiddenSize]],
      ...head,
    ];
  },

  logits(tape, config, weight, ids) {
    const { headDimension, normEpsilon } = config;
    const biases = biasesOf(config);
    const turns = rotaryFrequencies(config, config.ropeTheta ?? 10_000);
    const linear = (x: Matrix, name: string, bias: boolean): Matrix => {
      const y = tape.linear(x, weight(`${name}.weight`));
      return bias ? addRow(tape, y, weight(`${name}.bias`)) : y;
    };
    const norm = (x: Matrix, name: string): Matrix => tape.rmsNorm(x, weight(`${name}.weight`), normEpsilon);

    let x = tape.gather(weight('model.embed_tokens.weight'), ids);
    for (let layer = 0; layer < config.layers; layer++) {
      const prefix = `model.layers.${layer}`;
      /** Queries or keys: normalised by head in Qwen3, then rotated. */
      const placed = (y: Matrix, name: string): Matrix => {
        const normed =
          config.architecture === 'qwen3'
            ? headNorm(tape, y, weight(`${prefix}.self_attn.${name}.weight`), headDimension, normEpsilon)
            : y;
        return rotary(tape, normed, headDimension, turns);
      };
      const a = norm(x, `${prefix}.input_layernorm`);
      const q = placed(linear(a, `${prefix}.self_attn.q_proj`, biases.queryKeyValue), 'q_norm');
      const k = placed(linear(a, `${prefix}.self_attn.k_proj`, biases.queryKeyValue), 'k_norm');
      const v = linear(a, `${prefix}.self_attn.v_proj`, biases.queryKeyValue);
      const mixed = causalAttention(tape, q, k, v, headDimension, {
        scale: config.attentionScale ?? headDimension ** -0.5,
      });
      x = tape.add(x, linear(mixed, `${prefix}.self_attn.o_proj`, biases.attentionOutput));

      const b = norm(x, `${prefix}.post_attention_layernorm`);
      const gate = activate(tape, config.activation ?? 'silu', linear(b, `${prefix}.mlp.gate_proj`, biases.mlp));
      const gated = tape.multiply(gate, linear(b, `${prefix}.mlp.up_proj`, biases.mlp));
      x = tape.add(x, linear(gated, `${prefix}.mlp.down_proj`, biases.mlp));
    }
    return tape.linear(norm(x, 'model.norm'), weight(config.tiedHead ? 'model.embed_tokens.weight' : 'lm_head.weight'));
  },
};
