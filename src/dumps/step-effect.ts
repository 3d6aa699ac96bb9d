/** What the first strategy of a comparison does with each token of a step, in its order. */
export interface StepEffect {
  weight: Float32Array;
  zone: Uint8Array;
  ppoWeight: Float32Array;
}
