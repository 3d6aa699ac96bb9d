/**
 * The variants of a matrix product's kernels: their tiles, which of them an adapter has, and how their dispatches are
 * cut.
 */
import type { Gpu } from '../../gpu/device.ts';
import type { Grid } from '../../gpu/kernel.ts';

/** Which of A and B are turned: matmul.ts. */
export type Form = 'nt' | 'nn' | 'tn';

export interface Tile {
  rows: number;
  columns: number;
  kind: 'direct' | 'tiled' | 'panel';
}

/** What the tuner's questions about products of halves end in. */
export const HALVES = ' f16';

/**
 * Rows x columns of C a thread keeps (`direct`), or a workgroup shares (`tiled`); most terms of a panel x columns a
 * thread owns (`panel`).
 */
const VARIANTS: Record<string, Tile> = {
  'direct-16x16': { rows: 16, columns: 16, kind: 'direct' },
  'direct-16x8': { rows: 16, columns: 8, kind: 'direct' },
  'direct-8x8': { rows: 8, columns: 8, kind: 'direct' },
  'direct-4x4': { rows: 4, columns: 4, kind: 'direct' },
  'direct-2x4': { rows: 2, columns: 4, kind: 'direct' },
  'direct-1x4': { rows: 1, columns: 4, kind: 'direct' },
  'tiled-64x64': { rows: 64, columns: 64, kind: 'tiled' },
  'panel-128x16': { rows: 128, columns: 16, kind: 'panel' },
  // With an epilogue a thread has 16 columns of a row.
  'direct-4x16': { rows: 4, columns: 16, kind: 'direct' },
  'direct-1x16': { rows: 1, columns: 16, kind: 'direct' },
};

const MANY_ROWS: Record<Form, string[]> = {
  nt: ['direct-16x16', 'direct-16x8', 'direct-8x8', 'tiled-64x64'],
  nn: ['direct-16x16', 'direct-16x8', 'direct-8x8', 'tiled-64x64'],
  tn: ['direct-16x16', 'direct-16x8', 'direct-8x8', 'tiled-64x64'],
};
/** For batches of up to FEW_ROWS rows (decoding one or a few sequences). */
export const FEW_ROWS = 8;
const FEW: Record<Form, string[]> = {
  nt: ['direct-1x4', 'direct-2x4', 'direct-4x4'],
  nn: ['direct-1x4', 'direct-4x4'],
  tn: ['direct-4x4'],
};

/** Of products of halves, which are for GPUs: tiles that their registers can hold. */
const MANY_ROWS_OF_HALVES = ['direct-8x8', 'direct-4x4', 'tiled-64x64'];
const FEW_ROWS_OF_HALVES = ['direct-4x4'];

/** The variants there are on this adapter: panels want quads, and pay only where lanes are computed by a processor. */
export function variantsOf(form: Form, capacity: number, gpu: Gpu, halves = false): string[] {
  if (halves) return capacity <= FEW_ROWS ? FEW_ROWS_OF_HALVES : MANY_ROWS_OF_HALVES;
  if (capacity <= FEW_ROWS) return FEW[form];
  return hasPanels(gpu) ? [...MANY_ROWS[form], 'panel-128x16'] : MANY_ROWS[form];
}

function hasPanels({ options, device }: Gpu): boolean {
  return options.variants === 'software' && device.features.has('subgroups');
}

/**
 * The variants that are worth measuring on this adapter. On software adapters that is not the tile in workgroup memory,
 * which takes seconds to compile there and was never the fastest.
 */
export function candidatesOf(form: Form, capacity: number, gpu: Gpu, halves = false): string[] {
  const all = variantsOf(form, capacity, gpu, halves);
  if (gpu.options.variants === 'hardware' || halves || capacity <= FEW_ROWS) return all;
  return hasPanels(gpu)
    ? ['direct-8x8', 'direct-16x16', 'panel-128x16']
    : all.filter((name) => tileOf(name).kind !== 'tiled');
}

/** What a variant costs to compile on a software adapter. */
export function compileCost(variant: string): 'quick' | 'slow' {
  const { kind, rows, columns } = tileOf(variant);
  return kind === 'direct' && rows * columns <= 64 ? 'quick' : 'slow';
}

/** What stands for a variant where the product has an epilogue. */
export function withEpilogue(variant: string): string {
  const { kind, rows, columns } = tileOf(variant);
  if (kind !== 'direct' || columns === 16) return variant;
  return rows <= 2 ? 'direct-1x16' : 'direct-4x16';
}

/** Workgroup of the direct kernels. */
export const GROUP = 8;
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

/**
 * Constants of matmul-panel.wgsl: the sum in equal panels of a multiple of 4 terms, of which the last has the fewest
 * terms that are none.
 *
 * @param terms of the sum; for tn of a piece of it
 */
export function panelConstants(terms: number, columns: number, tile: Tile, epilogue: boolean) {
  const panels = Math.ceil(terms / tile.rows);
  const depth = Math.ceil(terms / panels / 4) * 4;
  const width = panelWidth(columns, tile, epilogue);
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

/** Columns of a lane: half of them where a quad would own more columns than there are, unless an epilogue wants all. */
function panelWidth(columns: number, tile: Tile, epilogue: boolean): number {
  return !epilogue && columns <= (tile.columns / 2) * QUAD ? tile.columns / 2 : tile.columns;
}

export function tileOf(variant: string): Tile {
  const tile = VARIANTS[variant];
  if (!tile) throw new Error(`no matmul variant ${variant}`);
  return tile;
}

/**
 * Workgroups of a product.
 *
 * @param rows of C
 * @param splits pieces of a weight gradient's sum; panels make one after the other
 */
export function grid(variant: string, form: Form, rows: number, columns: number, splits = 1, epilogue = false): Grid {
  const tile = tileOf(variant);
  if (tile.kind === 'panel') {
    const across = Math.ceil(columns / panelWidth(columns, tile, epilogue) / QUAD);
    const wanted = Math.ceil((form === 'tn' ? GRADIENT_GROUPS : PANEL_GROUPS) / across);
    // An even number of workgroups: cores come in pairs.
    const down = wanted + ((wanted * across) % 2);
    return [across, Math.max(1, Math.min(down, Math.floor(rows / PANEL_ROWS))), 1];
  }
  const perGroup = tile.kind === 'tiled' ? 1 : GROUP;
  return [Math.ceil(columns / tile.columns / perGroup), Math.ceil(rows / tile.rows / perGroup), splits];
}
