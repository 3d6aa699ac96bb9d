/**
 * A batch of log-probs that somebody else computed, as the kernels of the loss read one: every strategy's value, weight
 * and zone then come from the functions with which the studio trains.
 */
import type { Gpu } from '../gpu/device.ts';
import type { BatchShape } from '../model/ops/batch-shape.ts';
import { Dims, Likelihood, TargetToken } from '../model/records.ts';
import type { LossInputs } from '../objective/loss-inputs.ts';
import type { Objective } from '../objective/objective.ts';
import type { Part } from './parts.ts';
import type { StepTokens } from './token-dump.ts';

const [TARGET, LIKELIHOOD] = [TargetToken.offset, Likelihood.offset];

export class GivenTokens implements LossInputs {
  readonly batch: { readonly capacity: { readonly targets: number } };
  readonly targets: GPUBuffer;
  readonly firstTargets: GPUBuffer;
  readonly likelihoods: GPUBuffer;
  readonly dLogprobs: GPUBuffer;
  /** In place of an optimizer's: there is no gradient of weights. */
  readonly norm: GPUBuffer;
  private readonly dims: GPUBuffer;
  private readonly owned: GPUBuffer[] = [];
  private loaded: BatchShape = { rows: 0, targets: 0, sequences: 0, distinct: 0 };

  /** @param capacity tokens, and one more than responses */
  constructor(
    readonly gpu: Gpu,
    capacity: number,
  ) {
    this.batch = { capacity: { targets: capacity } };
    this.dims = this.own('dump dims', Dims.bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.targets = this.own('dump targets', capacity * TargetToken.bytes);
    this.firstTargets = this.own('dump first targets', (capacity + 1) * 4);
    this.likelihoods = this.own('dump log-probs', capacity * Likelihood.bytes);
    this.dLogprobs = this.own('dump slopes', capacity * 8);
    this.norm = this.own('dump norm', 16);
  }

  private own(label: string, bytes: number, usage?: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.gpu.buffer(label, bytes, usage);
    this.owned.push(buffer);
    return buffer;
  }

  get batchDims(): GPUBufferBinding {
    return { buffer: this.dims, offset: 0, size: Dims.bytes };
  }

  get shape(): BatchShape {
    return this.loaded;
  }

  /** @param seed of random choices (Clip-Cov) */
  load(tokens: StepTokens, part: Part, seed: number): void {
    const targets = TargetToken.array(part.tokens);
    const likelihoods = Likelihood.array(part.tokens);
    const firsts = new Uint32Array(part.responses.length + 1);
    const entropies = tokens.column('entropies');
    const [targetWords, targetFloats, likelihoodFloats] = [targets.u32, targets.f32, likelihoods.f32];
    let at = 0;
    for (const [i, response] of part.responses.entries()) {
      firsts[i] = at;
      const end = tokens.first[response + 1] ?? 0;
      const lossWeight = part.lossWeights[i] ?? 0;
      for (let t = tokens.first[response] ?? 0; t < end; t++, at++) {
        const target = at * TargetToken.words;
        targetWords[target + TARGET.row] = at;
        targetWords[target + TARGET.index] = at;
        targetWords[target + TARGET.sequence] = i;
        targetFloats[target + TARGET.advantage] = tokens.advantages[t] ?? 0;
        targetFloats[target + TARGET.lossWeight] = lossWeight;
        const likelihood = at * Likelihood.words;
        likelihoodFloats[likelihood + LIKELIHOOD.logprob] = tokens.logprobs[t] ?? 0;
        likelihoodFloats[likelihood + LIKELIHOOD.entropy] = entropies?.[t] ?? 0;
      }
    }
    firsts[part.responses.length] = at;
    this.loaded = { rows: at, targets: at, sequences: part.responses.length, distinct: 0 };
    const { queue } = this.gpu.device;
    queue.writeBuffer(
      this.dims,
      0,
      Dims.pack({ rows: at, targets: at, sequences: part.responses.length, temperature: 1, seed }),
    );
    queue.writeBuffer(this.targets, 0, targetWords);
    queue.writeBuffer(this.likelihoods, 0, likelihoodFloats);
    queue.writeBuffer(this.firstTargets, 0, firsts);
  }

  /** The log-probs before the updates and the sampler's, of the part that is loaded. */
  loadOld(objective: Objective, tokens: StepTokens, part: Part): void {
    const old = new Float32Array(2 * part.tokens);
    const sampled = new Float32Array(part.tokens);
    const entropies = tokens.column('oldEntropies');
    const samplers = tokens.column('samplerLogprobs') ?? tokens.oldLogprobs;
    let at = 0;
    for (const response of part.responses) {
      const end = tokens.first[response + 1] ?? 0;
      for (let t = tokens.first[response] ?? 0; t < end; t++, at++) {
        old[2 * at] = tokens.oldLogprobs[t] ?? 0;
        old[2 * at + 1] = entropies?.[t] ?? 0;
        sampled[at] = samplers[t] ?? 0;
      }
    }
    const { queue } = this.gpu.device;
    queue.writeBuffer(objective.old, 0, old);
    queue.writeBuffer(objective.sampled, 0, sampled);
  }

  destroy(): void {
    for (const buffer of this.owned) this.gpu.release(buffer);
  }
}
