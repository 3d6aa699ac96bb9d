/** Attention with one thread per row of a head (attention.wgsl). */
import attentionSource from '../../../../shaders/attention/attention.wgsl?raw';
import qkvLayout from '../../../../shaders/attention/qkv-layout.wgsl?raw';
import attentionRows from '../../../../shaders/attention/attention-rows.wgsl?raw';
import { linearGrid } from '../../../gpu/kernel.ts';
import { common } from '../../records.ts';
import { passConstants, type AttentionVariant } from './attention-variant.ts';

export const rowVariant: AttentionVariant = {
  name: 'row',
  compile: 'quick',
  runsOn: () => true,
  handles: () => true,
  isCandidate: () => true,
  kernel: (work) => ({
    source: common + qkvLayout + attentionRows + attentionSource,
    constants: passConstants(work),
    entryPoint: work.pass,
  }),
  grid: ({ rows, heads }) => linearGrid(rows * heads),
};
