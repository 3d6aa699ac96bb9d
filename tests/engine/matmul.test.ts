import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Plan, submit } from '../../src/gpu/kernel.ts';
import { Readback } from '../../src/gpu/readback.ts';
import { Tuner } from '../../src/gpu/tuner.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { addProduct, addWeightGradient } from '../../src/model/ops/matmul.ts';
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

const random = new RandomStream(3);
const values = (count: number) => Float32Array.from({ length: count }, () => random.normal());

/** The reference products, in float64; a weight gradient is added to the previous values. */
function reference(
  form: Form,
  a: Float32Array,
  b: Float32Array,
  before: Float32Array,
  rows: number,
  columns: number,
  inner: number,
): Float64Array {
  const outRows = form === 'tn' ? inner : rows;
  const sums = form === 'tn' ? rows : inner;
  const c = form === 'tn' ? Float64Array.from(before) : new Float64Array(outRows * columns);
  for (let m = 0; m < outRows; m++) {
    for (let n = 0; n < columns; n++) {
      for (let k = 0; k < sums; k++) {
        const left = form === 'tn' ? a[k * inner + m] : a[m * inner + k];
        const right = form === 'nt' ? b[n * inner + k] : b[k * columns + n];
        c[m * columns + n] = (c[m * columns + n] ?? 0) + (left ?? 0) * (right ?? 0);
      }
    }
  }
  return c;
}

interface Operands {
  a: Float32Array<ArrayBuffer>;
  b: Float32Array<ArrayBuffer>;
  /** Values of C before the product. */
  before: Float32Array<ArrayBuffer>;
}

async function run(
  form: Form,
  variant: string,
  rows: number,
  columns: number,
  inner: number,
  { a, b, before }: Operands,
  capacity: number,
): Promise<Float32Array> {
  const tuner = new Tuner(gpu);
  tuner.force(`matmul ${form} many rows`, variant);
  tuner.force(`matmul ${form} few rows`, variant);
  const upload = (data: Float32Array<ArrayBuffer>) => {
    const buffer = gpu.buffer('test', data.byteLength);
    gpu.device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  };
  const outRows = form === 'tn' ? inner : rows;
  const c = upload(before);
  const dims = gpu.buffer('dims', 32, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  gpu.device.queue.writeBuffer(dims, 0, Dims.pack({ rows, sequences: 1 }));
  const plan = new Plan<BatchShape>(gpu);
  const product = { label: 'test', capacity, columns, inner, a: upload(a), b: upload(b), dims: { buffer: dims } };
  if (form === 'tn') {
    const partials = gpu.buffer('partials', mostPieces(inner, columns, capacity) * inner * columns * 4);
    await addWeightGradient(plan, tuner, product, partials, { buffer: c });
  } else {
    await addProduct(plan, tuner, { ...product, form, c });
  }
  submit(gpu, (pass) => plan.encode(pass, { rows, targets: 0, sequences: 1, distinct: 0 }));
  const readback = new Readback(gpu, 'c', outRows * columns * 4);
  return new Float32Array(await readback.read([{ source: c, offset: 0, bytes: outRows * columns * 4 }]));
}

describe.each(['nt', 'nn', 'tn'] as const)('product %s', (form) => {
  it.each([
    [300, 28, 36],
    [1, 12, 8],
    [67, 132, 20],
    // More terms than the depth of a panel: sums are carried from panel to panel.
    [130, 36, 172],
    // Weight gradients whose pieces are longer than a panel, full and with fewer rows than there may be.
    [2500, 36, 20],
    [1100, 20, 12, 2500],
  ])(
    'of %i rows, %i columns, inner %i: every variant is correct, and all are bit-equal',
    async (rows, columns, inner, capacity = rows) => {
      const all = [...new Set([...variantsOf(form, 1, gpu), ...variantsOf(form, 1000, gpu)])];
      const a = values(rows * inner);
      const b = form === 'nt' ? values(columns * inner) : values((form === 'tn' ? rows : inner) * columns);
      const before = values((form === 'tn' ? inner : rows) * columns);
      const expected = reference(form, a, b, before, rows, columns, inner);
      const results = await Promise.all(
        all.map((variant) => run(form, variant, rows, columns, inner, { a, b, before }, capacity)),
      );
      for (const [i, result] of results.entries()) {
        const worst = result.reduce((most, value, at) => Math.max(most, Math.abs(value - (expected[at] ?? NaN))), 0);
        expect(worst, all[i]).toBeLessThan(1e-4);
        expect(
          Buffer.from(result.buffer).equals(Buffer.from((results[0] as Float32Array).buffer)),
          `${all[i]} equals ${all[0]}`,
        ).toBe(true);
      }
    },
  );
});
