/**
 * Gemma 3's text model in float64; transformers `modeling_gemma3.py`. RMSNorm gains are 1 + weight; attention and MLP
 * have a norm before and one after, inside the residual branch; some layers have sliding-window attention with their
 * own rotary base.
 */
import { rotaryFrequencies } from './rotary-frequencies.ts';
import { causalAttention, rotary } from './tape-attention.ts';
import { activate, headNorm, plusOne, scaled } from './tape-layers.ts';
import type { Matrix } from './tape.ts';
import type { Family } from './model-family.ts';

export const gemma3: Family = {
  shapes(config) {
    const { hiddenSize: D, intermediateSize: F, vocabularySize: V, headDimension: K } = config;
    const [queries, keys] = [config.heads * K, config.keyValueHeads * K];
    const layers = Array.from({ length: config.layers }, (_, layer): [string, number[]][] => {
      const name = (part: string) => `model.layers.${layer}.${part}.weight`;
      return [
        [name('input_layernorm'), [D]],
        [name('self_attn.q_proj'), [queries, D]],
        [name('self_attn.k_proj'), [keys, D]],
        [name('self_attn.v_proj'), [keys, D]],
        [name('self_attn.o_proj'), [D, queries]],
        [name('self_attn.q_norm'), [K]],
        [name('self_attn.k_norm'), [K]],
        [name('post_attention_layernorm'), [D]],
        [name('pre_feedforward_layernorm'), [D]],
        [name('mlp.gate_proj'), [F, D]],
        [name('mlp.up_proj'), [F, D]],
        [name('mlp.down_proj'), [D, F]],
        [name('post_feedforward_layernorm'), [D]],
      ];
    });
    const head: [string, number[]][] = config.tiedHead ? [] : [['lm_head.weight', [V, D]]];
    return [['model.embed_tokens.weight', [V, D]], ...layers.flat(), ['model.norm.weight', [D]], ...head];
  },

  logits(tape, config, weight, ids) {
    const { headDimension: K, normEpsilon } = config;
    const full = rotaryFrequencies(config, config.ropeTheta ?? 10_000);
    const local = rotaryFrequencies({ headDimension: K }, config.slidingRopeTheta ?? 10_000);
    const norm = (x: Matrix, name: string): Matrix =>
      tape.rmsNorm(x, plusOne(tape, weight(`${name}.weight`)), normEpsilon);

    let x = scaled(tape, tape.gather(weight('model.embed_tokens.weight'), ids), Math.sqrt(config.hiddenSize));
    for (let layer = 0; layer < config.layers; layer++) {
      const prefix = `model.layers.${layer}`;
      const linear = (input: Matrix, name: string): Matrix => tape.linear(input, weight(`${prefix}.${name}.weight`));
      const sliding = config.slidingWindow?.layers[layer] ?? false;
      const placed = (y: Matrix, name: string): Matrix =>
        rotary(
          tape,
          headNorm(tape, y, plusOne(tape, weight(`${prefix}.self_attn.${name}.weight`)), K, normEpsilon),
          K,
          sliding ? local : full,
        );

      const a = norm(x, `${prefix}.input_layernorm`);
      const q = placed(linear(a, 'self_attn.q_proj'), 'q_norm');
      const k = placed(linear(a, 'self_attn.k_proj'), 'k_norm');
      const mixed = causalAttention(tape, q, k, linear(a, 'self_attn.v_proj'), K, {
        scale: config.attentionScale ?? K ** -0.5,
        ...(sliding && config.slidingWindow && { window: config.slidingWindow.size }),
      });
      x = tape.add(x, norm(linear(mixed, 'self_attn.o_proj'), `${prefix}.post_attention_layernorm`));

      const b = norm(x, `${prefix}.pre_feedforward_layernorm`);
      const gated = tape.multiply(
        activate(tape, config.activation ?? 'gelu-tanh', linear(b, 'mlp.gate_proj')),
        linear(b, 'mlp.up_proj'),
      );
      x = tape.add(x, norm(linear(gated, 'mlp.down_proj'), `${prefix}.post_feedforward_layernorm`));
    }
    return tape.linear(norm(x, 'model.norm'), weight(config.tiedHead ? 'model.embed_tokens.weight' : 'lm_head.weight'));
  },
};
