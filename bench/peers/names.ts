/** The libraries that are compared, ours first. */
export const PEERS = {
  studio: 'GPPO Studio',
  tensorflow: 'TensorFlow.js WebGPU',
} as const;

export type PeerName = keyof typeof PEERS;
