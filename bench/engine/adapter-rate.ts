/** The adapter's limits: multiply-adds per second, and bytes copied per second, of kernels that do nothing else. */

const ITERATIONS = 256;
const THREADS = 64;
/** Copies per submission. */
const COPIES = 4;

const SOURCE = `
@group(0) @binding(0) var<storage, read_write> data: array<vec4f>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) thread: vec3u) {
  let a = data[0];
  let b = data[1];
  var c0 = a; var c1 = b; var c2 = a + b; var c3 = a - b;
  for (var i = 0u; i < ${ITERATIONS}u; i++) {
    c0 = c0 * a + b; c1 = c1 * a + b; c2 = c2 * a + b; c3 = c3 * a + b;
    c0 = c0 * a + b; c1 = c1 * a + b; c2 = c2 * a + b; c3 = c3 * a + b;
  }
  data[2u + thread.x] = c0 + c1 + c2 + c3;
}`;

/** @returns multiply-adds per second, the best of several runs of about 0.3 s */
export async function measureMultiplyAdds(device: GPUDevice): Promise<number> {
  const pipeline = device.createComputePipeline({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: SOURCE }), entryPoint: 'main' },
  });
  const mostGroups = 16384;
  const data = device.createBuffer({
    size: 16 * (2 + mostGroups * THREADS),
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(data, 0, new Float32Array([0.5, 0.6, 0.7, 0.8, 0.1, 0.2, 0.3, 0.4]));
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer: data } }],
  });
  const run = async (groups: number, repeat: number) => {
    await device.queue.onSubmittedWorkDone();
    const start = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    for (let i = 0; i < repeat; i++) pass.dispatchWorkgroups(groups);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / 1000;
  };
  await run(64, 1);
  let groups = 256;
  let repeat = 1;
  let seconds = await run(groups, repeat);
  while (seconds < 0.15 && repeat < 4096) {
    if (groups < mostGroups) groups *= 2;
    else repeat *= 2;
    seconds = await run(groups, repeat);
  }
  const perRun = groups * repeat * THREADS * ITERATIONS * 8 * 4;
  let best = perRun / seconds;
  for (let i = 0; i < 3; i++) best = Math.max(best, perRun / (await run(groups, repeat)));
  data.destroy();
  return best;
}

const COPY_SOURCE = `
@group(0) @binding(0) var<storage, read> from_here: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> to_there: array<vec4f>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) thread: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = thread.y * groups.x * ${THREADS}u + thread.x;
  to_there[at] = from_here[at];
}`;

/**
 * @returns bytes per second, read plus written, of a kernel that copies one large buffer to another; the best of
 *   several runs
 */
export async function measureCopyBandwidth(device: GPUDevice): Promise<number> {
  const bytes = Math.min(device.limits.maxStorageBufferBindingSize, 128 * 2 ** 20);
  const pipeline = device.createComputePipeline({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: COPY_SOURCE }), entryPoint: 'main' },
  });
  const buffers = [0, 1].map(() => device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE }));
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const groups = bytes / 16 / THREADS;
  const columns = Math.min(groups, 32768);
  let best = 0;
  for (let i = 0; i < 6; i++) {
    const start = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    for (let repeat = 0; repeat < COPIES; repeat++) pass.dispatchWorkgroups(columns, groups / columns);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    best = Math.max(best, (2 * bytes * COPIES * 1000) / (performance.now() - start));
  }
  for (const buffer of buffers) buffer.destroy();
  return best;
}
