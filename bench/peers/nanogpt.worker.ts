/**
 * @genai-fi/nanogpt as a benchmark subject: its own model (RMSNorm, rotary positions, 4x GELU MLP, head tied to the
 * embedding) with its own WebGPU kernels, loss, trainer and AdamW, in float32.
 *
 * It bundles TensorFlow.js, whose engine and kernels are global to a worker: tensors created here are its tensors. Its
 * trainer makes one step of a batch in a protected method, which a subclass may call. Generation uses the model's
 * key-value cache.
 */
import { models, TeachableLLM, tokenise } from '@genai-fi/nanogpt';
import * as tf from '@tensorflow/tfjs-core';
import BasicTrainer from '../node_modules/@genai-fi/nanogpt/dist/training/BasicTrainer.js';
import { tokensOf, type Size } from '../sizes.ts';
import { serve, type Subject } from './subject.ts';

class StepTrainer extends BasicTrainer {
  step(batch: { xs: tf.Tensor; ys: tf.Tensor }): tf.Scalar {
    return this.trainStep({}, batch);
  }
}

class NanoGpt implements Subject {
  private size: Size | undefined;
  private model: InstanceType<typeof models.NanoGPTV1> | undefined;
  private trainer: StepTrainer | undefined;
  private batch: { xs: tf.Tensor; ys: tf.Tensor } | undefined;

  async setup(size: Size): Promise<void> {
    await TeachableLLM.selectBackend('webgpu');
    if (tf.getBackend() !== 'webgpu') throw new Error(`nanogpt chose the backend ${tf.getBackend()}`);
    this.size = size;
    this.model = new models.NanoGPTV1({
      modelType: 'GenAI_NanoGPT_v1',
      vocabSize: size.vocabulary,
      blockSize: size.length,
      nLayer: size.layers,
      nHead: size.heads,
      nEmbed: size.hidden,
      mlpFactor: 4,
      useRope: true,
    });
    this.trainer = new StepTrainer(this.model, new tokenise.CharTokeniser(size.vocabulary), {
      learningRate: 1e-3,
      beta1: 0.9,
      beta2: 0.99,
      weightDecay: 0,
      warmupSteps: 0,
    });
    const tokens = tokensOf(size);
    this.batch = {
      xs: tf.tensor2d(
        tokens.map((row) => row.slice(0, -1)),
        undefined,
        'int32',
      ),
      ys: tf.tensor2d(
        tokens.map((row) => row.slice(1)),
        undefined,
        'int32',
      ),
    };
  }

  async trainingStep(): Promise<number> {
    if (!this.trainer || !this.batch) throw new Error('setup comes first');
    const loss = this.trainer.step(this.batch);
    const [value = NaN] = await loss.data();
    loss.dispose();
    return value;
  }

  async generate(sequences: number, tokens: number): Promise<number> {
    const { model, size } = this;
    if (!model || !size) throw new Error('setup comes first');
    const cache = Array.from({ length: size.layers }, () => ({
      k: undefined,
      v: undefined,
      length: 0,
      cumulativeLength: 0,
    }));
    let given: tf.Tensor = tf.tensor2d(
      Array.from({ length: sequences }, (_, i) => [1, 2, 3, i % size.vocabulary]),
      undefined,
      'int32',
    );
    for (let drawn = 0; drawn < tokens; drawn++) {
      const input = given;
      given = tf.tidy(() => {
        const logits = model.forward({ training: false, cache } as never, input);
        const [, length = 1] = logits.shape;
        return tf.cast(tf.argMax(tf.slice(logits, [0, length - 1, 0], [sequences, 1, size.vocabulary]), -1), 'int32');
      });
      input.dispose();
      await given.data();
    }
    given.dispose();
    for (const layer of cache) for (const tensor of [layer.k, layer.v] as (tf.Tensor | undefined)[]) tensor?.dispose();
    return sequences * tokens;
  }
}

serve(new NanoGpt());
