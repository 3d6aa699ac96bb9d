/** The compared model sizes, with the shapes of a training step. */
export interface Size {
  name: string;
  hidden: number;
  layers: number;
  heads: number;
  vocabulary: number;
  batch: number;
  length: number;
  /**
   * The SwiGLU width at which our three matrices have as many parameters as a 4x MLP's two, rounded up to a multiple of
   * 4.
   */
  intermediate: number;
  /** Too much work for a software adapter. */
  needsGpu?: true;
}

export const SIZES: Size[] = [
  { name: '0.1M', hidden: 64, layers: 2, heads: 4, vocabulary: 32, batch: 64, length: 32, intermediate: 172 },
  { name: '0.8M', hidden: 128, layers: 4, heads: 4, vocabulary: 64, batch: 16, length: 64, intermediate: 344 },
  { name: '5M', hidden: 256, layers: 6, heads: 8, vocabulary: 256, batch: 8, length: 64, intermediate: 684 },
  {
    name: '30M',
    hidden: 512,
    layers: 9,
    heads: 8,
    vocabulary: 2048,
    batch: 8,
    length: 256,
    intermediate: 1368,
    needsGpu: true,
  },
  {
    name: '124M',
    hidden: 768,
    layers: 12,
    heads: 12,
    vocabulary: 25_600,
    batch: 4,
    length: 512,
    intermediate: 2048,
    needsGpu: true,
  },
];

/** Parameters of the matrices that multiply every token, which determine a step's multiply-adds. */
function multiplied({ hidden, layers, intermediate, vocabulary }: Size): number {
  return layers * (4 * hidden ** 2 + 3 * hidden * intermediate) + vocabulary * hidden;
}

/** All parameters of our model of this size: matrices, embedding and the norms' gains. */
export function parametersOf(size: Size): number {
  return multiplied(size) + size.vocabulary * size.hidden + (2 * size.layers + 1) * size.hidden;
}

/**
 * Multiply-adds of a training step's matrix products: 3 x parameters in matrices x tokens (forward 1, backward 2),
 * without attention.
 */
export function trainingMultiplyAdds(size: Size): number {
  return 3 * multiplied(size) * size.batch * size.length;
}

/** The same token ids for every subject, from a linear congruential generator. */
export function tokensOf(size: Size): number[][] {
  let state = 12345;
  const next = () => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff);
  return Array.from({ length: size.batch }, () =>
    Array.from({ length: size.length + 1 }, () => (next() >> 8) % size.vocabulary),
  );
}

/** The sizes that a run measures: the named ones, else all that are feasible on the adapter. */
export function chosenSizes(software: boolean, names: readonly string[] | undefined): Size[] {
  return SIZES.filter(({ name, needsGpu }) => names?.includes(name) ?? !(needsGpu && software));
}
