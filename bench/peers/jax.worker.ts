/**
 * jax-js on its WebGPU backend as a benchmark subject: the same GPT-style model as TensorFlow.js's (4x MLP, RMSNorm,
 * learned positions, untied head), the whole training step - forward, `valueAndGrad`, Adam - under one `jit`.
 *
 * Embeddings are products with one-hot rows, whose gradient is also a product. Generation runs the jitted forward pass
 * over the whole window for every token: a jitted round over cached keys and values crashed the software adapter's
 * process.
 */
import { defaultDevice, init, jit, nn, numpy as np, random, tree, valueAndGrad } from '@jax-js/jax';
import { tokensOf, type Size } from '../sizes.ts';
import { serve, type Subject } from './subject.ts';

type Arrays = Record<string, np.Array>;
type Forward = (weights: Arrays, x: np.Array) => np.Array;
type Step = (
  weights: Arrays,
  first: Arrays,
  second: Arrays,
  corrections: np.Array,
) => { weights: Arrays; first: Arrays; second: Arrays; loss: np.Array };

const [BETA1, BETA2, EPSILON, RATE] = [0.9, 0.99, 1e-8, 1e-3];

class Jax implements Subject {
  private size: Size | undefined;
  private weights: Arrays = {};
  private first: Arrays = {};
  private second: Arrays = {};
  private updates = 0;
  private step: Step | undefined;
  private readonly forwards = new Map<number, Forward>();

  async setup(size: Size): Promise<void> {
    const devices = await init('webgpu');
    if (!devices.includes('webgpu')) throw new Error('jax-js found no WebGPU device');
    defaultDevice('webgpu');
    this.size = size;
    const { hidden, layers, vocabulary, length } = size;
    let seed = 0;
    const matrix = (name: string, rows: number, columns: number) => {
      this.weights[name] = random.normal(random.key(seed++), [rows, columns]).mul(1 / Math.sqrt(rows));
    };
    matrix('embedding', vocabulary, hidden);
    matrix('positions', length, hidden);
    matrix('head', hidden, vocabulary);
    this.weights['norm'] = np.ones([hidden]);
    for (let layer = 0; layer < layers; layer++) {
      for (const name of ['q', 'k', 'v', 'o']) matrix(`${name}${layer}`, hidden, hidden);
      matrix(`up${layer}`, hidden, 4 * hidden);
      matrix(`down${layer}`, 4 * hidden, hidden);
      for (const name of ['norm1', 'norm2']) this.weights[`${name}${layer}`] = np.ones([hidden]);
    }
    const zeros = () =>
      Object.fromEntries(Object.entries(this.weights).map(([name, { shape }]) => [name, np.zeros(shape)]));
    this.first = zeros();
    this.second = zeros();
    const tokens = tokensOf(size);
    const encode = (rows: number[][]) => nn.oneHot(np.array(rows.flat(), { dtype: np.int32 }), vocabulary);
    const inputs = encode(tokens.map((row) => row.slice(0, -1)));
    const labels = encode(tokens.map((row) => row.slice(1)));
    const update = jit(
      (weights: Arrays, first: Arrays, second: Arrays, corrections: np.Array, x: np.Array, y: np.Array) => {
        const [loss, gradients] = valueAndGrad((all: Arrays) => lossOf(size, all, x, y))(tree.ref(weights));
        const next = { weights: {} as Arrays, first: {} as Arrays, second: {} as Arrays };
        for (const name of Object.keys(weights))
          adam(name, { weights, first, second }, gradients as Arrays, corrections.ref, next);
        corrections.dispose();
        return { ...next, loss };
      },
    );
    this.step = (weights, first, second, corrections) =>
      update(weights, first, second, corrections, inputs.ref, labels.ref);
  }

  async trainingStep(): Promise<number> {
    if (!this.step) throw new Error('setup comes first');
    this.updates += 1;
    const corrections = np.array([1 / (1 - BETA1 ** this.updates), 1 / (1 - BETA2 ** this.updates)]);
    const { weights, first, second, loss } = this.step(this.weights, this.first, this.second, corrections);
    Object.assign(this, { weights, first, second });
    const [value = NaN] = await loss.data();
    return value;
  }

