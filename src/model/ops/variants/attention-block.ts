/**
 * Attention with one thread per row of a head, and keys and values read into workgroup memory by 64 rows together
 * (attention-block.wgsl): for GPUs.
 */
import attentionBlockSource from '../../../../shaders/attention/attention-block.wgsl?raw';
import qkvLayout from '../../../../shaders/attention/qkv-layout.wgsl?raw';
import attentionRows from '../../../../shaders/attention/attention-rows.wgsl?raw';
import { LINEAR_WORKGROUP } from '../../../gpu/kernel.ts';
import { common } from '../../records.ts';
import {
  passConstants,
  type AttentionConstants,
  type AttentionPass,
  type AttentionVariant,
} from './attention-variant.ts';

/** Rows of a block: LINEAR_WORKGROUP of common.wgsl. */
const BLOCK_ROWS = LINEAR_WORKGROUP;
/** Bytes of workgroup memory that every WebGPU adapter has, minus some room for the compiler. */
const BLOCK_BYTES = 16_000;
/** Maximum rows of a tile: more would save few barriers. */
const MOST_KEYS = 32;

/** Rows of keys and values, or of the queries of a group and their gradients, that fit into workgroup memory. */
function blockKeys(pass: AttentionPass, { H, G, E4 }: AttentionConstants): number {
  const heads = pass === 'backward_kv' ? H / G : 1;
  return Math.min(MOST_KEYS, Math.floor(BLOCK_BYTES / (heads * (2 * E4 * 16 + 8))));
}

export const blockVariant: AttentionVariant = {
  name: 'block',
  compile: 'quick',
  runsOn: () => true,
  handles: (constants) => blockKeys('backward_kv', constants) > 0,
  isCandidate: ({ options }) => options.variants === 'hardware',
  kernel: (work) => {
    const { pass, constants } = work;
    const keys = blockKeys(pass, constants);
    const pairs = pass === 'backward_kv' ? (keys * constants.H) / constants.G : keys;
    return {
      source: common + qkvLayout + attentionRows + attentionBlockSource,
      constants: { ...passConstants(work), KEYS: keys, TILE: pairs * constants.E4, PAIRS: pairs },
      entryPoint: pass,
    };
  },
  grid: ({ rows, heads }) => [Math.ceil(rows / BLOCK_ROWS), heads, 1],
};
