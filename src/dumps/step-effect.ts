/** Weight and zone of every token of a step, in its order, by the first strategy. */
export interface StepEffect {
  weight: Float32Array;
  zone: Uint8Array;
  ppoWeight: Float32Array;
}
