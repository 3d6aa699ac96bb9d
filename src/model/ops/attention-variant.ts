/**
 * The variants of attention's kernels, and which one a plan uses on this adapter:
 *
 *   row     a thread a row of a head (attention.wgsl)
 *   block   so, with keys and values read into workgroup memory by 64 rows together (attention-block.wgsl): for GPUs
 *   quad    four lanes a tile of rows, that hand keys and values to one another (attention-quad.wgsl): for adapters
 *   that compute on the processor
 *
 * All add up the same terms in the same order.
 */
import attentionSource from '../../../shaders/attention/attention.wgsl?raw';
import attentionBlockSource from '../../../shaders/attention/attention-block.wgsl?raw';
import attentionQuadSource from '../../../shaders/attention/attention-quad.wgsl?raw';
import attentionRows from '../../../shaders/attention/attention-rows.wgsl?raw';
import { common, Dims, Row } from '../records.ts';
import quad from '../../../shaders/quad.wgsl?raw';
import type { Gpu, KernelSource } from '../../gpu/device.ts';
import { LINEAR_WORKGROUP, linearGrid, type Grid } from '../../gpu/kernel.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import { fractional } from './layer-context.ts';
import type { Model } from '../model.ts';

export type AttentionVariant = 'row' | 'block' | 'quad';
export type AttentionPass = 'forward' | 'backward_q' | 'backward_kv';

/** The question of the tuner. */
export const ATTENTION = 'attention';
/** Rows that a lane of a quad has. */
const QUAD_ROWS = 4;
const LANES = 4;
/** A tile of wider heads would not fit into a processor's first cache. */
const WIDEST_QUAD = 128;

export interface AttentionConstants {
  H: number;
  G: number;
  E4: number;
  SCALE: number;
  /** 0: none. */
  WINDOW: number;
}

/** Rows of a block: LINEAR_WORKGROUP of common.wgsl. */
const BLOCK_ROWS = LINEAR_WORKGROUP;
/** Bytes of workgroup memory that every WebGPU adapter has, less a little that the compiler may want. */
const BLOCK_BYTES = 16_000;
/** Rows of a tile beyond which more of them spare no barriers worth having. */
const MOST_KEYS = 32;

/** The variants that are worth measuring on this adapter. */
export function attentionVariants({ device, options }: Gpu): AttentionVariant[] {
  if (options.variants === 'hardware') return ['row', 'block'];
  return device.features.has('subgroups') ? ['row', 'quad'] : ['row'];
}

/** Rows of keys and values, or of the queries of a group and their gradients, that fit into workgroup memory. */
function blockKeys(pass: AttentionPass, { H, G, E4 }: Pick<AttentionConstants, 'H' | 'G' | 'E4'>): number {
  const heads = pass === 'backward_kv' ? H / G : 1;
  return Math.min(MOST_KEYS, Math.floor(BLOCK_BYTES / (heads * (2 * E4 * 16 + 8))));
}

export function attentionKernel(
  variant: AttentionVariant,
  pass: AttentionPass,
  { E4, ...rest }: AttentionConstants,
): KernelSource {
  const constants = { FORWARD: 0, BACKWARD_Q: 0, BACKWARD_KV: 0, [pass.toUpperCase()]: 1, E4, ...rest };
  const label = `attention ${pass}`;
  if (variant === 'row')
    return { label, source: common + attentionRows + attentionSource, constants, entryPoint: pass };
  if (variant === 'block') {
    const keys = blockKeys(pass, { E4, ...rest });
    const pairs = pass === 'backward_kv' ? (keys * rest.H) / rest.G : keys;
    return {
      label,
      source: common + attentionRows + attentionBlockSource,
      constants: { ...constants, KEYS: keys, TILE: pairs * E4, PAIRS: pairs },
      entryPoint: pass,
    };
  }
  const E = 4 * E4;
  const loads = Math.ceil(E4 / LANES);
  const tile = {
    ROWS: QUAD_ROWS,
    TILE: LANES * QUAD_ROWS,
    E,
    BLOCK: QUAD_ROWS * E,
    LOADS: loads,
    ROOM: 16 * loads,
    KEPT: 2 * QUAD_ROWS,
  };
  return {
    label,
    source: common + quad + attentionRows + attentionQuadSource,
    constants: { ...constants, ...tile },
    entryPoint: pass,
  };
}

/** @param heads threads, quads or workgroups that a row or tile of rows has */
export function attentionGrid(variant: AttentionVariant, rows: number, heads: number): Grid {
  if (variant === 'row') return linearGrid(rows * heads);
  return [Math.ceil(rows / (variant === 'block' ? BLOCK_ROWS : LANES * QUAD_ROWS)), heads, 1];
}

/** The variant for a layer: `row` where the adapter's own does not suit it. */
export function attentionVariant(
  chosen: AttentionVariant,
  { config, layout }: Pick<Model, 'config' | 'layout'>,
  windowed: boolean,
): AttentionVariant {
  const { heads: H, keyValueHeads: G } = config;
  const E4 = layout.headDimension / 4;
  // Tiles of quads know no windows.
  if (chosen === 'quad') return windowed || layout.headDimension > WIDEST_QUAD ? 'row' : 'quad';
  if (chosen === 'block') return blockKeys('backward_kv', { H, G, E4 }) > 0 ? 'block' : 'row';
  return 'row';
}

/**
 * The variant to make plans with. Where it is measured, the forward kernels are, once per adapter, on a batch typical
 * of small models.
 */
export async function chooseAttention(gpu: Gpu, tuner: Tuner): Promise<AttentionVariant> {
  const [H, E4, length, sequences] = [4, 8, 64, 8];
  const rows = length * sequences;
  const constants: AttentionConstants = { H, G: H, E4, SCALE: fractional(1 / Math.sqrt(4 * E4)), WINDOW: 0 };
  const buffers: GPUBuffer[] = [];
  const make = (label: string, words: number, usage?: GPUBufferUsageFlags) => {
    const buffer = tuner.gpu.buffer(`tuner ${label}`, words * 4, usage);
    buffers.push(buffer);
    return buffer;
  };
  let shared: GPUBuffer[] | undefined;
  const allocate = () => {
    const { queue } = gpu.device;
    const dims = make('dims', Dims.words, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    queue.writeBuffer(dims, 0, Dims.pack({ rows, targets: rows, sequences, distinct: 1 }));
    const batch = make('rows', rows * Row.words);
    const packed = Row.array(rows);
    for (let row = 0; row < rows; row++) {
      const start = row - (row % length);
      packed.set(row, { token: 0, position: row - start, start, end: start + length });
    }
    queue.writeBuffer(batch, 0, packed.u32);
    return [
      dims,
      batch,
      make('qkv', rows * 3 * H * 4 * E4),
      make('attended', rows * H * 4 * E4),
      make('log-sum-exp', rows * H),
    ];
  };
  const choice = tuner.choose({
    name: ATTENTION,
    candidates: attentionVariants(gpu).map((name) => ({
      name,
      compile: name === 'quad' ? 'slow' : 'quick',
      prepare: async () => {
        shared ??= allocate();
        return tuner.recorder(attentionKernel(name, 'forward', constants), shared, attentionGrid(name, rows, H));
      },
    })),
    release: () => {
      for (const buffer of buffers.splice(0)) tuner.gpu.release(buffer);
      shared = undefined;
    },
  });
  return (await gpu.unlessAborted(choice)) as AttentionVariant;
}
