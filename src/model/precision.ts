/** Precisions that weights are kept in on the GPU; shaders/weights.wgsl reads them. Frozen matrices may have 16 bit, all else has f32. */
export const PRECISIONS = ['f32', 'bf16', 'f16'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** Bytes of an element. */
export const precisionBytes = (precision: Precision): number => (precision === 'f32' ? 4 : 2);

/** Constants of weights.wgsl. */
export function precisionConstants(precision: Precision): { F32: number; BF16: number; F16: number } {
  return { F32: Number(precision === 'f32'), BF16: Number(precision === 'bf16'), F16: Number(precision === 'f16') };
}
