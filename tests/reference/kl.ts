/** Estimators of the KL divergence to a reference policy, as in verl's `kl_penalty_forward`. */

export type KlEstimator = 'k1' | 'k2' | 'k3';

/**
 * One token's estimate and its derivative with respect to log pi. With d = log pi - log pi_ref:
 *
 *     k1 = d        k2 = d^2 / 2        k3 = exp(-d) + d - 1
 *
 * The loss differentiates the estimator itself, as verl does (for k1 that is a gradient of mean zero). Only k3 is
 * clamped, as in verl: -d to [-20, 20], the estimate to at most 10, without gradient beyond.
 */
export function klEstimate(
  estimator: KlEstimator,
  logprob: number,
  reference: number,
): { value: number; derivative: number } {
  const d = logprob - reference;
  switch (estimator) {
    case 'k1':
      return { value: d, derivative: 1 };
    case 'k2':
      return { value: 0.5 * d * d, derivative: d };
    case 'k3': {
      const difference = Math.min(Math.max(-d, -20), 20);
      const value = Math.exp(difference) - difference - 1;
      const guarded = difference !== -d || value > 10;
      return { value: Math.min(value, 10), derivative: guarded ? 0 : 1 - Math.exp(difference) };
    }
  }
}
