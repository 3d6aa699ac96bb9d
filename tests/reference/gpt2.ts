/** GPT-2 in float64; transformers `modeling_gpt2.py`. Its linear layers ("Conv1D") store weights [in, out]. */
import { causalAttention } from './tape-attention.ts';
import { activate, addRow, columnsOf, layerNorm, transposed } from './tape-layers.ts';
import type { Matrix } from './tape.ts';
import type { Family } from './model-family.ts';

export const gpt2: Family = {
  shapes(config) {
    const { hiddenSize: D, intermediateSize: F, tensorPrefix: prefix = '' } = config;
    const layers = Array.from({ length: config.layers }, (_, layer): [string, number[]][] => {
      const h = `${prefix}h.${layer}`;
      return [
        [`${h}.ln_1.weight`, [D]],
        [`${h}.ln_1.bias`, [D]],
        [`${h}.attn.c_attn.weight`, [D, 3 * D]],
        [`${h}.attn.c_attn.bias`, [3 * D]],
        [`${h}.attn.c_proj.weight`, [D, D]],
        [`${h}.attn.c_proj.bias`, [D]],
        [`${h}.ln_2.weight`, [D]],
        [`${h}.ln_2.bias`, [D]],
        [`${h}.mlp.c_fc.weight`, [D, F]],
        [`${h}.mlp.c_fc.bias`, [F]],
        [`${h}.mlp.c_proj.weight`, [F, D]],
        [`${h}.mlp.c_proj.bias`, [D]],
      ];
    });
    const head: [string, number[]][] = config.tiedHead ? [] : [['lm_head.weight', [config.vocabularySize, D]]];
    return [
      [`${prefix}wte.weight`, [config.vocabularySize, D]],
      [`${prefix}wpe.weight`, [config.maxPositions ?? 64, D]],
      ...layers.flat(),
      [`${prefix}ln_f.weight`, [D]],
      [`${prefix}ln_f.bias`, [D]],
      ...head,
    ];
  },

  logits(tape, config, weight, ids) {
    const { hiddenSize: D, tensorPrefix: prefix = '' } = config;
    const conv1d = (x: Matrix, name: string): Matrix =>
      addRow(tape, tape.linear(x, transposed(tape, weight(`${name}.weight`))), weight(`${name}.bias`));
    const norm = (x: Matrix, name: string): Matrix =>
      layerNorm(tape, x, weight(`${name}.weight`), weight(`${name}.bias`), config.normEpsilon);

    const positions = tape.gather(weight(`${prefix}wpe.weight`), [...ids.keys()]);
    let x = tape.add(tape.gather(weight(`${prefix}wte.weight`), ids), positions);
    for (let layer = 0; layer < config.layers; layer++) {
      const h = `${prefix}h.${layer}`;
      const qkv = conv1d(norm(x, `${h}.ln_1`), `${h}.attn.c_attn`);
      const [q, k, v] = [0, 1, 2].map((part) =>
        columnsOf(
          tape,
          qkv,
          Array.from({ length: D }, (_, i) => part * D + i),
        ),
      ) as [Matrix, Matrix, Matrix];
      const mixed = causalAttention(tape, q, k, v, config.headDimension, {
        scale: config.attentionScale ?? config.headDimension ** -0.5,
      });
      x = tape.add(x, conv1d(mixed, `${h}.attn.c_proj`));
      const inner = activate(tape, config.activation ?? 'gelu-tanh', conv1d(norm(x, `${h}.ln_2`), `${h}.mlp.c_fc`));
      x = tape.add(x, conv1d(inner, `${h}.mlp.c_proj`));
    }
    return tape.linear(norm(x, `${prefix}ln_f`), weight(config.tiedHead ? `${prefix}wte.weight` : 'lm_head.weight'));
  },
};
