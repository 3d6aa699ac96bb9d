/**
 * Reverse-mode automatic differentiation over float64 matrices, for the reference model.
 *
 * Plain loops without optimisations, so that it can be checked by reading. Each operation computes its result at once
 * and pushes a closure that adds its share to the gradients of its inputs; `backward` runs the closures in reverse.
 * Shapes are [rows, columns], row-major. The operations of attention are in `tape-attention.ts`.
 */

/** A matrix of the computation with the gradient of the loss with respect to it, same shape. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
  readonly gradient: Float64Array;
}

/** A new matrix; values are copied to float64 (zeros by default). */
export function matrix(rows: number, columns: number, values?: ArrayLike<number>): Matrix {
  if (values && values.length !== rows * columns)
    throw new Error(`expected ${rows} x ${columns} values, got ${values.length}`);
  return {
    rows,
    columns,
    data: values ? Float64Array.from(values) : new Float64Array(rows * columns),
    gradient: new Float64Array(rows * columns),
  };
}

/** The value at (row, column) of a row-major array; throws on a read outside it, which is a defect of the caller. */
export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new Error(`index ${index} is outside ${values.length} values`);
  return value;
}

export class Tape {
  private readonly steps: (() => void)[] = [];

  /** Remembers how to propagate one operation's gradient to its inputs. */
  record(step: () => void): void {
    this.steps.push(step);
  }

  /** Propagates the gradients seeded in the outputs to everything they were computed from. */
  backward(): void {
    for (const step of [...this.steps].reverse()) step();
    this.steps.length = 0;
  }

  /** Rows `ids` of `table` [V, D] -> [T, D]. */
  gather(table: Matrix, ids: readonly number[]): Matrix {
    const width = table.columns;
    const result = matrix(ids.length, width);
    ids.forEach((id, row) => {
      if (id < 0 || id >= table.rows) throw new Error(`token ${id} is outside a vocabulary of ${table.rows}`);
      result.data.set(table.data.subarray(id * width, (id + 1) * width), row * width);
    });
    this.record(() => {
      ids.forEach((id, row) => {
        for (let i = 0; i < width; i++)
          accumulate(table.gradient, id * width + i, at(result.gradient, row * width + i));
      });
    });
    return result;
  }

  /** x [T, I] times the transpose of weight [O, I] -> [T, O]: y = x W^T, the layout of a checkpoint. */
  linear(x: Matrix, weight: Matrix): Matrix {
    if (x.columns !== weight.columns) throw new Error(`linear: ${x.columns} columns against ${weight.columns}`);
    const inner = x.columns;
    const result = matrix(x.rows, weight.rows);
    for (let t = 0; t < x.rows; t++) {
      for (let o = 0; o < weight.rows; o++) {
        let sum = 0;
        for (let i = 0; i < inner; i++) sum += x.data[t * inner + i]! * weight.data[o * inner + i]!;
        result.data[t * weight.rows + o] = sum;
      }
    }
    this.record(() => {
      // dx = dy W ; dW = dy^T x
      for (let t = 0; t < x.rows; t++) {
        for (let o = 0; o < weight.rows; o++) {
          const g = result.gradient[t * weight.rows + o]!;
          for (let i = 0; i < inner; i++) {
            accumulate(x.gradient, t * inner + i, g * weight.data[o * inner + i]!);
            accumulate(weight.gradient, o * inner + i, g * x.data[t * inner + i]!);
          }
        }
      }
    });
    return result;
  }

  /** a + b, same shape. */
  add(a: Matrix, b: Matrix): Matrix {
    const result = elementwise(a, b, (x, y) => x + y);
    this.record(() => {
      result.gradient.forEach((g, i) => {
        accumulate(a.gradient, i, g);
        accumulate(b.gradient, i, g);
      });
    });
    return result;
  }

  /** a * b entry by entry, same shape. */
  multiply(a: Matrix, b: Matrix): Matrix {
    const result = elementwise(a, b, (x, y) => x * y);
    this.record(() => {
      result.gradient.forEach((g, i) => {
        accumulate(a.gradient, i, g * at(b.data, i));
        accumulate(b.gradient, i, g * at(a.data, i));
      });
    });
    return result;
  }

  /** silu(x) = x sigmoid(x). */
  silu(x: Matrix): Matrix {
    const sigmoid = x.data.map((value) => 1 / (1 + Math.exp(-value)));
    const result = matrix(
      x.rows,
      x.columns,
      x.data.map((value, i) => value * at(sigmoid, i)),
    );
    this.record(() => {
      // d silu = s + x s (1 - s)
      result.gradient.forEach((g, i) => {
        const s = at(sigmoid, i);
        accumulate(x.gradient, i, g * s * (1 + at(x.data, i) * (1 - s)));
      });
    });
    return result;
  }

