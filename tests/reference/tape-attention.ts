/** Rotary positions and causal attention for the reference tape, one sequence at a time. */
import type { Turns } from './rotary-frequencies.ts';
import { accumulate, at, matrix, type Matrix, type Tape } from './tape.ts';

/**
 * Rotary position embedding as in Llama ("rotate half"): the first R = 2 * frequencies entries of a head of dimension K
 * are rotated, entry i paired with i + R/2, by position * frequency i.
 *
 * @param x [T, heads * K], row t at position t
 */
export function rotary(tape: Tape, x: Matrix, headDimension: number, { frequencies, amplitude }: Turns): Matrix {
  const half = frequencies.length;
  if (2 * half > headDimension || x.columns % headDimension !== 0)
    throw new Error(`rotary: ${x.columns} columns do not split into heads of ${headDimension} with ${half} pairs`);
  const result = matrix(x.rows, x.columns, x.data);
  /** Calls `turn` with the two indices of every pair and the cosine and sine of its angle. */
  const forEachPair = (turn: (first: number, second: number, cosine: number, sine: number) => void): void => {
    for (let t = 0; t < x.rows; t++) {
      for (let head = 0; head < x.columns; head += headDimension) {
        for (const [i, frequency] of frequencies.entries()) {
          const first = t * x.columns + head + i;
          turn(first, first + half, amplitude * Math.cos(t * frequency), amplitude * Math.sin(t * frequency));
        }
      }
    }
  };
  forEachPair((first, second, cosine, sine) => {
    result.data[first] = at(x.data, first) * cosine - at(x.data, second) * sine;
    result.data[second] = at(x.data, second) * cosine + at(x.data, first) * sine;
  });
  tape.record(() => {
    result.gradient.forEach((g, i) => {
      if (i % headDimension >= 2 * half) accumulate(x.gradient, i, g);
    });
    // The transpose of a rotation is its inverse.
    forEachPair((first, second, cosine, sine) => {
      accumulate(x.gradient, first, at(result.gradient, first) * cosine + at(result.gradient, second) * sine);
      accumulate(x.gradient, second, at(result.gradient, second) * cosine - at(result.gradient, first) * sine);
    });
  });
  return result;
}

/**
 * Causal attention of one sequence with grouped-query heads: query head h reads key-value head floor(h / (heads /
 * kvHeads)).
 *
 * @param q [T, heads * K]
 * @param k [T, kvHeads * K]
 * @param v [T, kvHeads * K]
 * @param options.scale factor of q . k
 * @param options.window tokens that a row attends to, the current one included; all earlier ones by default
 * @returns [T, heads * K]
 */
export function causalAttention(
  tape: Tape,
  q: Matrix,
  k: Matrix,
  v: Matrix,
  headDimension: number,
  { scale, window = Infinity }: { scale: number; window?: number },
): Matrix {
  const T = q.rows;
  const K = headDimension;
  const heads = q.columns / K;
  const group = q.columns / k.columns;
  if (!Number.isInteger(heads) || !Number.isInteger(group))
    throw new Error(`attention: ${q.columns} query and ${k.columns} key columns do not fit heads of ${K}`);
  const firstOf = (t: number) => Math.max(0, t - window + 1);
  const result = matrix(T, q.columns);
  /** Attention probabilities, [heads, T, T]; zero above the diagonal and before the window. */
  const probabilities = new Float64Array(heads * T * T);
  const dot = (a: Float64Array, aStart: number, b: Float64Array, bStart: number): number => {
    let sum = 0;
    for (let i = 0; i < K; i++) sum += at(a, aStart + i) * at(b, bStart + i);
    return sum;
  };

  for (let h = 0; h < heads; h++) {
    const shared = Math.floor(h / group) * K;
    for (let t = 0; t < T; t++) {
      const query = t * q.columns + h * K;
      const row = (h * T + t) * T;
      let highest = -Infinity;
      for (let s = firstOf(t); s <= t; s++) {
        const score = scale * dot(q.data, query, k.data, s * k.columns + shared);
        probabilities[row + s] = score;
        highest = Math.max(highest, score);
      }
      let total = 0;
      for (let s = firstOf(t); s <= t; s++) {
        probabilities[row + s] = Math.exp(at(probabilities, row + s) - highest);
        total += at(probabilities, row + s);
      }
      for (let s = firstOf(t); s <= t; s++) {
        probabilities[row + s] = at(probabilities, row + s) / total;
        for (let i = 0; i < K; i++)
          accumulate(result.data, query + i, at(probabilities, row + s) * at(v.data, s * v.columns + shared + i));
      }
    }
  }

  tape.record(() => {
    for (let h = 0; h < heads; h++) {
      const shared = Math.floor(h / group) * K;
      for (let t = 0; t < T; t++) {
        const query = t * q.columns + h * K;
        const row = (h * T + t) * T;
        // dp_s = dy . v_s ; dscore_s = p_s (dp_s - sum_u p_u dp_u)
        const dp = Float64Array.from({ length: t + 1 }, (_, s) =>
          dot(result.gradient, query, v.data, s * v.columns + shared),
        );
        const mean = dp.reduce((sum, value, s) => sum + value * at(probabilities, row + s), 0);
        for (let s = firstOf(t); s <= t; s++) {
          const p = at(probabilities, row + s);
          const dscore = scale * p * (at(dp, s) - mean);
          const key = s * k.columns + shared;
          for (let i = 0; i < K; i++) {
            accumulate(v.gradient, s * v.columns + shared + i, p * at(result.gradient, query + i));
            accumulate(q.gradient, query + i, dscore * at(k.data, key + i));
            accumulate(k.gradient, key + i, dscore * at(q.data, query + i));
          }
        }
      }
    }
  });
  return result;
}
