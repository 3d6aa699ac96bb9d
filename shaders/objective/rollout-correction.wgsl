// The weight by which the rollout correction multiplies a token, from log(pi_old / pi_sampler) of the token or of its
// response (verl: compute_rollout_correction_weights). Log-ratios are clamped to [-20, 20] as there.
//   min(ratio, cap)                                 truncated importance sampling
//   ratio if floor <= ratio <= cap, else 0          with a floor: IcePop
fn sampler_weight(log_ratio: f32) -> f32 {
  let ratio = exponential(clamp(log_ratio, -20.0, 20.0));
  if (objective.tis_floor > 0.0) { return select(0.0, ratio, (ratio >= objective.tis_floor) && (ratio <= objective.tis_cap)); }
  return min(ratio, objective.tis_cap);
}
