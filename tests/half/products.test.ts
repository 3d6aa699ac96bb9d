/**
 * f16 matmuls: every variant against float64 sums of operands rounded here, within the error of f32 sums; all variants
 * bit-equal; rows of any magnitude; slices of weights.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { floatToHalf, halfToFloat } from '../../src/model/weights/f16-conversion.ts';
import { roundOperands } from '../../src/model/ops/f16-matmul.ts';
import { addProduct, addWeightGradient } from '../../src/model/ops/matmul.ts';
import { HALVES, type ColumnPart } from '../../src/model/ops/matmul-kernel.ts';
import { mostPieces } from '../../src/model/ops/sum-pieces.ts';
import type { Form } from '../../src/model/ops/variants/matmul-variant.ts';
import { RandomStream } from '../reference/random-model.ts';
import { testGpu } from '../support/gpu.ts';
import { forcedTuner, planned, upload, variantsOf } from '../support/products.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

const random = new RandomStream(29);

/**
 * Rows of very different magnitudes: some, like gradients, would underflow in f16; others, like activations, would
 * overflow.
 */
function rowsOf(count: number, width: number): Float32Array<ArrayBuffer> {
  const magnitudes = [1, 2 ** -30, 3e5, 7e-9, 1e12];
  return Float32Array.from(
    { length: count * width },
    (_, i) => random.normal() * (magnitudes[Math.floor(i / width) % magnitudes.length] ?? 1),
  );
}

const rounded = (value: number) => halfToFloat(floatToHalf(value));

/** Rows rounded as in f16-operands.wgsl: scaled so that the largest is in [2^14, 2^15), rounded, and scaled back. */
function roundedRows(values: Float32Array, width: number): Float64Array {
  return Float64Array.from(values, (value, i) => {
    const row = values.subarray(i - (i % width), i - (i % width) + width);
    const scale = 2 ** (14 - Math.floor(Math.log2(row.reduce((most, x) => Math.max(most, Math.abs(x)), 0))));
    return rounded(value * scale) / scale;
  });
}

interface Case {
  form: Form;
  rows: number;
  columns: number;
  inner: number;
  a: Float32Array<ArrayBuffer>;
  b: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  residual?: Float32Array<ArrayBuffer>;
}

/** The operands of a case: a slice of its weights, first row and number of rows. */
type Slice = readonly [first: number, rows: number];

async function run(
  { form, rows, columns, inner, a, b, residual }: Case,
  variant: string,
  slices: readonly Slice[] = [[0, form === 'nt' ? columns : inner]],
): Promise<Float32Array> {
  const tuner = forcedTuner(gpu, form, variant, HALVES);
  const outRows = form === 'tn' ? inner : rows;
  const halves = {
    left: gpu.buffer('left', a.length * 2),
    right: gpu.buffer('right', b.length * 2),
    rowScale: gpu.buffer('rowScale', rows * 8),
  };
  return planned(gpu, rows, outRows * columns, async (plan, dims) => {
    const c = gpu.buffer('c', outRows * columns * 4);
    const shared = {
      label: 'test',
      form,
      capacity: rows,
      dims,
      a: upload(gpu, a),
      ...(b instanceof Uint16Array && { precision: 'f16' as const }),
      ...(residual && { residual: upload(gpu, residual) }),
    };
    if (form === 'tn') {
      const partials = gpu.buffer('partials', mostPieces(inner, columns, rows) * inner * columns * 4);
      await addWeightGradient(
        plan,
        tuner,
        await roundOperands(plan, tuner, halves, { ...shared, form, columns, inner, b: upload(gpu, b) }),
        partials,
        { buffer: c },
      );
      return c;
    }
    const width = form === 'nt' ? inner : columns;
    for (const [first, count] of slices) {
      const part = upload(gpu, b.slice(first * width, (first + count) * width));
      const place: { columns: number; inner: number; aPart?: ColumnPart; cPart?: ColumnPart; accumulate?: boolean } =
        form === 'nt'
          ? { columns: count, inner, cPart: { width: columns, first } }
          : { columns, inner: count, aPart: { width: inner, first }, accumulate: first > 0 };
      await addProduct(plan, tuner, {
        ...(await roundOperands(plan, tuner, halves, { ...shared, form, ...place, b: part })),
        c,
      });
    }
    return c;
  });
}