  /** Root-mean-square normalisation of each row of x [T, D], times gain [1, D]: y = g x / sqrt(mean(x^2) + epsilon). */
  rmsNorm(x: Matrix, gain: Matrix, epsilon: number): Matrix {
    const width = x.columns;
    if (gain.data.length !== width) throw new Error(`rmsNorm: ${width} columns against a gain of ${gain.data.length}`);
    const result = matrix(x.rows, width);
    const inverse = new Float64Array(x.rows);
    for (let t = 0; t < x.rows; t++) {
      let squares = 0;
      for (let i = 0; i < width; i++) squares += at(x.data, t * width + i) ** 2;
      inverse[t] = 1 / Math.sqrt(squares / width + epsilon);
      for (let i = 0; i < width; i++)
        result.data[t * width + i] = at(gain.data, i) * at(x.data, t * width + i) * at(inverse, t);
    }
    this.record(() => {
      for (let t = 0; t < x.rows; t++) {
        const scale = at(inverse, t);
        // With n = x * scale and d = dy * gain: dx = scale (d - n mean(d n)) ; dgain = sum_t dy n
        let mean = 0;
        for (let i = 0; i < width; i++)
          mean += (at(result.gradient, t * width + i) * at(gain.data, i) * at(x.data, t * width + i) * scale) / width;
        for (let i = 0; i < width; i++) {
          const g = at(result.gradient, t * width + i);
          const normal = at(x.data, t * width + i) * scale;
          accumulate(x.gradient, t * width + i, scale * (g * at(gain.data, i) - normal * mean));
          accumulate(gain.gradient, i, g * normal);
        }
      }
    });
    return result;
  }

  /**
   * Log-probabilities of `targets` and entropies under softmax(logits / temperature).
   *
   * @param logits [T, V]
   * @param targets T token ids
   * @returns two columns [T, 1], in nats
   */
  logSoftmaxHead(
    logits: Matrix,
    targets: readonly number[],
    temperature: number,
  ): { logprobs: Matrix; entropies: Matrix } {
    const { rows, columns: vocabulary } = logits;
    if (targets.length !== rows) throw new Error(`head: ${targets.length} targets for ${rows} rows`);
    const logprobs = matrix(rows, 1);
    const entropies = matrix(rows, 1);
    /** log p of every token, [T, V]. */
    const all = new Float64Array(rows * vocabulary);
    targets.forEach((target, t) => {
      const scaled = logits.data.slice(t * vocabulary, (t + 1) * vocabulary).map((value) => value / temperature);
      const highest = scaled.reduce((a, b) => Math.max(a, b), -Infinity);
      const normaliser = highest + Math.log(scaled.reduce((sum, value) => sum + Math.exp(value - highest), 0));
      let entropy = 0;
      scaled.forEach((value, v) => {
        const logp = value - normaliser;
        all[t * vocabulary + v] = logp;
        entropy -= Math.exp(logp) * logp;
      });
      if (target < 0 || target >= vocabulary)
        throw new Error(`token ${target} is outside a vocabulary of ${vocabulary}`);
      logprobs.data[t] = at(all, t * vocabulary + target);
      entropies.data[t] = entropy;
    });
    this.record(() => {
      targets.forEach((target, t) => {
        const seedLogprob = at(logprobs.gradient, t);
        const seedEntropy = at(entropies.gradient, t);
        for (let v = 0; v < vocabulary; v++) {
          const logp = at(all, t * vocabulary + v);
          const p = Math.exp(logp);
          // d log p_y / dz_v = [v = y] - p_v ; dH / dz_v = -p_v (log p_v + H) ; z = logits / temperature
          const dz = seedLogprob * ((v === target ? 1 : 0) - p) - seedEntropy * p * (logp + at(entropies.data, t));
          accumulate(logits.gradient, t * vocabulary + v, dz / temperature);
        }
      });
    });
    return { logprobs, entropies };
  }
}

/** values[index] += amount. */
export function accumulate(values: Float64Array, index: number, amount: number): void {
  values[index]! += amount;
}

function elementwise(a: Matrix, b: Matrix, f: (x: number, y: number) => number): Matrix {
  if (a.rows !== b.rows || a.columns !== b.columns)
    throw new Error(`shapes differ: ${a.rows} x ${a.columns} and ${b.rows} x ${b.columns}`);
  return matrix(
    a.rows,
    a.columns,
    a.data.map((x, i) => f(x, at(b.data, i))),
  );
}
