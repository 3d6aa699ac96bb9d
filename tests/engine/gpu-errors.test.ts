/** Commands that the GPU rejects, provoked on a real device: the next readback throws, and a run stops. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { GpuScope } from '../../src/gpu/gpu-scope.ts';
import { Plan, submit } from '../../src/gpu/kernel.ts';
import { Readback, readFloats } from '../../src/gpu/readback.ts';
import { cliHere } from '../support/cli.ts';
import { takeUncapturedErrors, testGpu } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let folder: string;
beforeAll(async () => {
  gpu = await testGpu();
  folder = mkdtempSync(join(tmpdir(), 'gppo-errors-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const writeBeyondEnd = (buffer: GPUBuffer) =>
  gpu.device.queue.writeBuffer(buffer, 0, new Uint32Array(buffer.size / 4 + 1));

const doubling = {
  label: 'doubling',
  source:
    '@group(0) @binding(0) var<storage, read_write> values: array<f32>;\n' +
    '@compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) { values[id.x] *= 2.0; }',
  constants: {},
  entryPoint: 'main',
};

describe('an error that no error scope caught', () => {
  it('is thrown by the next readback with the label of the buffer and of the kernel', async () => {
    const buffer = gpu.buffer('packed rows', 16);
    const plan = new Plan<number>(gpu);
    await plan.add(doubling, [buffer], () => [1, 1, 1]);
    submit(gpu, (pass) => plan.encode(pass, 1));
    writeBeyondEnd(buffer);
    await expect(readFloats(gpu, buffer, 4)).rejects.toMatchObject({
      kind: 'internal',
      message: expect.stringMatching(
        /^The GPU rejected a command on packed rows, last kernel encoded: doubling: Write range .*20.* does not fit/,
      ) as string,
    });
    expect(takeUncapturedErrors()).toHaveLength(1);
    // Nothing later depends on it.
    expect([...(await readFloats(gpu, buffer, 4))]).toEqual([0, 0, 0, 0]);
    gpu.release(buffer);
  });

  it('is thrown by the readback whose own copy is rejected', async () => {
    const buffer = gpu.buffer('short', 16);
    const readback = new Readback(gpu, 'long', 64);
    await expect(readback.read([{ source: buffer, offset: 0, bytes: 32 }])).rejects.toThrow(
      /^The GPU rejected a command on short, .*32/,
    );
    expect(takeUncapturedErrors().length).toBeGreaterThan(0);
    readback.destroy();
    gpu.release(buffer);
  });

  it('ends a scope for good, and no Gpu or scope that was opened later', async () => {
    const [failed, base] = [new GpuScope(gpu), gpu.buffer('base', 16)];
    const buffer = failed.buffer('a buffer of a run', 16);
    writeBeyondEnd(buffer);
    for (let i = 0; i < 2; i++) {
      await expect(readFloats(failed, buffer, 4)).rejects.toThrow(/on a buffer of a run/);
      expect(() => submit(failed, () => undefined)).toThrow(/on a buffer of a run/);
    }
    const later = new GpuScope(gpu);
    for (const one of [later, gpu, await testGpu()]) expect(await readFloats(one, base, 4)).toHaveLength(4);
    expect(takeUncapturedErrors()).toHaveLength(1);
    failed.releaseAll();
    gpu.release(base);
  });

  it('is not a kernel that does not compile, which its caller learns', async () => {
    const kernel = { ...doubling, source: doubling.source.replace('*= 2.0', '*= true') };
    await expect(gpu.pipeline(kernel)).rejects.toThrow(/^Kernel doubling does not compile on this adapter: line \d/);
    expect(takeUncapturedErrors()).toEqual([]);
  });
});

it('a grid beyond WebGPU’s limit is refused with the name of its kernel', async () => {
  const buffer = gpu.buffer('values', 16);
  const plan = new Plan<number>(gpu);
  await plan.add({ ...doubling, label: 'doubling of all' }, [buffer], (groups) => [groups, 1, 1]);
  expect(() => submit(gpu, (pass) => plan.encode(pass, 65_536))).toThrow(
    /^Kernel doubling of all would take 65536 x 1 x 1 workgroups, but WebGPU allows 65535 per dimension/,
  );
  gpu.release(buffer);
});

it('a run whose step is rejected ends with exit status 1, the label, and no checkpoint', async () => {
  const config = join(folder, 'run.json');
  writeFileSync(config, JSON.stringify(tinyRun({ evaluation: undefined, rl: undefined })));
  const { queue } = gpu.device;
  const { writeBuffer } = queue;
  let steps = 0;
  // In the second step a batch is written that is longer than its buffer.
  queue.writeBuffer = ((buffer: GPUBuffer, ...others: [number, Uint32Array<ArrayBuffer>]) => {
    if (buffer.label === 'rows' && ++steps === 2) writeBuffer.call(queue, buffer, 0, new Uint32Array(buffer.size));
    else writeBuffer.call(queue, buffer, ...others);
  }) as GPUQueue['writeBuffer'];
  const output = join(folder, 'run');
  try {
    const { status, stderr } = await cliHere('train', config, '--output', output);
    expect(stderr).toMatch(/^The GPU rejected a command on rows, last kernel encoded: \S.*: Write range .*\n$/);
    expect(status).toBe(1);
  } finally {
    queue.writeBuffer = writeBuffer;
  }
  expect(takeUncapturedErrors()).toHaveLength(1);
  expect(readFileSync(join(output, 'metrics.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(1);
  expect(['checkpoint', 'state.safetensors'].map((name) => existsSync(join(output, name)))).toEqual([false, false]);
});
