/** f16 matmuls on an adapter without shader-f16 are refused, with the field's name, before anything is allocated. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CountingGpu } from '../../src/gpu/counting-gpu.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { RunSession } from '../../src/session/session.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
beforeAll(async () => {
  const found = await testGpu();
  const { device, adapter } = found;
  // SwiftShader lacks shader-f16; on an adapter that has it, the device is opened without it.
  gpu = device.features.has('shader-f16')
    ? new CountingGpu(
        {
          limits: device.limits,
          features: new Set([...device.features].filter((feature) => feature !== 'shader-f16')),
        },
        adapter,
      )
    : found;
});
afterAll(() => gpu.destroy());

it.each([{ sft: undefined }, { rl: undefined }, { sft: undefined, rl: undefined }])(
  'refuses a run that requests f16: %o',
  async (change) => {
    const before = { ...gpu.counters };
    const config = tinyRun({ compute: { matmul_precision: 'f16' }, ...change });
    await expect(
      RunSession.create({ gpu, tuner: testTuner(gpu), config, checkpoint: undefined }),
    ).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringMatching(/compute\.matmul_precision is "f16".*shader-f16/) as string,
      advice: expect.stringContaining('"f32"') as string,
    });
    expect(gpu.counters).toEqual(before);
  },
);
