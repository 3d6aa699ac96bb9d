/**
 * Products with 16-bit weights and products of slices are bit-equal to those with f32 weights and whole products, in
 * every variant.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bfloat16ToFloat, floatToBfloat16, floatToHalf, halfToFloat } from '../../src/model/weights/f16-conversion.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { Plan, submit } from '../../src/gpu/kernel.ts';
import { Readback } from '../../src/gpu/readback.ts';
import { Tuner } from '../../src/gpu/tuner.ts';
import { addProduct, addWeightGradient, type Product } from '../../src/model/ops/matmul.ts';
import { type BatchShape } from '../../src/model/ops/batch-shape.ts';
import { mostPieces } from '../../src/model/ops/sum-pieces.ts';
import type { Form } from '../../src/model/ops/variants/matmul-variant.ts';
import { testGpu } from '../support/gpu.ts';
import { variantsOf } from '../support/products.ts';
import { RandomStream } from '../reference/random-model.ts';
import { Dims } from '../../src/model/records.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

const random = new RandomStream(11);
const values = (count: number) => Float32Array.from({ length: count }, () => random.normal());
const NARROWED = {
  bf16: { narrow: floatToBfloat16, widen: bfloat16ToFloat },
  f16: { narrow: floatToHalf, widen: halfToFloat },
};

function upload(data: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>): GPUBuffer {
  const buffer = gpu.buffer('test', data.byteLength);
  gpu.device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

function forced(form: Form, variant: string): Tuner {
  const tuner = new Tuner(gpu);
  for (const rows of ['few', 'many']) tuner.force(`matmul ${form} ${rows} rows`, variant);
  return tuner;
}

async function read(buffer: GPUBuffer, count: number): Promise<Float32Array> {
  const readback = new Readback(gpu, 'c', count * 4);
  return new Float32Array(await readback.read([{ source: buffer, offset: 0, bytes: count * 4 }]));
}

/** Runs products one after the other into one C. @param start values of C before */
async function products(
  form: 'nt' | 'nn',
  variant: string,
  rows: number,
  start: Float32Array<ArrayBuffer>,
  list: Omit<Product, 'label' | 'form' | 'capacity' | 'c' | 'dims'>[],
): Promise<Float32Array> {
  const dims = gpu.buffer('dims', 32, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  gpu.device.queue.writeBuffer(dims, 0, Dims.pack({ rows, sequences: 1 }));
  const c = upload(start);
  const plan = new Plan<BatchShape>(gpu);
  for (const one of list)
    await addProduct(plan, forced(form, variant), {
      label: 'test',
      form,
      capacity: rows,
      c,
      dims: { buffer: dims },
      ...one,
    });
  submit(gpu, (pass) => plan.encode(pass, { rows, targets: 0, sequences: 1, distinct: 0 }));
  return read(c, start.length);
}

/** In float64. */
function reference(
  form: 'nt' | 'nn',
  a: Float32Array,
  b: Float32Array,
  rows: number,
  columns: number,
  inner: number,
): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [m, n] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++)
      sum += (a[m * inner + k] ?? 0) * (b[form === 'nt' ? n * inner + k : k * columns + n] ?? 0);
    return sum;
  });
}

const variants = (form: Form) => [...new Set([...variantsOf(form, 1, gpu), ...variantsOf(form, 1000, gpu)])];
const SHAPES = [
  [1, 12, 8],
  [67, 132, 172],
] as const;

describe.each(['nt', 'nn'] as const)('product %s', (form) => {
  it.each((['bf16', 'f16'] as const).flatMap((precision) => SHAPES.map((shape) => [precision, ...shape] as const)))(
    'with %s weights, %i rows, %i columns, inner %i: every variant is bit-equal to the widened weights',
    async (precision, rows, columns, inner) => {
      const { narrow, widen } = NARROWED[precision];
      const a = values(rows * inner);
      const narrowed = Uint16Array.from(values(columns * inner), narrow);
      const b = Float32Array.from(narrowed, widen);
      const expected = reference(form, a, b, rows, columns, inner);
      const start = new Float32Array(rows * columns);
      for (const variant of variants(form)) {
        const whole = await products(form, variant, rows, start, [{ columns, inner, a: upload(a), b: upload(b) }]);
        const stored = await products(form, variant, rows, start, [
          { columns, inner, a: upload(a), b: upload(narrowed), precision },
        ]);
        expect(stored, variant).toEqual(whole);
        for (const [at, value] of expected.entries()) expect(Math.abs((stored[at] ?? NaN) - value)).toBeLessThan(1e-4);
      }
    },
  );

  it.each(SHAPES)(
    'of %i rows, %i columns, inner %i: slices of the weights are bit-equal to the whole',
    async (rows, columns, inner) => {
      const a = values(rows * inner);
      const b = values(columns * inner);
      // Rows of B are columns of C (nt), or terms of the sum (nn).
      const total = form === 'nt' ? columns : inner;
      const width = form === 'nt' ? inner : columns;
      const cuts = [0, 4, Math.floor(total / 8) * 4, total].filter((cut, i, all) => i === 0 || cut > (all[i - 1] ?? 0));
      for (const variant of variants(form)) {
        // Previous values of C are overwritten: by every slice (nt), or by the first one (nn).
        const start = values(rows * columns);
        const whole = await products(form, variant, rows, start, [{ columns, inner, a: upload(a), b: upload(b) }]);
        const slices = cuts.slice(1).map((last, i) => {
          const first = cuts[i] ?? 0;
          const part = upload(b.slice(first * width, last * width));
          return form === 'nt'
            ? { columns: last - first, inner, a: upload(a), b: part, cPart: { width: columns, first } }
            : {
                columns,
                inner: last - first,
                a: upload(a),
                b: part,
                aPart: { width: inner, first },
                accumulate: i > 0,
              };
        });
        expect(await products(form, variant, rows, start, slices), variant).toEqual(whole);
      }
    },
  );
});

it('weight gradients of a column slice of A are bit-equal to those rows of the whole gradient', async () => {
  const [rows, columns, inner] = [300, 36, 44];
  const a = values(rows * inner);
  const b = values(rows * columns);
  const gradient = async (variant: string, outRows: number, first: number) => {
    const dims = gpu.buffer('dims', 32, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    gpu.device.queue.writeBuffer(dims, 0, Dims.pack({ rows, sequences: 1 }));
    const plan = new Plan<BatchShape>(gpu);
    const partials = gpu.buffer('partials', mostPieces(outRows, columns, rows) * outRows * columns * 4);
    const result = upload(new Float32Array(outRows * columns));
    const product = {
      label: 'test',
      capacity: rows,
      columns,
      inner: outRows,
      a: upload(a),
      b: upload(b),
      dims: { buffer: dims },
      aPart: { width: inner, first },
    };
    await addWeightGradient(plan, forced('tn', variant), product, partials, { buffer: result });
    submit(gpu, (pass) => plan.encode(pass, { rows, targets: 0, sequences: 1, distinct: 0 }));
    return read(result, outRows * columns);
  };
  for (const variant of variants('tn')) {
    const whole = await gradient(variant, inner, 0);
    const [upper, lower] = [await gradient(variant, 20, 0), await gradient(variant, inner - 20, 20)];
    expect(upper, variant).toEqual(whole.slice(0, 20 * columns));
    expect(lower, variant).toEqual(whole.slice(20 * columns));
  }
});
