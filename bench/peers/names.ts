/** The compared libraries, ours first, and whether they train; versions are those of package-lock.json. */
export const PEERS = {
  studio: { title: 'GPPO Studio', trains: true },
  tensorflow: { title: 'TensorFlow.js 4.22', trains: true },
  jax: { title: 'jax-js 0.1.25, jit', trains: true },
  nanogpt: { title: 'genai-fi/nanogpt 1.3', trains: true },
  onnxruntime: { title: 'ONNX Runtime Web 1.31', trains: false },
  transformers: { title: 'transformers.js 4.3', trains: false },
} as const;

export type PeerName = keyof typeof PEERS;

export const PEER_NAMES = Object.keys(PEERS) as PeerName[];

/** Ours and the named libraries, or all. */
export function chosenPeers(names: readonly string[] | undefined): PeerName[] {
  return PEER_NAMES.filter((name) => name === 'studio' || (names?.includes(name) ?? true));
}
