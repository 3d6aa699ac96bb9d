/**
 * TensorFlow.js on its WebGPU backend as a benchmark subject: a typical GPT-style model in its own operations. RMSNorm
 * is composed of them, embeddings are products with one-hot rows (whose gradient has a kernel on this backend), and
 * generation runs the whole window for every token, because it has no key-value cache.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-backend-webgpu';
import { tokensOf, type Size } from '../sizes.ts';
import { serve, type Subject } from './subject.ts';

type Weights = Record<string, tf.Variable>;

class TensorFlow implements Subject {
  private size: Size | undefined;
  private weights: Weights = {};
  private optimizer: tf.Optimizer | undefined;
  private inputs: tf.Tensor | undefined;
  private labels: tf.Tensor | undefined;

  async setup(size: Size): Promise<void> {
    await tf.setBackend('webgpu');
    await tf.ready();
    if (tf.getBackend() !== 'webgpu') throw new Error(`TensorFlow.js chose the backend ${tf.getBackend()}`);
    this.size = size;
    const { hidden, layers, vocabulary, length } = size;
    const matrix = (name: string, rows: number, columns: number) => {
      this.weights[name] = tf.variable(tf.randomNormal([rows, columns], 0, 1 / Math.sqrt(rows)), true, name);
    };
    matrix('embedding', vocabulary, hidden);
    matrix('positions', length, hidden);
    matrix('head', hidden, vocabulary);
    for (let layer = 0; layer < layers; layer++) {
      for (const name of ['q', 'k', 'v', 'o']) matrix(`${name}${layer}`, hidden, hidden);
      matrix(`up${layer}`, hidden, 4 * hidden);
      matrix(`down${layer}`, 4 * hidden, hidden);
      for (const name of ['norm1', 'norm2'])
        this.weights[`${name}${layer}`] = tf.variable(tf.ones([hidden]), true, `${name}${layer}`);
    }
    this.weights['norm'] = tf.variable(tf.ones([hidden]), true, 'norm');
    this.optimizer = tf.train.adam(1e-3);
    const tokens = tokensOf(size);
    this.inputs = tf.oneHot(
      tf.tensor2d(
        tokens.map((row) => row.slice(0, -1)),
        undefined,
        'int32',
      ),
      vocabulary,
      1,
      0,
      'float32',
    );
    this.labels = tf.oneHot(
      tf.tensor1d(
        tokens.flatMap((row) => row.slice(1)),
        'int32',
      ),
      vocabulary,
      1,
      0,
      'float32',
    );
  }

  private weight(name: string): tf.Variable {
    const weight = this.weights[name];
    if (!weight) throw new Error(`no weight ${name}`);
    return weight;
  }

  private norm(x: tf.Tensor, gain: string): tf.Tensor {
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-5));
    return tf.mul(tf.mul(x, scale), this.weight(gain));
  }

  /** @param inputs one-hot [B, T, V] @returns logits [B * T, V] */
  private forward(inputs: tf.Tensor): tf.Tensor {
    const { hidden, layers, heads, vocabulary } = this.size as Size;
    const [batch = 1, length = 1] = inputs.shape;
    const dimension = hidden / heads;
    const mask = tf.mul(tf.sub(1, tf.linalg.bandPart(tf.ones([length, length]), -1, 0)), -1e9);
    const rows = tf.matMul(tf.reshape(inputs, [batch * length, vocabulary]), this.weight('embedding'));
    let x = tf.reshape(
      tf.add(tf.reshape(rows, [batch, length, hidden]), tf.slice(this.weight('positions'), [0, 0], [length, hidden])),
      [batch * length, hidden],
    );
    const split = (y: tf.Tensor) => tf.transpose(tf.reshape(y, [batch, length, heads, dimension]), [0, 2, 1, 3]);
    for (let layer = 0; layer < layers; layer++) {
      const normed = this.norm(x, `norm1${layer}`);
      const project = (name: string) => split(tf.matMul(normed, this.weight(`${name}${layer}`)));
      const scores = tf.add(tf.mul(tf.matMul(project('q'), project('k'), false, true), 1 / Math.sqrt(dimension)), mask);
      const mixed = tf.matMul(tf.softmax(scores), project('v'));
      const attended = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * length, hidden]);
      x = tf.add(x, tf.matMul(attended, this.weight(`o${layer}`)));
      const inner = tf.relu(tf.matMul(this.norm(x, `norm2${layer}`), this.weight(`up${layer}`)));
      x = tf.add(x, tf.matMul(inner, this.weight(`down${layer}`)));
    }
    return tf.matMul(this.norm(x, 'norm'), this.weight('head'));
  }

  async trainingStep(): Promise<number> {
    const { inputs, labels, optimizer } = this;
    if (!inputs || !labels || !optimizer) throw new Error('setup comes first');
    const loss = optimizer.minimize(
      () => tf.reshape<tf.Rank.R0>(tf.losses.softmaxCrossEntropy(labels, this.forward(inputs)), []),
      true,
    );
    if (!loss) throw new Error('no loss');
    const [value = NaN] = await loss.data();
    loss.dispose();
    return value;
  }

  async generate(sequences: number, tokens: number): Promise<number> {
    const { vocabulary } = this.size as Size;
    let rows = Array.from({ length: sequences }, (_, i) => [1, 2, 3, i % vocabulary]);
    for (let drawn = 0; drawn < tokens; drawn++) {
      const length = rows[0]?.length ?? 0;
      const next = tf.tidy(() => {
        const logits = this.forward(tf.oneHot(tf.tensor2d(rows, undefined, 'int32'), vocabulary, 1, 0, 'float32'));
        return tf.argMax(
          tf.slice(tf.reshape(logits, [sequences, length, vocabulary]), [0, length - 1, 0], [sequences, 1, vocabulary]),
          -1,
        );
      });
      const chosen = await next.data();
      next.dispose();
      rows = rows.map((row, i) => [...row, chosen[i] ?? 0]);
    }
    return sequences * tokens;
  }
}

serve(new TensorFlow());
