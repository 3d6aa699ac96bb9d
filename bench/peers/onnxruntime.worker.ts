/**
 * ONNX Runtime Web on its WebGPU backend as a benchmark subject, for generation: the graph of `onnx/llama.ts`, keys and
 * values kept on the GPU between runs, logits read back and the next token chosen here, as is usual. It has no training
 * in the browser.
 */
import * as ort from 'onnxruntime-web/webgpu';
import type { Size } from '../sizes.ts';
import { onnxModel } from './onnx/llama.ts';
import { WASM_PATHS } from './onnx/wasm-files.ts';
import { serve, type Subject } from './subject.ts';

class OnnxRuntime implements Subject {
  private size: Size | undefined;
  private session: ort.InferenceSession | undefined;

  async setup(size: Size): Promise<void> {
    ort.env.wasm.wasmPaths = WASM_PATHS;
    ort.env.wasm.numThreads = 1;
    const caches = Object.fromEntries(this.cacheNames(size).map(({ present }) => [present, 'gpu-buffer' as const]));
    this.session = await ort.InferenceSession.create(onnxModel(size), {
      executionProviders: ['webgpu'],
      preferredOutputLocation: { ...caches, logits: 'cpu' },
    });
    this.size = size;
  }

  trainingStep(): Promise<number> {
    return Promise.reject(new Error('ONNX Runtime Web does not train on WebGPU'));
  }

  private cacheNames({ layers }: Size): { past: string; present: string }[] {
    return Array.from({ length: layers }, (_, layer) =>
      ['key', 'value'].map((part) => ({
        past: `past_key_values.${layer}.${part}`,
        present: `present.${layer}.${part}`,
      })),
    ).flat();
  }

  async generate(sequences: number, tokens: number): Promise<number> {
    const { session, size } = this;
    if (!session || !size) throw new Error('setup comes first');
    let given = Array.from({ length: sequences }, (_, i) => [1, 2, 3, i % size.vocabulary]);
    let length = 0;
    let caches: Record<string, ort.Tensor> = Object.fromEntries(
      this.cacheNames(size).map(({ past }) => [
        past,
        new ort.Tensor('float32', new Float32Array(0), [sequences, size.heads, 0, size.hidden / size.heads]),
      ]),
    );
    for (let drawn = 0; drawn < tokens; drawn++) {
      const width = given[0]?.length ?? 0;
      length += width;
      const outputs = await session.run({
        ...caches,
        input_ids: new ort.Tensor('int64', BigInt64Array.from(given.flat(), BigInt), [sequences, width]),
        attention_mask: new ort.Tensor('int64', new BigInt64Array(sequences * length).fill(1n), [sequences, length]),
      });
      for (const tensor of Object.values(caches)) tensor.dispose();
      caches = Object.fromEntries(
        this.cacheNames(size).map(({ past, present }) => [past, outputs[present] as ort.Tensor]),
      );
      const logits = (await (outputs['logits'] as ort.Tensor).getData()) as Float32Array;
      given = Array.from({ length: sequences }, (_, i) => [
        largest(logits.subarray((i * width + width - 1) * size.vocabulary, (i * width + width) * size.vocabulary)),
      ]);
    }
    for (const tensor of Object.values(caches)) tensor.dispose();
    return sequences * tokens;
  }
}

function largest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? -Infinity) > (values[best] ?? -Infinity)) best = i;
  return best;
}

serve(new OnnxRuntime());
