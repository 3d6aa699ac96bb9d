/** Counts dispatches and live bytes of all code in this worker, by wrapping WebGPU's prototypes. */

export interface GpuWatch {
  dispatches: number;
  bytes: number;
  /** Maximum of `bytes` so far. A buffer that its library drops without `destroy()` counts as live. */
  peakBytes: number;
}

export function watchGpu(): GpuWatch {
  const watch: GpuWatch = { dispatches: 0, bytes: 0, peakBytes: 0 };
  const pass = GPUComputePassEncoder.prototype;
  const { dispatchWorkgroups, dispatchWorkgroupsIndirect } = pass;
  pass.dispatchWorkgroups = function (...args) {
    watch.dispatches += 1;
    dispatchWorkgroups.apply(this, args);
  };
  pass.dispatchWorkgroupsIndirect = function (...args) {
    watch.dispatches += 1;
    dispatchWorkgroupsIndirect.apply(this, args);
  };

  const alive = new WeakMap<object, number>();
  const add = (resource: object, bytes: number) => {
    alive.set(resource, bytes);
    watch.bytes += bytes;
    watch.peakBytes = Math.max(watch.peakBytes, watch.bytes);
  };
  const remove = (resource: object) => {
    watch.bytes -= alive.get(resource) ?? 0;
    alive.delete(resource);
  };
  const device = GPUDevice.prototype;
  const { createBuffer } = device;
  device.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    add(buffer, descriptor.size);
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    remove(this);
    return destroy.call(this);
  };
  return watch;
}
