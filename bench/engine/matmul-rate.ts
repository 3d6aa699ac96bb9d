/**
 * One large matrix product in each of the engine's three forms, in the variant that the tuner chose; also with f16
 * operands, including their rounding, if the adapter supports them.
 */
import { Plan } from '../../src/gpu/kernel.ts';
import { roundOperands } from '../../src/model/ops/f16-matmul.ts';
import { addProduct, addWeightGradient } from '../../src/model/ops/matmul.ts';
import { type BatchShape } from '../../src/model/ops/batch-shape.ts';
import { mostPieces } from '../../src/model/ops/sum-pieces.ts';
import type { Form } from '../../src/model/ops/variants/matmul-variant.ts';
import type { EngineContext } from './context.ts';
import { shareOfRate, type RateShare } from './rate-share.ts';
import { bestTime } from './timing.ts';

export interface MatmulRate extends RateShare {
  form: Form;
  /** Kernel and variant, as the plan labels it. */
  kernel: string;
}

const N = 512;

/** N x N x N; for `tn` including the sum of its pieces, as for a weight gradient. */
export async function measureMatmuls({ gpu, tuner }: EngineContext): Promise<MatmulRate[]> {
  const dims = gpu.buffer('dims', 32, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  gpu.device.queue.writeBuffer(dims, 0, new Uint32Array([N, N, 0, 1, 0, 0, 0, 1]));
  const [a, b, c] = ['a', 'b', 'c'].map((label) => gpu.buffer(label, N * N * 4)) as [GPUBuffer, GPUBuffer, GPUBuffer];
  const partials = gpu.buffer('partials', mostPieces(N, N, N) * N * N * 4);
  const shape: BatchShape = { rows: N, targets: N, sequences: 1, distinct: 1 };
  const rates: MatmulRate[] = [];
  const halves = gpu.device.features.has('shader-f16')
    ? {
        left: gpu.buffer('left', N * N * 2),
        right: gpu.buffer('right', N * N * 2),
        rowScale: gpu.buffer('rowScale', N * 8),
      }
    : undefined;
  for (const room of halves ? [undefined, halves] : [undefined]) {
    for (const form of ['nt', 'nn', 'tn'] as const) {
      const plan = new Plan<BatchShape>(gpu);
      const f32 = { label: '512', form, capacity: N, columns: N, inner: N, a, b, dims: { buffer: dims } };
      const product = room ? await roundOperands(plan, tuner, room, f32) : f32;
      if (form === 'tn') await addWeightGradient(plan, tuner, product, partials, { buffer: c });
      else await addProduct(plan, tuner, { ...product, form, c });
      const share = await shareOfRate(gpu.device, N ** 3, () => bestTime(gpu, (pass) => plan.encode(pass, shape)));
      rates.push({ form, kernel: plan.steps.find(({ label }) => label.includes(` ${form} `))?.label ?? '', ...share });
      plan.destroy();
    }
  }
  for (const buffer of [dims, a, b, c, partials, ...Object.values(halves ?? {})]) gpu.release(buffer);
  return rates;
}
