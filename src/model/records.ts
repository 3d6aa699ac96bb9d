/**
 * The records that the model's kernels share with the host. Letters (N, M, V ...) are those of shaders/common.wgsl,
 * which follows these structs in every kernel.
 */
import commonSource from '../../shaders/common.wgsl?raw';
import { defineStruct } from '../gpu/struct.ts';

/** The current batch: a uniform of almost every kernel. */
export const Dims = defineStruct('Dims', {
  rows: ['u32', 'N of this batch, or the number of sequences while decoding'],
  targets: ['u32', 'M of this batch, or of this chunk of it'],
  targetOffset: ['u32', 'first target of this chunk'],
  sequences: 'u32',
  temperature: ['f32', 'logits are divided by it'],
  step: ['u32', 'row of the statistics table that this minibatch writes'],
  seed: 'u32',
  distinct: ['u32', 'distinct tokens of the batch'],
});

/**
 * A row of the packed batch: a row attends to rows from `start` to itself. During generation, `start` is 1 once the
 * sequence has ended and `end` counts its tokens.
 */
export const Row = defineStruct('Row', {
  token: 'u32',
  position: 'u32',
  start: ['u32', 'first row of its sequence'],
  end: ['u32', 'one past the last row of its sequence'],
});

/** The loss inputs of a target. */
export const TargetToken = defineStruct('TargetToken', {
  row: ['u32', 'row whose next token this is'],
  token: ['u32', 'that next token'],
  index: ['u32', 'place in the rollout-wide token arrays'],
  sequence: 'u32',
  advantage: 'f32',
  lossWeight: ['f32', 'f_t: the aggregation factor'],
  nllWeight: ['f32', 'factor of -log pi in the loss (SFT, positive examples)'],
  positive: ['u32', '1 for tokens of correct responses'],
});

/** The head's results for a target. Nats. */
export const Likelihood = defineStruct('Likelihood', {
  logprob: ['f32', 'log pi of the target'],
  entropy: ['f32', 'of the whole distribution'],
  lse: ['f32', 'log of the sum of exp of the logits'],
  spare: 'f32',
});

/** A distinct token of the batch, with the slice of the sorted rows that holds its rows (embedding.wgsl). */
export const TokenGroup = defineStruct('TokenGroup', {
  token: 'u32',
  first: 'u32',
  last: ['u32', 'one past the last'],
  spare: 'u32',
});

/** State of a generating sequence; row n of the batch has Slot n. */
export const Slot = defineStruct('Slot', {
  sequence: ['u32', 'number among the prompts given: keys of randomness, place of results, own part of the cache'],
  promptFirst: ['u32', 'first row of its prompt in the prompt cache'],
  promptLength: ['u32', 'rows of it there: all tokens but the last'],
  spare: 'u32',
});

/** How the next token is sampled (sampling.wgsl). */
export const Sampling = defineStruct('Sampling', {
  temperature: ['f32', '0 is greedy'],
  topP: ['f32', '1: off'],
  topK: ['u32', '0: off'],
  maxNew: ['u32', 'maximum number of tokens in a response'],
  seed: 'u32',
});

/**
 * The sizes of a matrix product (matmul*.wgsl). A and C may be column slices of wider matrices: a part of a fused
 * projection, or a slice of a vocabulary whose weights do not fit in one binding.
 */
export const ProductSizes = defineStruct('ProductSizes', {
  columns: ['u32', 'of C'],
  inner: ['u32', 'nt, nn: length of the sum; tn: rows of C'],
  fromTargets: ['u32', '1: rows are targets, not batch rows'],
  firstColumn: ['u32', 'with an epilogue: which column of the vocabulary the first of C is'],
  aStride: ['u32', 'vec4s from a row of A to the next'],
  aFirst: ['u32', 'vec4s of a row before the first that takes part'],
  cStride: ['u32', 'the same of C and of what is added to it; tn: C is whole'],
  cFirst: 'u32',
});

/** A block of the vocabulary's columns in the fused head (head-combine.wgsl). */
export const HeadBlock = defineStruct('HeadBlock', {
  parts: ['u32', 'of a target in this block'],
  segments: 'u32',
  first: ['u32', 'segment of the vocabulary'],
});

/** An optimizer update (adamw.wgsl). */
export const AdamWUpdate = defineStruct('AdamWUpdate', {
  learningRate: 'f32',
  beta1: 'f32',
  beta2: 'f32',
  epsilon: 'f32',
  decay: 'f32',
  clip: 'f32',
  correction1: ['f32', '1 - beta1^t'],
  correction2: ['f32', '1 - beta2^t'],
});

/** The source prefix of every kernel that runs on a batch. */
export const common = Dims.wgsl + Row.wgsl + TargetToken.wgsl + Likelihood.wgsl + commonSource;
