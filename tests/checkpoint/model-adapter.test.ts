/**
 * Adapters of every architecture, to PEFT's files and back: names, shapes and values, and adapters that do not fit a
 * base.
 */
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/checkpoint/checkpoint-source.ts';
import { adapterOf, engineAdapter } from '../../src/checkpoint/model-adapter.ts';
import { adapterFiles, readAdapter } from '../../src/checkpoint/peft-adapter.ts';
import { parseSafetensors } from '../../src/checkpoint/safetensors.ts';
import type { ArchitectureName } from '../../src/model/spec/architectures/catalog.ts';
import type { ModelConfig } from '../../src/model/spec/model-config.ts';
import { initializeAdapter, type LoraConfig } from '../../src/model/weights/lora-tensors.ts';
import { stream } from '../../src/random.ts';

const config = (architecture: ArchitectureName): ModelConfig => {
  const fused = architecture === 'gpt2' || architecture === 'gpt_neox';
  return {
    architecture,
    vocabularySize: 13,
    hiddenSize: 8,
    layers: 1,
    heads: 2,
    keyValueHeads: fused ? 2 : 1,
    headDimension: 4,
    intermediateSize: 12,
    maxPositions: 16,
    normEpsilon: 1e-5,
    tiedHead: true,
  };
};

const LLAMA = {
  'self_attn.q_proj': [8, 8],
  'self_attn.k_proj': [4, 8],
  'self_attn.v_proj': [4, 8],
  'self_attn.o_proj': [8, 8],
  'mlp.gate_proj': [12, 8],
  'mlp.up_proj': [12, 8],
  'mlp.down_proj': [8, 12],
};
/** [out, in] of each module, as PEFT 0.21 names it for a model of that class in transformers 5. */
const MODULES: Record<ArchitectureName, { prefix: string; modules: Record<string, number[]> }> = {
  llama: { prefix: 'model.layers.0.', modules: LLAMA },
  qwen2: { prefix: 'model.layers.0.', modules: LLAMA },
  qwen3: { prefix: 'model.layers.0.', modules: LLAMA },
  gemma3_text: { prefix: 'model.layers.0.', modules: LLAMA },
  gpt2: {
    prefix: 'transformer.h.0.',
    modules: { 'attn.c_attn': [24, 8], 'attn.c_proj': [8, 8], 'mlp.c_fc': [12, 8], 'mlp.c_proj': [8, 12] },
  },
  gpt_neox: {
    prefix: 'gpt_neox.layers.0.',
    modules: {
      'attention.query_key_value': [24, 8],
      'attention.dense': [8, 8],
      'mlp.dense_h_to_4h': [12, 8],
      'mlp.dense_4h_to_h': [8, 12],
    },
  },
};

const RANK = 3;
function made(model: ModelConfig, targets: string[]) {
  const lora: LoraConfig = { rank: RANK, alpha: 5, targets };
  const random = stream(4, 'values');
  const tensors = new Map(
    [...initializeAdapter(model, lora, stream(1, 'adapter'))].map(([name, values]) => [
      name,
      values.map(() => random.normal()),
    ]),
  );
  const files = adapterFiles(adapterOf(model, { lora, tensors }, { name: 'owner/base', revision: 'abc' }));
  return { lora, tensors, files: Object.fromEntries(files.map(({ path, data }) => [path, data])) };
}
const configOf = (files: Record<string, Uint8Array>) =>
  JSON.parse(new TextDecoder().decode(files['adapter_config.json'])) as Record<string, unknown>;

