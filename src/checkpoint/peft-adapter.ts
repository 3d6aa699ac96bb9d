/**
 * A LoRA adapter in the layout of PEFT: adapter_config.json and adapter_model.safetensors, whose tensors are named
 * `base_model.model.<module>.lora_A.weight` ([rank, in]) and `.lora_B.weight` ([out, rank]); the module's weight gains
 * `lora_alpha / r * B A` (arXiv 2106.09685). model-adapter.ts converts between these files and the engine's adapters.
 */
import { inputError, StudioError } from '../errors.ts';
import type { CheckpointSource } from './checkpoint-source.ts';
import type { ExportedFile } from './export-checkpoint.ts';
import { FieldReader, parseObject, shortened, shown } from './json-fields.ts';
import { parseSafetensors, toFloat32, writeSafetensors, type NamedTensor, type WeightDtype } from './safetensors.ts';

export interface LoraModule {
  /** In the base model, for example `model.layers.0.self_attn.q_proj`. */
  name: string;
  /** Row-major [rank, inputs]. */
  a: Float32Array<ArrayBuffer>;
  /** Row-major [outputs, rank]. */
  b: Float32Array<ArrayBuffer>;
  inputs: number;
  outputs: number;
}

export interface LoraAdapter {
  rank: number;
  alpha: number;
  /** PEFT's target_modules: whole names of modules, or their last parts. */
  targets: string[];
  /** The base stores its weights [in, out] (GPT-2's Conv1D); the shapes of A and B do not depend on it. */
  fanInFanOut: boolean;
  /** The base model's name or folder, and its revision; may be empty. */
  base: string;
  revision: string;
  modules: LoraModule[];
}

const PREFIX = 'base_model.model.';
export const ADAPTER_CONFIG = 'adapter_config.json';
const WEIGHTS = 'adapter_model.safetensors';
const LARGEST_RANK = 4096;
/**
 * Values of init_lora_weights that leave the base as it is. Others (pissa, pissa_niter_N, olora, corda, loftq, lora_ga)
 * replace the base's weights by a residual when PEFT loads the adapter; PEFT 0.21 `LoraLayer.update_layer`.
 */
const INITIALIZATIONS: readonly unknown[] = [true, false, 'gaussian', 'eva', 'orthogonal'];

/** The two files of an adapter. */
export function adapterFiles(
  { rank, alpha, targets, fanInFanOut, base, revision, modules }: LoraAdapter,
  dtype: WeightDtype = 'F32',
): ExportedFile[] {
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: base,
    revision: revision === '' ? null : revision,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    bias: 'none',
    fan_in_fan_out: fanInFanOut,
    inference_mode: true,
    init_lora_weights: true,
    modules_to_save: null,
    target_modules: targets,
  };
  const tensors = modules.flatMap(({ name, a, b, inputs, outputs }): NamedTensor[] => [
    { name: `${PREFIX}${name}.lora_A.weight`, shape: [rank, inputs], data: a },
    { name: `${PREFIX}${name}.lora_B.weight`, shape: [outputs, rank], data: b },
  ]);
  return [
    { path: ADAPTER_CONFIG, data: new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`) },
    { path: WEIGHTS, data: writeSafetensors(tensors, { format: 'pt' }, dtype) },
  ];
}

/** @throws StudioError `input` for an adapter that belongs to a base with other weights than the base's own */
function checkInitialization(config: FieldReader): void {
  const value = config.raw('init_lora_weights') ?? true;
  if (INITIALIZATIONS.includes(value)) return;
  const { message } = config.unsupported('init_lora_weights', INITIALIZATIONS.map(shown).join(', '));
  throw new StudioError(
    'input',
    `${message}, which also changes the weights of the base.`,
    'Convert it to a LoRA adapter: in PEFT, save_pretrained with path_initial_model_for_weight_conversion.',
  );
}

/**
 * @param where the folder's name, for messages
 * @throws StudioError `input` naming the incorrect field or tensor, or an unsupported variant of LoRA
 */
export async function readAdapter(source: CheckpointSource, where: string): Promise<LoraAdapter> {
  const config = new FieldReader(
    parseObject(new TextDecoder().decode(await source.read(ADAPTER_CONFIG)), `${where}/${ADAPTER_CONFIG}`),
    `${where}/${ADAPTER_CONFIG}`,
  );
  config.only('peft_type', ['LORA']);
  config.only('bias', ['none']);
  for (const name of ['use_dora', 'use_rslora', 'use_qalora', 'lora_bias']) config.only(name, [false]);
  for (const name of ['layer_replication', 'alora_invocation_tokens', 'modules_to_save'])
    if (config.has(name)) throw config.unsupported(name, 'null');
  for (const name of ['rank_pattern', 'alpha_pattern']) {
    const pattern = config.object(name);
    if (pattern && Object.keys(pattern.fields).length > 0) throw config.unsupported(name, '{}');
  }
  checkInitialization(config);
  const rank = config.integer('r', { from: 1, to: LARGEST_RANK });
  const alpha = config.number('lora_alpha', 8);
  const tensors = parseSafetensors(await source.read(WEIGHTS), `${where}/${WEIGHTS}`);
  const names = new Set<string>();
  for (const name of tensors.keys()) {
    const module = /^base_model\.model\.(.+)\.lora_[AB]\.weight$/.exec(name)?.[1];
    if (module === undefined)
      throw inputError(
        `${where}/${WEIGHTS}`,
        `tensor ${shortened(name)}: expected a name as ${PREFIX}MODULE.lora_A.weight`,
      );
    names.add(module);
  }
  const modules = [...names].map((name): LoraModule => {
    const part = (letter: 'A' | 'B') => {
      const tensor = tensors.get(`${PREFIX}${name}.lora_${letter}.weight`);
      const place = `${where}/${WEIGHTS}: tensor ${shortened(`${PREFIX}${name}.lora_${letter}.weight`)}`;
      if (!tensor) throw inputError(place, 'missing; lora_A and lora_B belong together');
      const [rows = 0, columns = 0] = tensor.shape;
      if (tensor.shape.length !== 2 || (letter === 'A' ? rows : columns) !== rank)
        throw inputError(
          place,
          `expected ${letter === 'A' ? `[${rank}, inputs]` : `[outputs, ${rank}]`} by r in ${ADAPTER_CONFIG}, ` +
            `found ${shown(tensor.shape)}`,
        );
      const data = toFloat32(tensor, place);
      const bad = data.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) throw inputError(place, `element ${bad} is ${data[bad]}, expected finite weights`);
      return { data, size: letter === 'A' ? columns : rows };
    };
    const [a, b] = [part('A'), part('B')];
    return { name, a: a.data, b: b.data, inputs: a.size, outputs: b.size };
  });
  const targets = config.raw('target_modules');
  return {
    rank,
    alpha,
    // PEFT also allows a pattern instead of a list: the tensors then name the modules that it matched.
    targets:
      Array.isArray(targets) && targets.every((target): target is string => typeof target === 'string')
        ? targets
        : [...names],
    fanInFanOut: config.boolean('fan_in_fan_out', false),
    base: config.text('base_model_name_or_path', ''),
    revision: config.text('revision', ''),
    modules,
  };
}
