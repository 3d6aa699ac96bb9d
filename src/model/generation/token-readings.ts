/**
 * A model's prediction per token: log-prob, entropy, rank and the most probable alternatives, computed on the GPU from
 * the logits (alternatives.wgsl), so that a few words per token are read back instead of a row of a large vocabulary.
 */
import { common } from '../records.ts';
import alternativesSource from '../../../shaders/sampling/alternatives.wgsl?raw';
import { linearGrid, type Plan } from '../../gpu/kernel.ts';
import { defineStruct, wgslConstants } from '../../gpu/struct.ts';
import type { BatchShape } from '../ops/batch-shape.ts';
import type { Model } from '../model.ts';

/** Number of most probable tokens in a reading. */
export const ALTERNATIVES = 8;
/** A reading: these words, and ALTERNATIVES times those of `AlternativeRecord`. */
export const ReadingRecord = defineStruct('Reading', { logprob: 'f32', entropy: 'f32', rank: 'u32', token: 'u32' });
export const AlternativeRecord = defineStruct('Alternative', { token: 'u32', logprob: 'f32' });
export const READING_WORDS = ReadingRecord.words + ALTERNATIVES * AlternativeRecord.words;
/** Token of an alternative beyond a small vocabulary. */
const NONE = 0xffffffff;

/** The kernel writes words, so that it needs no struct: the offsets of both records. */
const OFFSETS = [
  wgslConstants({ reading: ReadingRecord.words, alternative: AlternativeRecord.words }),
  wgslConstants(ReadingRecord.offset, 'READING'),
  wgslConstants(AlternativeRecord.offset, 'ALTERNATIVE'),
].join('');

export interface Alternative {
  token: number;
  /** log p of it, nats. */
  logprob: number;
}

/** All of the distribution at temperature 1, regardless of how the token was sampled. */
export interface TokenReading {
  token: number;
  /** log p(token | tokens before it), nats. */
  logprob: number;
  /** Of the distribution that predicts the token, nats. */
  entropy: number;
  /** 1: the most probable of the vocabulary. */
  rank: number;
  /** The most probable first; fewer than ALTERNATIVES in a smaller vocabulary. */
  alternatives: Alternative[];
}

/**
 * Plans the readings of a batch's logits.
 *
 * @param tokens `TargetToken`s of this chunk's logits, or the rows of a decoding batch after sampling
 * @param readings [targets or rows, READING_WORDS]
 */
export function addReadings(
  plan: Plan<BatchShape>,
  model: Model,
  dims: GPUBufferBinding,
  tokens: { targets: GPUBuffer } | { rows: GPUBuffer },
  logits: GPUBuffer,
  readings: GPUBuffer,
): Promise<void> {
  const ofTargets = 'targets' in tokens;
  const { vocabularySize } = model.config;
  // Every adapter allows workgroups of 256 threads; a small vocabulary does not need them.
  const threads = Math.min(256, Math.max(16, 2 ** Math.ceil(Math.log2(vocabularySize / 4))));
  const constants = {
    OF_TARGETS: ofTargets ? 1 : 0,
    V: vocabularySize,
    V_PADDED: model.layout.vocabulary,
    K: ALTERNATIVES,
    K_LAST: ALTERNATIVES - 1,
    THREADS: threads,
  };
  return plan.add(
    { label: 'alternatives', source: common + OFFSETS + alternativesSource, constants, entryPoint: 'read_tokens' },
    [dims, ofTargets ? tokens.targets : tokens.rows, logits, readings],
    ({ rows, targets }) => linearGrid(ofTargets ? targets : rows, 1),
  );
}

/** @param bytes READING_WORDS words per reading */
export function parseReadings(bytes: ArrayBuffer): TokenReading[] {
  return Array.from({ length: Math.floor(bytes.byteLength / 4 / READING_WORDS) }, (_, i): TokenReading => {
    const words = new Uint32Array(bytes, i * READING_WORDS * 4, READING_WORDS);
    const best = AlternativeRecord.over(words.subarray(ReadingRecord.words));
    const alternatives = Array.from({ length: ALTERNATIVES }, (_, k): Alternative => best.get(k));
    return {
      ...ReadingRecord.over(words).get(0),
      alternatives: alternatives.filter(({ token }) => token !== NONE),
    };
  });
}