/** In float64, of rounded operands; with each sum, the sum of its terms' magnitudes. */
function reference({ form, rows, columns, inner, a, b }: Case): { sums: Float64Array; magnitudes: Float64Array } {
  const left = roundedRows(a, inner);
  const right =
    form === 'tn'
      ? roundedRows(b as Float32Array, columns)
      : Float64Array.from(b, b instanceof Uint16Array ? halfToFloat : rounded);
  const [outRows, terms] = form === 'tn' ? [inner, rows] : [rows, inner];
  const sums = new Float64Array(outRows * columns);
  const magnitudes = new Float64Array(outRows * columns);
  for (let m = 0; m < outRows; m++) {
    for (let n = 0; n < columns; n++) {
      for (let k = 0; k < terms; k++) {
        const term =
          (left[form === 'tn' ? k * inner + m : m * inner + k] ?? NaN) *
          (right[form === 'nt' ? n * inner + k : k * columns + n] ?? NaN);
        sums[m * columns + n]! += term;
        magnitudes[m * columns + n]! += Math.abs(term);
      }
    }
  }
  return { sums, magnitudes };
}

const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());

describe.each(['nt', 'nn', 'tn'] as const)('f16 matmul %s', (form) => {
  it.each([
    [1, 12, 8],
    [67, 132, 20],
    // Two pieces of a weight gradient's sum, and more terms than the depth of a tile.
    [300, 28, 36],
  ])(
    'of %i rows, %i columns, inner %i: every variant is correct, and all are bit-equal',
    async (rows, columns, inner) => {
      const one: Case = {
        form,
        rows,
        columns,
        inner,
        a: rowsOf(rows, inner),
        b: form === 'tn' ? rowsOf(rows, columns) : normals(inner * columns),
      };
      const { sums, magnitudes } = reference(one);
      const terms = form === 'tn' ? rows : inner;
      const variants = [...new Set([...variantsOf(form, 1, gpu, true), ...variantsOf(form, 1000, gpu, true)])];
      let first: Float32Array | undefined;
      for (const variant of variants) {
        const result = await run(one, variant);
        first ??= result;
        expect(result, variant).toEqual(first);
        for (const [at, sum] of sums.entries())
          expect(Math.abs((result[at] ?? NaN) - sum)).toBeLessThanOrEqual(terms * 2 ** -24 * (magnitudes[at] ?? 0));
      }
    },
  );
});

describe.each(['nt', 'nn'] as const)('f16 matmul %s', (form) => {
  it('is bit-equal from sliced weights and from weights stored as f16', async () => {
    const [rows, columns, inner] = [37, 48, 40];
    const halves = Uint16Array.from(normals(inner * columns), floatToHalf);
    const one = { form, rows, columns, inner, a: rowsOf(rows, inner), b: Float32Array.from(halves, halfToFloat) };
    const total = form === 'nt' ? columns : inner;
    for (const variant of variantsOf(form, 1000, gpu, true)) {
      const whole = await run(one, variant);
      expect(
        await run(one, variant, [
          [0, 16],
          [16, 4],
          [20, total - 20],
        ]),
        variant,
      ).toEqual(whole);
      expect(await run({ ...one, b: halves }, variant), variant).toEqual(whole);
    }
  });

  it('adds a residual after the sum', async () => {
    const [rows, columns, inner] = [9, 16, 24];
    const one = { form, rows, columns, inner, a: normals(rows * inner), b: normals(inner * columns) };
    const residual = normals(rows * columns);
    for (const variant of variantsOf(form, 1000, gpu, true)) {
      const plain = await run(one, variant);
      expect(await run({ ...one, residual }, variant), variant).toEqual(
        plain.map((value, i) => value + (residual[i] ?? NaN)),
      );
    }
  });
});

it('gives zeros for rows of zeros, and NaN for NaN', async () => {
  const one: Case = { form: 'nt', rows: 3, columns: 8, inner: 8, a: new Float32Array(24), b: normals(64) };
  one.a[8] = Infinity;
  one.a[16] = NaN;
  const result = await run(one, 'direct-4x4');
  expect(result.subarray(0, 8)).toEqual(new Float32Array(8));
  for (const value of result.subarray(8)) expect(Number.isFinite(value)).toBe(false);
});
