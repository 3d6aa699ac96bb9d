/** The libraries that are compared, ours first. */
export const PEERS = {
  studio: 'GPPO Studio',
  tensorflow: 'TensorFlow.js 4.22',
  jax: 'jax-js 0.1.25, jit',
  nanogpt: 'genai-fi/nanogpt 1.3',
} as const;

export type PeerName = keyof typeof PEERS;
