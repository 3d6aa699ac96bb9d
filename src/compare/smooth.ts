/** Smoothing of series; apart from intervals.ts, whose distributions the Train page does not need. */

/**
 * Exponential moving average with bias correction, as in TensorBoard and Weights & Biases: the first value is not
 * averaged with a 0 before it. Values that are not finite stay as they are and are left out of the average.
 *
 * @param weight of the past, from 0 (no smoothing) to below 1
 */
export function smooth(values: readonly number[], weight: number): number[] {
  let [average, bias] = [0, 1];
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = weight * average + (1 - weight) * value;
    bias *= weight;
    return average / (1 - bias);
  });
}
