/**
 * Attention with one tile of rows per quad, four lanes that hand keys and values to one another (attention-quad.wgsl):
 * for adapters that compute on the CPU, where a load costs many multiply-adds.
 */
import attentionQuadSource from '../../../../../shaders/attention/software-adapter/attention-quad.wgsl?raw';
import qkvLayout from '../../../../../shaders/attention/qkv-layout.wgsl?raw';
import attentionRows from '../../../../../shaders/attention/attention-rows.wgsl?raw';
import quad from '../../../../../shaders/software-adapter/quad.wgsl?raw';
import { common } from '../../../records.ts';
import { passConstants, type AttentionVariant } from '../attention-variant.ts';
import { hasSoftwareQuads } from '../variant.ts';

const LANES = 4;
/** Rows that a lane has. */
const ROWS = 4;
const TILE = LANES * ROWS;
/** A tile of wider heads would not fit into a processor's first cache. */
const WIDEST_E4 = 128 / 4;

export const quadVariant: AttentionVariant = {
  name: 'quad',
  compile: 'slow',
  runsOn: ({ device }) => device.features.has('subgroups'),
  // Tiles of quads know no windows.
  handles: ({ E4, WINDOW }) => WINDOW === 0 && E4 <= WIDEST_E4,
  isCandidate: hasSoftwareQuads,
  kernel: (work) => {
    const { E4 } = work.constants;
    const E = 4 * E4;
    const loads = Math.ceil(E4 / LANES);
    return {
      source: common + quad + qkvLayout + attentionRows + attentionQuadSource,
      constants: {
        ...passConstants(work),
        ROWS,
        TILE,
        E,
        BLOCK: ROWS * E,
        LOADS: loads,
        ROOM: 16 * loads,
        KEPT: 2 * ROWS,
      },
      entryPoint: work.pass,
    };
  },
  grid: ({ rows, heads }) => [Math.ceil(rows / TILE), heads, 1],
};
