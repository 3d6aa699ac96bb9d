/** The worker's one GPU with its tuner: opened on first use and reopened after device loss. */
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { openGpu } from '../gpu/open-gpu.ts';
import { Tuner, type TunerStore } from '../gpu/tuner.ts';
import { ADAPTER_WAITS } from '../views/adapter-waits.ts';
import { CompileWatch } from './compile-watch.ts';
import type { StalledCompile } from './events.ts';

/** Time within which a device says that it is lost, after work on it failed, ms. */
const LOSS_MS = 300;

export interface OpenDevice {
  gpu: Gpu;
  tuner: Tuner;
}

export interface DeviceEvents {
  onLost: (error: StudioError) => void;
  /** No kernel has been finished for long; undefined once one is. */
  onStalled?: (stalled: StalledCompile | undefined) => void;
}

export class Device {
  private opened: OpenDevice | undefined;
  /** One request at a time: it may wait for seconds. */
  private opening: Promise<OpenDevice> | undefined;
  private wasLost = false;
  private readonly watch: CompileWatch | undefined;

  /** @param choices where kernel choices are stored */
  constructor(
    private readonly provider: GPU | undefined,
    private readonly choices: TunerStore | undefined,
    private readonly events: DeviceEvents = { onLost: () => undefined },
  ) {
    const { onStalled } = events;
    if (onStalled) this.watch = new CompileWatch(() => this.opened?.gpu.compiling, onStalled);
  }

  /** @throws StudioError `unsupported` without WebGPU or an adapter */
  async open(): Promise<OpenDevice> {
    if (this.opened) return this.opened;
    this.opening ??= this.openOnce().finally(() => (this.opening = undefined));
    return this.opening;
  }

  private async openOnce(): Promise<OpenDevice> {
    const gpu = await this.openNext();
    gpu.onLost((error) => {
      // The next use reopens the device.
      this.opened = undefined;
      this.wasLost = true;
      this.events.onLost(error);
    });
    this.opened = { gpu, tuner: new Tuner(gpu, this.choices) };
    this.watch?.start();
    return this.opened;
  }

  private async openNext(): Promise<Gpu> {
    for (const wait of this.wasLost ? ADAPTER_WAITS : []) {
      try {
        return await openGpu(this.provider);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    return openGpu(this.provider);
  }

  /**
   * Why work on the device failed: its calls may fail before it says that it is lost.
   *
   * @returns the loss, if it is reported soon; else the error
   */
  async causeOf(error: unknown): Promise<unknown> {
    const gpu = this.opened?.gpu;
    if (!gpu || (error instanceof StudioError && error.kind !== 'internal')) return error;
    await Promise.race([gpu.device.lost, new Promise((resolve) => setTimeout(resolve, LOSS_MS))]);
    return gpu.lost ?? error;
  }
}
