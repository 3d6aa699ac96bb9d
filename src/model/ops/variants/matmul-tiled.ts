/** Matrix products whose workgroups share tiles of A and B in workgroup memory (matmul-tiled.wgsl): for GPUs. */
import operands from '../../../../shaders/matmul/operands.wgsl?raw';
import tiled from '../../../../shaders/matmul/matmul-tiled.wgsl?raw';
import { hasFewRows, type MatmulVariant } from './matmul-variant.ts';

/** Rows and columns of C that a workgroup shares. */
const TILE = 64;

export const tiledVariant: MatmulVariant = {
  name: `tiled-${TILE}x${TILE}`,
  compile: 'slow',
  carriesSums: false,
  runsOn: () => true,
  handles: (shape) => !hasFewRows(shape),
  // On software adapters it takes seconds to compile and was never the fastest. Products of halves are for GPUs.
  isCandidate: ({ options }, { halves }) => options.variants === 'hardware' || halves,
  needsScratch: () => false,
  withEpilogue: () => tiledVariant,
  kernel: ({ form, halves }) => ({
    source: operands + tiled,
    constants: { SCALE_TERMS: halves && form === 'tn' ? 1 : 0 },
    entryPoint: 'main',
    anySize: true,
  }),
  grid: ({ rows, columns, pieces }) => [Math.ceil(columns / TILE), Math.ceil(rows / TILE), pieces],
};
