/**
 * What a model thinks of tokens, one by one: log-prob, entropy, rank and the most probable alternatives, found on the
 * GPU beside the logits (alternatives.wgsl), so that some words a token are read back and never a row of a large
 * vocabulary.
 */
import common from '../../../shaders/common.wgsl?raw';
import alternativesSource from '../../../shaders/sampling/alternatives.wgsl?raw';
import { linearGrid, type Plan } from '../../gpu/kernel.ts';
import type { BatchShape } from '../ops/matmul.ts';
import type { Model } from '../model.ts';

/** Most probable tokens that a reading names. */
export const ALTERNATIVES = 8;
/** Words of one reading. */
export const READING_WORDS = 4 + 2 * ALTERNATIVES;
const NONE = 0xffffffff;

export interface Alternative {
  token: number;
  /** log p of it, nats. */
  logprob: number;
}

/** All of the distribution at temperature 1, whatever the token was drawn by. */
export interface TokenReading {
  token: number;
  /** log p(token | tokens before it), nats. */
  logprob: number;
  /** Of the distribution that the token came from, nats. */
  entropy: number;
  /** 1: the most probable of the vocabulary. */
  rank: number;
  /** The most probable first; fewer than ALTERNATIVES in a smaller vocabulary. */
  alternatives: Alternative[];
}

/**
 * Plans the readings of a batch's logits.
 *
 * @param tokens `TargetToken`s whose logits those of this chunk are, or the rows of a decoding batch behind its draw
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
  // A workgroup has 256 threads at least on every adapter; a small vocabulary has no use for them.
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
    { label: 'alternatives', source: common + alternativesSource, constants, entryPoint: 'read_tokens' },
    [dims, ofTargets ? tokens.targets : tokens.rows, logits, readings],
    ({ rows, targets }) => linearGrid(ofTargets ? targets : rows, 1),
  );
}

/** @param bytes READING_WORDS words a reading */
export function parseReadings(bytes: ArrayBuffer): TokenReading[] {
  const words = new Uint32Array(bytes);
  const floats = new Float32Array(bytes);
  return Array.from({ length: Math.floor(words.length / READING_WORDS) }, (_, i): TokenReading => {
    const at = i * READING_WORDS;
    const alternatives: Alternative[] = [];
    for (let k = 0; k < ALTERNATIVES; k++) {
      const token = words[at + 4 + 2 * k] ?? NONE;
      if (token !== NONE) alternatives.push({ token, logprob: floats[at + 5 + 2 * k] ?? NaN });
    }
    return {
      token: words[at + 3] ?? 0,
      logprob: floats[at] ?? NaN,
      entropy: floats[at + 1] ?? NaN,
      rank: words[at + 2] ?? 0,
      alternatives,
    };
  });
}
