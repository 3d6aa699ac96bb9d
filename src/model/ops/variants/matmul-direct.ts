/** Matrix products whose threads keep a tile of C in registers and read A and B where they are (matmul.wgsl). */
import direct from '../../../../shaders/matmul/matmul.wgsl?raw';
import operands from '../../../../shaders/matmul/operands.wgsl?raw';
import type { Gpu } from '../../../gpu/device.ts';
import { hasSoftwareQuads } from './variant.ts';
import { hasFewRows, isLarge, type MatmulVariant, type ProductShape } from './matmul-variant.ts';

/** Threads of a workgroup, in x and in y. */
const GROUP = 8;
/** Columns of a thread with an epilogue. */
const EPILOGUE_COLUMNS = 16;
/** Larger tiles take seconds to compile on a software adapter. */
const QUICK_TILE = 64;

/** @param rows x columns of C a thread keeps */
function directVariant(
  rows: number,
  columns: number,
  handles: (shape: ProductShape) => boolean,
  isCandidate: (gpu: Gpu) => boolean = () => true,
): MatmulVariant {
  const variant: MatmulVariant = {
    name: `direct-${rows}x${columns}`,
    compile: rows * columns <= QUICK_TILE ? 'quick' : 'slow',
    carriesSums: false,
    runsOn: () => true,
    handles,
    isCandidate,
    needsScratch: () => false,
    withEpilogue: () => (columns === EPILOGUE_COLUMNS ? variant : rows <= 2 ? EPILOGUE_FEW_ROWS : EPILOGUE),
    kernel: ({ form }) => ({
      source: operands + direct,
      constants: {
        TILE_ROWS: rows,
        TILE_COLS: columns,
        TILE_VECTORS: columns / 4,
        TILE_ROW_VECTORS: Math.ceil(rows / 4),
        GROUP_X: GROUP,
        GROUP_Y: GROUP,
      },
      entryPoint: form,
      anySize: true,
    }),
    grid: (size) => [Math.ceil(size.columns / columns / GROUP), Math.ceil(size.rows / rows / GROUP), size.pieces],
  };
  return variant;
}

const never = (): boolean => false;
const EPILOGUE = directVariant(4, EPILOGUE_COLUMNS, never);
const EPILOGUE_FEW_ROWS = directVariant(1, EPILOGUE_COLUMNS, never);

/** Products of halves, which are for GPUs, have the tiles that their registers can hold. */
export const directVariants: readonly MatmulVariant[] = [
  directVariant(16, 16, isLarge),
  // On software adapters with quads it was never the fastest.
  directVariant(16, 8, isLarge, (gpu) => !hasSoftwareQuads(gpu)),
  directVariant(8, 8, (shape) => !hasFewRows(shape)),
  directVariant(1, 4, (shape) => hasFewRows(shape) && !shape.halves && shape.form !== 'tn'),
  directVariant(2, 4, (shape) => hasFewRows(shape) && !shape.halves && shape.form === 'nt'),
  directVariant(4, 4, (shape) => hasFewRows(shape) || shape.halves),
];
