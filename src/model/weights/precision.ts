/**
 * Precisions of weights on the GPU; shaders/matmul/weights.wgsl reads them. Frozen matrices may have 16 bits, all other
 * weights are f32.
 */
import { StudioError } from '../../errors.ts';
import type { Gpu } from '../../gpu/device.ts';
import type { Tuner } from '../../gpu/tuner.ts';

export const PRECISIONS = ['f32', 'bf16', 'f16'] as const;

export type Precision = (typeof PRECISIONS)[number];

/** Bytes of an element. */
export const precisionBytes = (precision: Precision): number => (precision === 'f32' ? 4 : 2);

/**
 * The tuner's question of how f16 weights are read: `native`, as the adapter's f16, or `unpacked`, from 32-bit words.
 */
export const HALF_READING = 'f16 weights';

/** Constants of weights.wgsl. */
export function weightConstants(
  { device }: Gpu,
  tuner: Tuner,
  precision: Precision,
): { F32: number; BF16: number; F16: number; NATIVE: number } {
  const native =
    precision === 'f16' && device.features.has('shader-f16') && tuner.prefer(HALF_READING, 'native') === 'native';
  return {
    F32: Number(precision === 'f32'),
    BF16: Number(precision === 'bf16'),
    F16: Number(precision === 'f16'),
    NATIVE: Number(native),
  };
}

/** What the operands of the layers' matmuls are rounded to. */
export type MatmulPrecision = Exclude<Precision, 'bf16'>;

/** @throws StudioError `unsupported` when the adapter has no 16-bit arithmetic */
export function checkMatmulPrecision({ device }: Gpu, precision: MatmulPrecision): void {
  if (precision === 'f32' || device.features.has('shader-f16')) return;
  throw new StudioError(
    'unsupported',
    'compute.matmul_precision is "f16", and this adapter lacks shader-f16.',
    'Set compute.matmul_precision to "f32", or use an adapter and a browser that offer it.',
  );
}