describe.each(Object.entries(MODULES))('%s', (architecture, { prefix, modules }) => {
  const model = config(architecture as ArchitectureName);
  const { lora, tensors, files } = made(model, ['all-linear']);

  it('has PEFT’s names and shapes, for any prefix of the checkpoint', () => {
    const shapes = (of: Record<string, Uint8Array>) =>
      Object.fromEntries(
        [...parseSafetensors(of['adapter_model.safetensors'] as Uint8Array, 'adapter')].map(([name, { shape }]) => [
          name,
          shape,
        ]),
      );
    const expected = Object.entries(modules).flatMap(([name, [out = 0, inputs = 0]]) => [
      [`base_model.model.${prefix}${name}.lora_A.weight`, [RANK, inputs]],
      [`base_model.model.${prefix}${name}.lora_B.weight`, [out, RANK]],
    ]);
    expect(shapes(files)).toEqual(Object.fromEntries(expected));
    expect(
      shapes(made({ ...model, ...(architecture === 'gpt2' && { tensorPrefix: '' }) }, ['all-linear']).files),
    ).toEqual(shapes(files));
    expect(configOf(files)).toMatchObject({
      peft_type: 'LORA',
      task_type: 'CAUSAL_LM',
      r: RANK,
      lora_alpha: 5,
      lora_dropout: 0,
      bias: 'none',
      fan_in_fan_out: architecture === 'gpt2',
      base_model_name_or_path: 'owner/base',
      revision: 'abc',
    });
    expect(new Set(configOf(files)['target_modules'] as string[])).toEqual(
      new Set(Object.keys(modules).map((name) => name.split('.').at(-1))),
    );
  });

  it('is read back exactly in f32, f16 and bf16', async () => {
    for (const dtype of ['F32', 'F16', 'BF16'] as const) {
      const written = adapterFiles(adapterOf(model, { lora, tensors }, { name: '', revision: '' }), dtype);
      const read = await readAdapter(
        memorySource('adapter', Object.fromEntries(written.map(({ path, data }) => [path, data]))),
        'adapter',
      );
      const again = engineAdapter(model, read, 'adapter');
      expect(again.lora).toMatchObject({ rank: RANK, alpha: 5 });
      if (dtype === 'F32') expect(again.tensors).toEqual(tensors);
      expect(
        adapterFiles(
          adapterOf(model, { ...again, lora: { ...again.lora, targets: read.targets } }, { name: '', revision: '' }),
          dtype,
        ),
      ).toEqual(written);
    }
  });

  it('keeps the names of targets', () => {
    const [name = ''] = Object.keys(modules);
    expect(configOf(made(model, [prefix + name]).files)['target_modules']).toEqual([prefix + name]);
  });
});

describe('an adapter that does not fit its base', () => {
  const source = (files: Record<string, Uint8Array>) => memorySource('adapter', files);
  const read = async (files: Record<string, Uint8Array>, model: ModelConfig) =>
    engineAdapter(model, await readAdapter(source(files), 'adapter'), 'adapter');
  const { files } = made(config('llama'), ['q_proj', 'down_proj']);
  it.each([
    [
      'another architecture',
      config('gpt2'),
      /^adapter: module model\.layers\.0\.self_attn\.q_proj: the base \(GPT-2, 1 layers\) has no such linear layer; its modules are named like transformer\.h\.0\.attn\.c_attn$/,
    ],
    [
      'another width',
      { ...config('llama'), intermediateSize: 16 },
      /^adapter: module model\.layers\.0\.mlp\.down_proj: the base's weight has 8 outputs and 16 inputs, the adapter is for 8 and 12$/,
    ],
  ])('%s', async (_, model, message) => {
    await expect(read(files, model)).rejects.toThrow(message);
  });
  it.each([
    ['use_rslora', true],
    ['use_dora', true],
    ['lora_bias', true],
    ['modules_to_save', ['lm_head']],
    ['rank_pattern', { q_proj: 4 }],
    ...['pissa', 'pissa_niter_16', 'olora', 'corda', 'loftq', 'lora_ga', 7].map((value): [string, unknown] => [
      'init_lora_weights',
      value,
    ]),
  ])('a variant that is not read: %s', async (field, value) => {
    const changed = { ...configOf(files), [field]: value };
    await expect(
      read({ ...files, 'adapter_config.json': new TextEncoder().encode(JSON.stringify(changed)) }, config('llama')),
    ).rejects.toThrow(new RegExp(`adapter_config\\.json: ${field}: expected`));
  });
  it.each([true, false, 'gaussian', 'eva', 'orthogonal', null])('is read with init_lora_weights %j', async (value) => {
    const changed = new TextEncoder().encode(JSON.stringify({ ...configOf(files), init_lora_weights: value }));
    expect(await read({ ...files, 'adapter_config.json': changed }, config('llama'))).toEqual(
      await read(files, config('llama')),
    );
  });
  it('takes the modules from the tensors if target_modules is a pattern', async () => {
    const changed = { ...configOf(files), target_modules: '.*\\.(q_proj|down_proj)' };
    const { lora } = await read(
      { ...files, 'adapter_config.json': new TextEncoder().encode(JSON.stringify(changed)) },
      config('llama'),
    );
    expect(lora.targets).toEqual(['model.layers.0.self_attn.q_proj', 'model.layers.0.mlp.down_proj']);
  });
});
