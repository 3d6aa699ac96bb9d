/**
 * GPT-NeoX (Pythia) in float64; transformers `modeling_gpt_neox.py`. The fused projection's rows are ordered by head:
 * q, k, v of head 0, then of head 1. Only the first `rotaryDimensions` of a head are rotated.
 */
import { rotaryFrequencies } from './rotary-frequencies.ts';
import { causalAttention, rotary } from './tape-attention.ts';
import { activate, addRow, columnsOf, layerNorm } from './tape-layers.ts';
import type { Matrix } from './tape.ts';
import type { Family } from './model-family.ts';

export const gptNeoX: Family = {
  shapes(config) {
    const { hiddenSize: D, intermediateSize: F, vocabularySize: V } = config;
    const inner = config.heads * config.headDimension;
    const attentionBias = config.biases?.queryKeyValue ?? true;
    const layers = Array.from({ length: config.layers }, (_, layer): [string, number[]][] => {
      const prefix = `gpt_neox.layers.${layer}`;
      const linear = (name: string, outputs: number, inputs: number, bias: boolean): [string, number[]][] => [
        [`${prefix}.${name}.weight`, [outputs, inputs]],
        ...(bias ? [[`${prefix}.${name}.bias`, [outputs]] as [string, number[]]] : []),
      ];
      return [
        [`${prefix}.input_layernorm.weight`, [D]],
        [`${prefix}.input_layernorm.bias`, [D]],
        ...linear('attention.query_key_value', 3 * inner, D, attentionBias),
        ...linear('attention.dense', D, inner, attentionBias),
        [`${prefix}.post_attention_layernorm.weight`, [D]],
        [`${prefix}.post_attention_layernorm.bias`, [D]],
        ...linear('mlp.dense_h_to_4h', F, D, true),
        ...linear('mlp.dense_4h_to_h', D, F, true),
      ];
    });
    const head: [string, number[]][] = config.tiedHead ? [] : [['embed_out.weight', [V, D]]];
    return [
      ['gpt_neox.embed_in.weight', [V, D]],
      ...layers.flat(),
      ['gpt_neox.final_layer_norm.weight', [D]],
      ['gpt_neox.final_layer_norm.bias', [D]],
      ...head,
    ];
  },

  logits(tape, config, weight, ids) {
    const { headDimension: K, heads, normEpsilon } = config;
    const attentionBias = config.biases?.queryKeyValue ?? true;
    const turns = rotaryFrequencies(config, config.ropeTheta ?? 10_000);
    const norm = (x: Matrix, name: string): Matrix =>
      layerNorm(tape, x, weight(`${name}.weight`), weight(`${name}.bias`), normEpsilon);
    const linear = (x: Matrix, name: string, bias: boolean): Matrix => {
      const y = tape.linear(x, weight(`${name}.weight`));
      return bias ? addRow(tape, y, weight(`${name}.bias`)) : y;
    };

    let x = tape.gather(weight('gpt_neox.embed_in.weight'), ids);
    for (let layer = 0; layer < config.layers; layer++) {
      const prefix = `gpt_neox.layers.${layer}`;
      const qkv = linear(norm(x, `${prefix}.input_layernorm`), `${prefix}.attention.query_key_value`, attentionBias);
      const [q, k, v] = [0, 1, 2].map((part) => {
        const columns = Array.from({ length: heads * K }, (_, i) => Math.floor(i / K) * 3 * K + part * K + (i % K));
        return columnsOf(tape, qkv, columns);
      }) as [Matrix, Matrix, Matrix];
      const mixed = causalAttention(tape, rotary(tape, q, K, turns), rotary(tape, k, K, turns), v, K, {
        scale: config.attentionScale ?? K ** -0.5,
      });
      const attended = linear(mixed, `${prefix}.attention.dense`, attentionBias);
      const afterAttention = tape.add(x, attended);
      const parallel = config.parallelResidual ?? true;
      const b = norm(parallel ? x : afterAttention, `${prefix}.post_attention_layernorm`);
      const inner = activate(tape, config.activation ?? 'gelu', linear(b, `${prefix}.mlp.dense_h_to_4h`, true));
      x = tape.add(afterAttention, linear(inner, `${prefix}.mlp.dense_4h_to_h`, true));
    }
    return tape.linear(
      norm(x, 'gpt_neox.final_layer_norm'),
      weight(config.tiedHead ? 'gpt_neox.embed_in.weight' : 'embed_out.weight'),
    );
  },
};
