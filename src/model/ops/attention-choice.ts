/** The tuner's choice between the variants of attention. */
import type { Gpu } from '../../gpu/device.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import { Dims, Row } from '../records.ts';
import { fractional } from './layer-context.ts';
import { attentionCandidates } from './variants/attention.ts';
import type { AttentionConstants } from './variants/attention-variant.ts';

/** The tuner's question. */
export const ATTENTION = 'attention';

/**
 * The name of the variant to make plans with. Where variants are measured, it is their forward kernels, once per
 * adapter, on a batch typical of small models.
 */
export async function chooseAttention(gpu: Gpu, tuner: Tuner): Promise<string> {
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
    candidates: attentionCandidates(gpu, constants).map((variant) => ({
      name: variant.name,
      compile: variant.compile,
      prepare: async () => {
        shared ??= allocate();
        const kernel = { label: 'attention forward', ...variant.kernel({ pass: 'forward', constants }) };
        return tuner.recorder(kernel, shared, variant.grid({ rows, heads: H }));
      },
    })),
    release: () => {
      for (const buffer of buffers.splice(0)) tuner.gpu.release(buffer);
      shared = undefined;
    },
  });
  return gpu.unlessAborted(choice);
}
