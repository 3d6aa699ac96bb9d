/** Opens a device with the adapter's sizes of buffers and the features that kernels use; says what adapter it is. */
import { StudioError } from '../errors.ts';
import { adapterFacts } from './adapter-facts.ts';
import { Gpu, type GpuOptions } from './device.ts';

/**
 * Limits that are requested at the adapter's value instead of WebGPU's default: sizes of buffers only. Kernels have to
 * run on every adapter, so a ninth storage buffer or more than 16 KB of workgroup memory fails on every one.
 */
const LIMITS = ['maxStorageBufferBindingSize', 'maxBufferSize'] as const;

/** Features that are requested where the adapter has them. */
const FEATURES = ['timestamp-query', 'subgroups', 'shader-f16'] as const;

/**
 * Opens the adapter's device with the adapter's sizes of buffers and WebGPU's default for all other limits.
 *
 * @param gpu `navigator.gpu`, or Dawn's under Node
 * @param options kernel texts and variants of another kind of adapter, to test them on this one
 * @throws StudioError `unsupported` when there is no adapter or no device
 */
export async function openGpu(gpu: GPU | undefined, options: GpuOptions = {}): Promise<Gpu> {
  if (!gpu) {
    throw new StudioError(
      'unsupported',
      'WebGPU is not available in this browser.',
      'Use a current Chrome, Edge, Firefox or Safari, and open the page over https or from localhost.',
    );
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new StudioError(
      'unsupported',
      'WebGPU is available, but no GPU adapter was found.',
      "Enable hardware acceleration in the browser's settings, and update the graphics driver: browsers refuse the " +
        'drivers on their blocklist.',
    );
  }
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures = FEATURES.filter((feature) => adapter.features.has(feature));
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({ label: 'gppo-studio', requiredLimits, requiredFeatures });
  } catch (error) {
    throw new StudioError(
      'unsupported',
      `The GPU adapter refused to open a device: ${error instanceof Error ? error.message : String(error)}`,
      'Reload the page. If the error persists, restart the browser.',
    );
  }
  return new Gpu(device, adapterFacts(adapter), options);
}
