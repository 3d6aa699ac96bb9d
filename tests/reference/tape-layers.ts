/** Operations of families other than Llama: LayerNorm, GELU, biases, norms by head, fused and transposed weights. */
import { erf } from './erf.ts';
import { accumulate, at, matrix, type Matrix, type Tape } from './tape.ts';

/** x [T, D] plus a row [1, D]: a bias. */
export function addRow(tape: Tape, x: Matrix, row: Matrix): Matrix {
  if (row.data.length !== x.columns) throw new Error(`addRow: ${x.columns} columns against ${row.data.length}`);
  const result = matrix(
    x.rows,
    x.columns,
    x.data.map((value, i) => value + at(row.data, i % x.columns)),
  );
  tape.record(() => {
    result.gradient.forEach((g, i) => {
      accumulate(x.gradient, i, g);
      accumulate(row.gradient, i % x.columns, g);
    });
  });
  return result;
}

/** Rows and columns exchanged. */
export function transposed(tape: Tape, x: Matrix): Matrix {
  const result = matrix(x.columns, x.rows);
  const forEachPair = (visit: (from: number, to: number) => void) => {
    for (let r = 0; r < x.rows; r++) for (let c = 0; c < x.columns; c++) visit(r * x.columns + c, c * x.rows + r);
  };
  forEachPair((from, to) => (result.data[to] = at(x.data, from)));
  tape.record(() => forEachPair((from, to) => accumulate(x.gradient, from, at(result.gradient, to))));
  return result;
}

/** The columns `chosen` of x [T, D] -> [T, chosen]. */
export function columnsOf(tape: Tape, x: Matrix, chosen: readonly number[]): Matrix {
  const result = matrix(x.rows, chosen.length);
  const forEachPair = (visit: (from: number, to: number) => void) => {
    for (let r = 0; r < x.rows; r++)
      for (const [i, column] of chosen.entries()) visit(r * x.columns + column, r * chosen.length + i);
  };
  forEachPair((from, to) => (result.data[to] = at(x.data, from)));
  tape.record(() => forEachPair((from, to) => accumulate(x.gradient, from, at(result.gradient, to))));
  return result;
}

/** factor * x. */
export function scaled(tape: Tape, x: Matrix, factor: number): Matrix {
  return mapped(
    tape,
    x,
    (value) => factor * value,
    () => factor,
  );
}

/** 1 + x. */
export function plusOne(tape: Tape, x: Matrix): Matrix {
  return mapped(
    tape,
    x,
    (value) => 1 + value,
    () => 1,
  );
}

export type Activation = 'silu' | 'gelu' | 'gelu-tanh';

/** gelu: x Phi(x); gelu-tanh: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))); Hendrycks & Gimpel, arXiv 1606.08415. */
export function activate(tape: Tape, kind: Activation, x: Matrix): Matrix {
  if (kind === 'silu') return tape.silu(x);
  if (kind === 'gelu') {
    const phi = (value: number) => 0.5 * (1 + erf(value / Math.SQRT2));
    const density = (value: number) => Math.exp(-0.5 * value * value) / Math.sqrt(2 * Math.PI);
    return mapped(
      tape,
      x,
      (value) => value * phi(value),
      (value) => phi(value) + value * density(value),
    );
  }
  const c = Math.sqrt(2 / Math.PI);
  const inner = (value: number) => Math.tanh(c * (value + 0.044715 * value ** 3));
  return mapped(
    tape,
    x,
    (value) => 0.5 * value * (1 + inner(value)),
    (value) => 0.5 * (1 + inner(value)) + 0.5 * value * (1 - inner(value) ** 2) * c * (1 + 3 * 0.044715 * value ** 2),
  );
}

/** RMSNorm of every head of x [T, heads * K] with one gain [1, K]. */
export function headNorm(tape: Tape, x: Matrix, gain: Matrix, headDimension: number, epsilon: number): Matrix {
  const heads = reshaped(x, headDimension);
  return reshaped(tape.rmsNorm(heads, gain, epsilon), x.columns);
}

/**
 * LayerNorm (Ba et al., arXiv 1607.06450) of each row of x [T, D]: y = gain (x - mean) / sqrt(variance + epsilon) +
 * bias.
 */
export function layerNorm(tape: Tape, x: Matrix, gain: Matrix, bias: Matrix, epsilon: number): Matrix {
  const width = x.columns;
  if (gain.data.length !== width || bias.data.length !== width)
    throw new Error(`layerNorm: ${width} columns against ${gain.data.length} and ${bias.data.length}`);
  const result = matrix(x.rows, width);
  const normal = new Float64Array(x.data.length);
  const inverse = new Float64Array(x.rows);
  for (let t = 0; t < x.rows; t++) {
    const row = x.data.subarray(t * width, (t + 1) * width);
    const mean = row.reduce((sum, value) => sum + value, 0) / width;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    inverse[t] = 1 / Math.sqrt(variance + epsilon);
    row.forEach((value, i) => {
      normal[t * width + i] = (value - mean) * at(inverse, t);
      result.data[t * width + i] = at(gain.data, i) * at(normal, t * width + i) + at(bias.data, i);
    });
  }
  tape.record(() => {
    for (let t = 0; t < x.rows; t++) {
      // With n the normalised row and d = dy gain: dx = (d - mean(d) - n mean(d n)) / sigma ; dgain = sum_t dy n ;
      // dbias = sum_t dy
      let mean = 0;
      let along = 0;
      for (let i = 0; i < width; i++) {
        const d = at(result.gradient, t * width + i) * at(gain.data, i);
        mean += d / width;
        along += (d * at(normal, t * width + i)) / width;
      }
      for (let i = 0; i < width; i++) {
        const g = at(result.gradient, t * width + i);
        const n = at(normal, t * width + i);
        accumulate(x.gradient, t * width + i, at(inverse, t) * (g * at(gain.data, i) - mean - n * along));
        accumulate(gain.gradient, i, g * n);
        accumulate(bias.gradient, i, g);
      }
    }
  });
  return result;
}

/** The same values and gradients, reshaped to rows of another width. */
function reshaped(x: Matrix, columns: number): Matrix {
  const rows = x.data.length / columns;
  if (!Number.isInteger(rows)) throw new Error(`${x.data.length} values do not split into rows of ${columns}`);
  return { rows, columns, data: x.data, gradient: x.gradient };
}

/** f of every entry, given f and its derivative. */
function mapped(tape: Tape, x: Matrix, f: (value: number) => number, derivative: (value: number) => number): Matrix {
  const result = matrix(x.rows, x.columns, x.data.map(f));
  tape.record(() => {
    result.gradient.forEach((g, i) => accumulate(x.gradient, i, g * derivative(at(x.data, i))));
  });
  return result;
}
