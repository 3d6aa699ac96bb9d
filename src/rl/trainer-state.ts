/** Copies of what an update changes: the trained weights and AdamW's state. */
import type { Model } from '../model/model.ts';
import type { AdamW } from '../model/training/optimizer.ts';

/** Copies a buffer of the trained store's layout, or of records, into another; the shorter one decides how much. */
export function copyBuffer({ gpu, trained }: Model, source: GPUBuffer, target: GPUBuffer): void {
  const encoder = gpu.device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, target, 0, Math.min(source.size, target.size));
  gpu.device.queue.submit([encoder.finish()]);
  if (source === trained || target === trained) gpu.counters.weightCopies += 1;
}

/** Room on the GPU for the state of one trainer, which `save` fills. */
export class TrainerState {
  readonly weights: GPUBuffer;
  private readonly first: GPUBuffer;
  private readonly second: GPUBuffer;
  private updates = 0;

  /** @throws StudioError `memory` */
  constructor(
    private readonly model: Model,
    private readonly optimizer: AdamW,
    label: string,
  ) {
    const buffer = (name: string) => model.gpu.largeBuffer(`${label} ${name}`, model.layout.trained.count * 4);
    this.weights = buffer('weights');
    this.first = buffer('first moment');
    this.second = buffer('second moment');
  }

  save(): void {
    const { model, optimizer } = this;
    copyBuffer(model, model.trained, this.weights);
    copyBuffer(model, optimizer.first, this.first);
    copyBuffer(model, optimizer.second, this.second);
    this.updates = optimizer.updates;
  }

  restore(): void {
    const { model, optimizer } = this;
    copyBuffer(model, this.weights, model.trained);
    copyBuffer(model, this.first, optimizer.first);
    copyBuffer(model, this.second, optimizer.second);
    optimizer.updates = this.updates;
  }

  destroy(): void {
    for (const buffer of [this.weights, this.first, this.second]) this.model.gpu.release(buffer);
  }
}
