/** The worker's one GPU with its tuner: opened when it is first needed, and anew after it was lost. */
import type { StudioError } from '../errors.ts';
import { openGpu, type Gpu } from '../gpu/device.ts';
import { Tuner, type TunerStore } from '../gpu/tuner.ts';

export interface OpenDevice {
  gpu: Gpu;
  tuner: Tuner;
}

export class Device {
  private opened: OpenDevice | undefined;

  constructor(
    private readonly provider: GPU | undefined,
    /** Where kernel choices are remembered. */
    private readonly choices: TunerStore | undefined,
    private readonly onLost: (error: StudioError) => void,
  ) {}

  /** @throws StudioError `unsupported` when there is no WebGPU or no adapter */
  async open(): Promise<OpenDevice> {
    if (this.opened) return this.opened;
    const gpu = await openGpu(this.provider);
    gpu.onLost((error) => {
      // What comes next opens the device anew.
      this.opened = undefined;
      this.onLost(error);
    });
    this.opened = { gpu, tuner: new Tuner(gpu, this.choices) };
    return this.opened;
  }
}
