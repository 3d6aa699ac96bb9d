/** GPPO Studio's engine as a benchmark subject: in a worker beside other libraries, or alone under Node. */
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { initializeTensors } from '../../src/model/weights/initial-weights.ts';
import { type ModelConfig } from '../../src/model/spec/model-config.ts';
import { Generator } from '../../src/model/generation/generator.ts';
import { Model } from '../../src/model/model.ts';
import { AdamW } from '../../src/model/training/optimizer.ts';
import { TrainingPass } from '../../src/model/training/training-pass.ts';
import { stream } from '../../src/random.ts';
import { CrossEntropyLoss } from '../../src/objective/cross-entropy-loss.ts';
import { readRow } from '../../src/objective/statistics.ts';
import { submitUpdate } from '../../src/objective/update.ts';
import { tokensOf, type Size } from '../sizes.ts';
import type { Subject } from '../peers/subject.ts';

export class StudioSubject implements Subject {
  private parts:
    | { size: Size; tuner: Tuner; model: Model; pass: TrainingPass; optimizer: AdamW; loss: CrossEntropyLoss }
    | undefined;
  private readonly generators = new Map<number, Generator>();

  /** @param open opens a GPU, or returns an open one */
  constructor(private readonly open: () => Promise<{ gpu: Gpu; tuner: Tuner }>) {}

  async setup(size: Size): Promise<void> {
    const { gpu, tuner } = await this.open();
    const config: ModelConfig = {
      architecture: 'llama',
      vocabularySize: size.vocabulary,
      hiddenSize: size.hidden,
      layers: size.layers,
      heads: size.heads,
      keyValueHeads: size.heads,
      headDimension: size.hidden / size.heads,
      intermediateSize: size.intermediate,
      maxPositions: 2 * size.length,
      ropeTheta: 10_000,
      normEpsilon: 1e-5,
      tiedHead: false,
    };
    const model = await Model.create(gpu, config, initializeTensors(config, stream(1, 'bench')));
    const rows = size.batch * size.length;
    const pass = await TrainingPass.create(model, tuner, { rows, targets: rows, gradients: true });
    const optimizer = await AdamW.create(model, pass.gradients, {
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      weightDecay: 0,
      clip: 1e9,
    });
    const loss = await CrossEntropyLoss.create(pass, { tokens: rows, minibatches: 1 }, optimizer.norm);
    let index = 0;
    pass.batch.fill(
      tokensOf(size).map((tokens) => ({
        tokens,
        firstTarget: 1,
        index: (index += size.length) - size.length,
        advantage: 0,
        lossWeight: 0,
        nllWeight: 1 / rows,
        positive: false,
      })),
    );
    pass.load(1);
    this.parts = { size, tuner, model, pass, optimizer, loss };
  }

  /** Encodes a training step directly, to inspect its kernels. */
  submitStep(): void {
    const { pass, optimizer, loss } = this.ready;
    optimizer.load(1e-3);
    submitUpdate({ pass, loss, optimizer }, { clearCounts: true, apply: true });
  }

  /** Bytes of all buffers that the engine has created for this size. */
  get bytes(): number {
    return this.ready.model.gpu.counters.bytes;
  }

  private get ready() {
    if (!this.parts) throw new Error('setup comes first');
    return this.parts;
  }

  async trainingStep(): Promise<number> {
    const { loss } = this.ready;
    this.submitStep();
    const { rows } = await loss.statistics.read(1, 0);
    return readRow(rows[0] ?? new Float32Array(0)).lmLoss;
  }

  settle(): Promise<void> {
    return this.ready.tuner.settled();
  }

  async generate(sequences: number, tokens: number): Promise<number> {
    const { size, tuner, model } = this.ready;
    let generator = this.generators.get(sequences);
    if (!generator) {
      generator = await Generator.create(model, tuner, { sequences, promptTokens: 4, responseTokens: size.length });
      this.generators.set(sequences, generator);
    }
    const prompts = Array.from({ length: sequences }, (_, i) => [1, 2, 3, i % size.vocabulary]);
    const drawn = await generator.generate(prompts, {
      temperature: 0,
      topK: 0,
      topP: 1,
      seed: 1,
      maxTokens: tokens,
      endTokens: [],
    });
    return drawn.reduce((sum, one) => sum + one.tokens.length, 0);
  }

  /** Frees everything except the GPU. */
  destroy(): void {
    const { model, pass, optimizer, loss } = this.ready;
    for (const generator of this.generators.values()) generator.destroy();
    this.generators.clear();
    loss.destroy();
    optimizer.destroy();
    pass.destroy();
    model.destroy();
    this.parts = undefined;
  }
}
