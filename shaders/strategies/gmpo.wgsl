// GMPO (arXiv 2507.20673; verl: compute_policy_loss_geo_mean): the geometric mean of clipped ratios.
//   rho = exp(mean_t m_t), m_t the log-ratio clamped to [-eps_low, eps_high] on the pessimistic side (A > 0: above, A <
//   0: below)
//   w = rho where m_t is not clamped, else 0. verl counts every log-ratio outside: with A > 0 in pg_clipfrac, with A <
//   0 in pg_clipfrac_lower.
// Truncated importance sampling multiplies by the geometric mean of the sequence's corrections.
fn strategy(token: Token) -> Outcome {
  let l = token.log_ratio;
  let a = token.advantage;
  let rho = exponential(token.pessimistic_log_ratio) * exponential(token.sequence_log_correction);
  let above = l > parameters.eps_high;
  let below = l < -parameters.eps_low;
  let clamped = (a > 0.0 && above) || (a < 0.0 && below);
  var flags = 0u;
  if (above || below) { flags = select(select(0u, DUAL_CLIPPED, a < 0.0), CLIPPED, a > 0.0); }
  return outcome(rho * a, select(rho, 0.0, clamped), flags);
}

fn band(token: Token) -> Band {
  return Band(token.ratio, exp(-parameters.eps_low), exp(parameters.eps_high));
}