  async generate(sequences: number, tokens: number): Promise<number> {
    const size = this.size as Size;
    const length = size.length;
    const forward = this.forward(sequences);
    const rows = Array.from({ length: sequences }, (_, i) => [1, 2, 3, i % size.vocabulary]);
    for (let drawn = 0; drawn < tokens; drawn++) {
      const window = rows.flatMap((row) => Array.from({ length }, (_, t) => row[t] ?? 0));
      const x = nn.oneHot(np.array(window, { dtype: np.int32 }), size.vocabulary);
      const logits = await forward(tree.ref(this.weights), x).data();
      rows.forEach((row, i) =>
        row.push(
          largest(
            logits.subarray(
              (i * length + row.length - 1) * size.vocabulary,
              (i * length + row.length) * size.vocabulary,
            ),
          ),
        ),
      );
    }
    return sequences * tokens;
  }

  private forward(sequences: number): Forward {
    const known = this.forwards.get(sequences);
    if (known) return known;
    const size = { ...(this.size as Size), batch: sequences };
    const forward = jit((weights: Arrays, x: np.Array) => logitsOf(size, weights, x)) as Forward;
    this.forwards.set(sequences, forward);
    return forward;
  }
}

function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? -Infinity) > (values[best] ?? -Infinity)) best = i;
  return best;
}

/** Takes an array out of a set; the caller owns it. */
function take(arrays: Arrays, name: string): np.Array {
  const array = arrays[name];
  if (!array) throw new Error(`no array ${name}`);
  return array;
}

function adam(
  name: string,
  { weights, first, second }: { weights: Arrays; first: Arrays; second: Arrays },
  gradients: Arrays,
  corrections: np.Array,
  next: { weights: Arrays; first: Arrays; second: Arrays },
): void {
  const gradient = take(gradients, name);
  const m = take(first, name)
    .mul(BETA1)
    .add(gradient.ref.mul(1 - BETA1));
  const v = take(second, name)
    .mul(BETA2)
    .add(np.square(gradient).mul(1 - BETA2));
  const [one, two] = np.split(corrections, 2) as [np.Array, np.Array];
  const change = m.ref.mul(one.mul(RATE)).div(np.sqrt(v.ref.mul(two)).add(EPSILON));
  next.weights[name] = take(weights, name).sub(change);
  next.first[name] = m;
  next.second[name] = v;
}

function normed(x: np.Array, gain: np.Array): np.Array {
  const scale = np.reciprocal(np.sqrt(np.mean(np.square(x.ref), -1, { keepdims: true }).add(1e-5)));
  return x.mul(scale).mul(gain);
}

/** @param x one-hot [B T, V] @param y one-hot labels @returns mean cross-entropy */
function lossOf(size: Size, weights: Arrays, x: np.Array, y: np.Array): np.Array {
  return np.sum(nn.logSoftmax(logitsOf(size, weights, x), -1).mul(y)).mul(-1 / (size.batch * size.length));
}

/** @param x one-hot [B T, V] @returns [B T, V] */
function logitsOf({ batch, length, hidden, heads, layers }: Size, weights: Arrays, x: np.Array): np.Array {
  const split = (rows: np.Array) => rows.reshape([batch, length, heads, hidden / heads]);
  const embedded = np.matmul(x, take(weights, 'embedding')).reshape([batch, length, hidden]);
  let stream = embedded.add(take(weights, 'positions')).reshape([batch * length, hidden]);
  for (let layer = 0; layer < layers; layer++) {
    const input = normed(stream.ref, take(weights, `norm1${layer}`));
    const [q, k, v] = ['q', 'k', 'v'].map((name) => split(np.matmul(input.ref, take(weights, `${name}${layer}`)))) as [
      np.Array,
      np.Array,
      np.Array,
    ];
    input.dispose();
    const attended = nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([batch * length, hidden]);
    stream = stream.add(np.matmul(attended, take(weights, `o${layer}`)));
    stream = mlp(stream, weights, layer);
  }
  return np.matmul(normed(stream, take(weights, 'norm')), take(weights, 'head'));
}

function mlp(stream: np.Array, weights: Arrays, layer: number): np.Array {
  const inner = nn.relu(np.matmul(normed(stream.ref, take(weights, `norm2${layer}`)), take(weights, `up${layer}`)));
  return stream.add(np.matmul(inner, take(weights, `down${layer}`)));
}

serve(new Jax());
