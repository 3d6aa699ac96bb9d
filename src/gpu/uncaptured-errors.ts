/**
 * WebGPU reports an invalid command as an event on the device and drops the command: what a kernel would have written
 * is missing afterwards, and nothing throws. This counts these events, so that the next readback can throw
 * (`Gpu.checkAlive`).
 */
import { StudioError } from '../errors.ts';

/** Errors kept with their text; one mistake in a step may cause thousands. */
const KEPT = 64;
/** WebGPU objects are shown in messages as [Buffer "label"]. */
const LABEL = /\[(?:Invalid )?(?:Buffer|BindGroup|ComputePipeline|ShaderModule) "([^"]+)"/;
const LONGEST_MESSAGE = 400;

export class UncapturedErrors {
  private static readonly of = new WeakMap<GPUDevice, UncapturedErrors>();
  /** Number of errors since the device was opened. */
  count = 0;
  /** Label of the kernel that was encoded last; the event does not say which kernel it belongs to. */
  lastKernel = '';
  private readonly kept: StudioError[] = [];

  /** One listener per device, however many Gpus share it. */
  static on(device: GPUDevice): UncapturedErrors {
    let errors = UncapturedErrors.of.get(device);
    if (!errors) {
      errors = new UncapturedErrors();
      UncapturedErrors.of.set(device, errors);
      device.addEventListener('uncapturederror', errors.listen);
    }
    return errors;
  }

  private readonly listen = (event: GPUUncapturedErrorEvent): void => {
    // Thrown by the next readback. Otherwise Dawn also prints it to stdout.
    event.preventDefault();
    this.count += 1;
    if (this.kept.length < KEPT) this.kept.push(this.errorOf(event.error));
  };

  /** The first error after the first `seen` ones; undefined if there is none. */
  after(seen: number): StudioError | undefined {
    return this.count > seen ? (this.kept[seen] ?? this.kept.at(-1)) : undefined;
  }

  private errorOf({ constructor, message }: GPUError): StudioError {
    const [label] = LABEL.exec(message)?.slice(1) ?? [];
    const kernel = this.lastKernel && `, last kernel encoded: ${this.lastKernel}`;
    const what = `${label === undefined ? 'a command' : `a command on ${label}`}${kernel}`;
    const text = message.replace(/\s+/g, ' ').trim().slice(0, LONGEST_MESSAGE);
    return constructor.name === 'GPUOutOfMemoryError'
      ? new StudioError(
          'memory',
          `Out of GPU memory (${what}): ${text}`,
          'Use more minibatches, fewer responses, shorter sequences, or a smaller model.',
        )
      : new StudioError(
          'internal',
          `The GPU rejected ${what}: ${text}`,
          'The results since then are not valid. Please report it with the names of your GPU and browser.',
        );
  }
}
