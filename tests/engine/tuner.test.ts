import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { Plan } from '../../src/gpu/kernel.ts';
import { Tuner, type TunerStore } from '../../src/gpu/tuner.ts';
import { addProduct } from '../../src/model/ops/matmul.ts';
import { type BatchShape } from '../../src/model/ops/batch-shape.ts';
import { testGpu } from '../support/gpu.ts';
import { variantsOf } from '../support/products.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

it('measures once per adapter and choice, remembers the result and releases its buffers', async () => {
  const saved = new Map<string, string>();
  const store: TunerStore = {
    load: (key) => Promise.resolve(saved.get(key)),
    save: async (key, choice) => void saved.set(key, choice),
  };
  const dims = gpu.buffer('dims', 32, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  const [a, b, c] = [gpu.buffer('a', 4096), gpu.buffer('b', 4096), gpu.buffer('c', 4096)];
  const add = async (tuner: Tuner) => {
    const plan = new Plan<BatchShape>(gpu);
    await addProduct(plan, tuner, {
      label: 'test',
      form: 'nt',
      capacity: 4,
      columns: 16,
      inner: 16,
      a,
      b,
      c,
      dims: { buffer: dims },
    });
    plan.destroy();
  };
  const before = gpu.counters.bytes;
  await add(new Tuner(gpu, store));
  expect(gpu.counters.bytes).toBe(before);
  expect(saved.size).toBe(1);
  const [key = '', choice = ''] = [...saved][0] ?? [];
  expect(key).toContain(gpu.adapter.description);
  expect(variantsOf('nt', 4, gpu)).toContain(choice);
  // A remembered choice is used without measuring: no dispatch, no buffer for the tuner.
  const second = new Tuner(gpu, store);
  const { buffers } = gpu.counters;
  await add(second);
  expect(gpu.counters.buffers).toBe(buffers + 1);
  expect([...second.choices.values()]).toEqual([choice]);
});

it('recomputes and reports a choice that needs no measurement each time; a forced one stays', () => {
  const tuner = new Tuner(gpu);
  expect([tuner.prefer('rows', 'thread'), tuner.prefer('rows', 'workgroup'), tuner.choices.get('rows')]).toEqual([
    'thread',
    'workgroup',
    'workgroup',
  ]);
  tuner.force('rows', 'thread');
  expect([tuner.prefer('rows', 'workgroup'), tuner.choices.get('rows')]).toEqual(['thread', 'thread']);
});
