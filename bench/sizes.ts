/** The model sizes that are compared, with the shapes of a training step. */
export interface Size {
  name: string;
  hidden: number;
  layers: number;
  heads: number;
  vocabulary: number;
  batch: number;
  length: number;
  /** SwiGLU's width that gives our three matrices the parameters of a 4x MLP's two, rounded up to a multiple of 4. */
  intermediate: number;
}

export const SIZES: Size[] = [
  { name: '0.10M', hidden: 64, layers: 2, heads: 4, vocabulary: 32, batch: 64, length: 32, intermediate: 172 },
  { name: '0.81M', hidden: 128, layers: 4, heads: 4, vocabulary: 64, batch: 16, length: 64, intermediate: 344 },
];

/** Multiply-adds of a training step: 3 x parameters in matrices x tokens (forward 1, backward 2). */
export function trainingMultiplyAdds(size: Size): number {
  const perLayer = 4 * size.hidden ** 2 + 3 * size.hidden * size.intermediate;
  return 3 * (size.layers * perLayer + size.vocabulary * size.hidden) * size.batch * size.length;
}

/** The same token ids for every subject, from a small linear congruence. */
export function tokensOf(size: Size): number[][] {
  let state = 12345;
  const next = () => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff);
  return Array.from({ length: size.batch }, () => Array.from({ length: size.length + 1 }, () => (next() >> 8) % size.vocabulary));
}
