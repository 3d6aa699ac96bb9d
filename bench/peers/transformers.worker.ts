/**
 * @huggingface/transformers as a benchmark subject, for generation: its own `generate` over ONNX Runtime's WebGPU
 *   backend, with the graph of `onnx/llama.ts` as the checkpoint. Its files are passed in memory; nothing is
 *   downloaded.
 */
import { AutoModelForCausalLM, env, Tensor, type PreTrainedModel } from '@huggingface/transformers';
import type { Size } from '../sizes.ts';
import { onnxModel, positionsOf } from './onnx/llama.ts';
import { WASM_PATHS } from './onnx/wasm-files.ts';
import { serve, type Subject } from './subject.ts';

const FOLDER = '/in-memory/';

class Transformers implements Subject {
  private size: Size | undefined;
  private model: PreTrainedModel | undefined;

  async setup(size: Size): Promise<void> {
    serveFiles(size);
    env.allowRemoteModels = false;
    env.allowLocalModels = true;
    env.localModelPath = FOLDER;
    env.useBrowserCache = false;
    env.useWasmCache = false;
    const { wasm } = env.backends.onnx;
    if (!wasm) throw new Error('transformers.js came without ONNX Runtime');
    Object.assign(wasm, { wasmPaths: WASM_PATHS, numThreads: 1 });
    this.model = await AutoModelForCausalLM.from_pretrained('model', { device: 'webgpu', dtype: 'fp32' });
    this.size = size;
  }

  trainingStep(): Promise<number> {
    return Promise.reject(new Error('transformers.js does not train'));
  }

  async generate(sequences: number, tokens: number): Promise<number> {
    const { model, size } = this;
    if (!model || !size) throw new Error('setup comes first');
    const prompt = BigInt64Array.from(
      Array.from({ length: sequences }, (_, i) => [1, 2, 3, i % size.vocabulary]).flat(),
      BigInt,
    );
    const inputs = new Tensor('int64', prompt, [sequences, 4]);
    const outputs = (await model.generate({
      inputs,
      attention_mask: new Tensor('int64', new BigInt64Array(prompt.length).fill(1n), [sequences, 4]),
      max_new_tokens: tokens,
      min_new_tokens: tokens,
      do_sample: false,
    } as never)) as Tensor;
    const [count = 0, length = 0] = outputs.dims;
    return count * (length - 4);
  }
}

/** Answers requests for the checkpoint's files and passes all others on. */
function serveFiles(size: Size): void {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const files: Record<string, Uint8Array<ArrayBuffer>> = {
    'config.json': json({
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      vocab_size: size.vocabulary,
      hidden_size: size.hidden,
      intermediate_size: size.intermediate,
      num_hidden_layers: size.layers,
      num_attention_heads: size.heads,
      num_key_value_heads: size.heads,
      head_dim: size.hidden / size.heads,
      max_position_embeddings: positionsOf(size),
      eos_token_id: null,
      bos_token_id: 0,
      pad_token_id: 0,
    }),
    'generation_config.json': json({ bos_token_id: 0, pad_token_id: 0 }),
    'onnx/model.onnx': onnxModel(size),
  };
  const onward = self.fetch.bind(self);
  const local: typeof fetch = (input, init) => {
    const address = new URL(input instanceof Request ? input.url : input, self.location.href);
    const at = address.pathname.indexOf(`${FOLDER}model/`);
    if (at < 0) return onward(input, init);
    const file = files[address.pathname.slice(at + FOLDER.length + 'model/'.length)];
    const head = init?.method === 'HEAD';
    return Promise.resolve(
      file
        ? new Response(head ? null : file, { headers: { 'content-length': String(file.length) } })
        : new Response(null, { status: 404 }),
    );
  };
  self.fetch = local;
  env.fetch = local;
}

serve(new Transformers());
