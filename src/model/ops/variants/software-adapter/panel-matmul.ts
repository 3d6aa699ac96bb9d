/**
 * Matrix products by panels of B in private memory, with quads of lanes that exchange what they load
 * (matmul-panel.wgsl): for adapters that compute on the CPU, where a load costs many multiply-adds.
 */
import panel from '../../../../../shaders/matmul/software-adapter/matmul-panel.wgsl?raw';
import quad from '../../../../../shaders/software-adapter/quad.wgsl?raw';
import { PIECE_ROWS } from '../../sum-pieces.ts';
import { isLarge, type MatmulVariant } from '../matmul-variant.ts';
import { hasSoftwareQuads } from '../variant.ts';

/** Most terms of a panel. */
const TERMS = 128;
/** Columns that a lane owns. */
const COLUMNS = 16;
/** Lanes that share a panel. */
const QUAD = 4;
/**
 * Workgroups of a panel product that keep a processor's cores busy. Each fills the panel anew, so no more than that; a
 * weight gradient fills one for every piece of its sum.
 */
const PANEL_GROUPS = 6;
const GRADIENT_GROUPS = 4;
/** Rows of C for which a panel is worth filling. */
const PANEL_ROWS = 32;

/** A piece that is longer than a panel is carried from one panel to the next. */
const needsScratch = (longestPiece: number): boolean => longestPiece > TERMS;

/** Columns of a lane: half of them where a quad would own more columns than there are, unless an epilogue wants all. */
const panelWidth = (columns: number, epilogue: boolean): number =>
  !epilogue && columns <= (COLUMNS / 2) * QUAD ? COLUMNS / 2 : COLUMNS;

/**
 * Constants of matmul-panel.wgsl: the sum in equal panels of a multiple of 4 terms, of which the last has the fewest
 * terms that are none.
 *
 * @param terms of the sum; for tn of a piece of it
 * @param width columns of a lane
 */
function panelConstants(terms: number, width: number) {
  const panels = Math.ceil(terms / TERMS);
  const depth = Math.ceil(terms / panels / 4) * 4;
  const loads = Math.ceil(depth / 16);
  return {
    DEPTH: depth,
    QUARTER: depth / 4,
    LOADS: loads,
    ROOM: loads * 16,
    COLUMNS: width,
    VECTORS: width / 4,
    GROUPS: width / 8,
    PANEL: depth * width,
  };
}

export const panelVariant: MatmulVariant = {
  name: `panel-${TERMS}x${COLUMNS}`,
  compile: 'slow',
  carriesSums: true,
  runsOn: hasSoftwareQuads,
  handles: isLarge,
  isCandidate: () => true,
  needsScratch,
  withEpilogue: () => panelVariant,
  kernel: ({ form, columns, inner, epilogue, mostPieces, longestPiece }) => {
    const tn = form === 'tn';
    return {
      source: quad + panel,
      constants: {
        LONG_PIECES: tn && needsScratch(longestPiece) ? 1 : 0,
        ...(tn && { PIECE_ROWS, MAX_PIECES: mostPieces }),
        ...panelConstants(tn ? longestPiece : inner, panelWidth(columns, epilogue)),
      },
      entryPoint: 'main',
      ...(!tn && { anySize: true as const }),
    };
  },
  // Pieces are made one after the other, whatever their number.
  grid: ({ form, rows, columns, epilogue }) => {
    const across = Math.ceil(columns / panelWidth(columns, epilogue) / QUAD);
    const wanted = Math.ceil((form === 'tn' ? GRADIENT_GROUPS : PANEL_GROUPS) / across);
    // An even number of workgroups: cores come in pairs.
    const down = wanted + ((wanted * across) % 2);
    return [across, Math.max(1, Math.min(down, Math.floor(rows / PANEL_ROWS))), 1];
  },
};
