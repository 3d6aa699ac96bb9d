/** The worker's one GPU with its tuner: opened on first use and reopened after device loss. */
import type { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { openGpu } from '../gpu/open-gpu.ts';
import { Tuner, type TunerStore } from '../gpu/tuner.ts';

export interface OpenDevice {
  gpu: Gpu;
  tuner: Tuner;
}

export class Device {
  private opened: OpenDevice | undefined;

  constructor(
    private readonly provider: GPU | undefined,
    /** Where kernel choices are stored. */
    private readonly choices: TunerStore | undefined,
    private readonly onLost: (error: StudioError) => void,
  ) {}

  /** @throws StudioError `unsupported` without WebGPU or an adapter */
  async open(): Promise<OpenDevice> {
    if (this.opened) return this.opened;
    const gpu = await openGpu(this.provider);
    gpu.onLost((error) => {
      // The next use reopens the device.
      this.opened = undefined;
      this.onLost(error);
    });
    this.opened = { gpu, tuner: new Tuner(gpu, this.choices) };
    return this.opened;
  }
}
