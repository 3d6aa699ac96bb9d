/** The tuner's choice between the variants of a matrix product. */
import type { Gpu } from '../../gpu/device.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import { Dims } from '../records.ts';
import { HALVES, productKernel, productSizes, type KernelProduct } from './matmul-kernel.ts';
import { mostPieces } from './sum-pieces.ts';
import { matmulCandidates } from './variants/matmul.ts';
import { hasFewRows, type ProductShape } from './variants/matmul-variant.ts';

/** The tuner's question. */
export const questionName = (shape: ProductShape): string =>
  `matmul ${shape.form} ${hasFewRows(shape) ? 'few' : 'many'} rows${shape.halves ? HALVES : ''}`;

export const shapeOf = ({ form, capacity, rowScale }: Pick<KernelProduct, 'form' | 'capacity' | 'rowScale'>) =>
  ({ form, capacity, halves: rowScale !== undefined }) satisfies ProductShape;

/**
 * The name of the variant to make plans with. Variants are measured once per adapter and form, on a product typical of
 * small models.
 */
export async function chooseVariant(gpu: Gpu, tuner: Tuner, shape: ProductShape): Promise<string> {
  const { form, halves } = shape;
  const rows = hasFewRows(shape) ? 4 : 1024;
  const [columns, inner] = [256, 64];
  const buffers: GPUBuffer[] = [];
  const make = (label: string, floats: number) => {
    const buffer = tuner.gpu.buffer(`tuner ${label}`, floats * 4);
    buffers.push(buffer);
    return buffer;
  };
  let shared: { bound: GPUBuffer[]; rowScale: GPUBuffer | undefined } | undefined;
  const allocate = () => {
    const dims = tuner.gpu.buffer('tuner dims', Dims.bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    const sizes = productSizes(tuner.gpu, { form, columns, inner });
    buffers.push(dims, sizes);
    tuner.gpu.device.queue.writeBuffer(dims, 0, Dims.pack({ rows, targets: rows, sequences: 1 }));
    const operands = [
      make('a', rows * Math.max(inner, columns)),
      make('b', Math.max(rows, columns) * Math.max(inner, columns)),
      make('c', Math.max(rows, inner) * columns * 8),
    ];
    const rowScale = halves ? make('rowScale', 2 * rows) : undefined;
    return { bound: [dims, ...operands, sizes, ...(rowScale ? [rowScale] : [])], rowScale };
  };
  const choice = tuner.choose({
    name: questionName(shape),
    candidates: matmulCandidates(gpu, shape).map((variant) => ({
      name: variant.name,
      compile: variant.compile,
      prepare: () => {
        shared ??= allocate();
        const { bound, rowScale } = shared;
        const measured = { label: 'tuner', form, inner, columns, capacity: rows };
        const product = { ...measured, ...(rowScale && { rowScale, precision: 'f16' as const }) };
        const size = form === 'tn' ? { rows: inner, pieces: mostPieces(inner, columns, rows) } : { rows, pieces: 1 };
        return tuner.recorder(
          productKernel(tuner.gpu, tuner, product, variant),
          bound,
          variant.grid({ form, columns, epilogue: false, ...size }),
        );
      },
    })),
    release: () => {
      for (const buffer of buffers.splice(0)) tuner.gpu.release(buffer);
      shared = undefined;
    },
  });
  return gpu.unlessAborted(choice);
}
