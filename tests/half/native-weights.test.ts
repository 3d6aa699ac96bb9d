/** f16 weights read natively and unpacked from words give the same bits, also for subnormals. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { ModelConfig } from '../../src/model/spec/model-config.ts';
import { addProduct } from '../../src/model/ops/matmul.ts';
import { Model } from '../../src/model/model.ts';
import { HALF_READING } from '../../src/model/weights/precision.ts';
import { scoreSequences } from '../../src/model/training/scoring.ts';
import { halfToFloat } from '../../src/model/weights/f16-conversion.ts';
import { randomCase, RandomStream } from '../reference/random-model.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { forcedTuner, planned, upload, variantsOf } from '../support/products.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

/** Every finite f16 value once, as a 65 x 976 matrix, whose sizes are not multiples of a tile. */
const ROWS_OF_B = 65;
const FINITE = Uint16Array.from(
  Array.from({ length: 0x10000 }, (_, bits) => bits).filter((bits) => (bits & 0x7c00) !== 0x7c00),
);
const WIDTH = 976;
const weights = Uint16Array.from({ length: ROWS_OF_B * WIDTH }, (_, i) => FINITE[i % FINITE.length] ?? 0);

describe.each(['nt', 'nn'] as const)('product %s', (form) => {
  it('native f16, unpacked f16 and widened weights are bit-equal', async () => {
    const random = new RandomStream(5);
    const rows = 19;
    // The sum is over B's columns (nt), or over its rows, whose number must be a multiple of 4 (nn).
    const inner = form === 'nt' ? WIDTH : 64;
    const columns = form === 'nt' ? 64 : WIDTH;
    const b = weights.subarray(0, inner * columns).slice();
    const a = Float32Array.from({ length: rows * inner }, () => random.normal());
    // Larger direct tiles are the same text unrolled further, and compile slowly on a software adapter.
    const variants = variantsOf(form, 1000, gpu).filter((variant) => !variant.startsWith('direct-16'));
    for (const variant of ['direct-1x4', 'direct-4x4', ...variants]) {
      const product = async (reading: 'native' | 'unpacked' | 'widened') => {
        const tuner = forcedTuner(gpu, form, variant);
        if (reading !== 'widened') tuner.force(HALF_READING, reading);
        const values =
          reading === 'widened'
            ? { b: upload(gpu, Float32Array.from(b, halfToFloat)) }
            : { b: upload(gpu, b), precision: 'f16' as const };
        return planned(gpu, rows, rows * columns, async (plan, dims) => {
          const c = gpu.buffer('c', rows * columns * 4);
          await addProduct(plan, tuner, {
            label: 'test',
            form,
            capacity: rows,
            columns,
            inner,
            a: upload(gpu, a),
            ...values,
            c,
            dims,
          });
          return c;
        });
      };
      const native = await product('native');
      expect(native.some((value) => value !== 0)).toBe(true);
      expect(native, variant).toEqual(await product('unpacked'));
      expect(native, variant).toEqual(await product('widened'));
    }
  });
});

it('a frozen f16 model scores equally with native and unpacked reads', async () => {
  const one = randomCase(
    17,
    {
      architecture: 'gpt2',
      vocabularySize: 45,
      layers: 2,
      headDimension: 6,
      heads: 3,
      keyValueHeads: 3,
      hiddenSize: 18,
      tiedHead: true,
    },
    { sequences: 4, longest: 12 },
  );
  const config: ModelConfig = { maxPositions: 64, ...one.config, architecture: 'gpt2' };
  const model = await Model.create(gpu, config, one.tensors, { trained: () => false, frozen: 'f16' });
  expect(model.matrix(model.layout.embedding).precision).toBe('f16');
  const scores = async (reading: string) => {
    const tuner = testTuner(gpu);
    tuner.force(HALF_READING, reading);
    return scoreSequences(
      model,
      tuner,
      one.batch.map(({ tokens }) => tokens),
    );
  };
  const before = gpu.counters.pipelines;
  const native = await scores('native');
  const compiled = gpu.counters.pipelines;
  expect(await scores('unpacked')).toEqual(native);
  // The kernels that read weights differed.
  expect(gpu.counters.pipelines).toBeGreaterThan(compiled);
  expect(compiled).toBeGreaterThan(before);
  model.destroy();
});
