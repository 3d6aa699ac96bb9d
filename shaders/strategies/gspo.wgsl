// GSPO (arXiv 2507.18071; verl: compute_policy_loss_gspo): PPO's surrogate on the sequence's ratio s = exp(mean_t log
// r_t), which every token of the response shares; sg(s) pi / sg(pi) carries the gradient to the token.
//   w = s; 0 if A > 0 and s > hi; 0 if A < 0 and s < lo. verl clamps log s at 10 from above, without a gradient beyond.
fn strategy(token: Token) -> Outcome {
  let bounds = band(token);
  let s = bounds.ratio;
  let a = token.advantage;
  if (a > 0.0 && s > bounds.high) { return outcome(bounds.high * a, 0.0, CLIPPED); }
  if (a < 0.0 && s < bounds.low) { return outcome(bounds.low * a, 0.0, CLIPPED); }
  return outcome(s * a, select(s, 0.0, token.sequence_log_ratio > 10.0), 0u);
}

fn band(token: Token) -> Band {
  return Band(exponential(min(token.sequence_log_ratio, 10.0)), 1.0 - parameters.eps_low, 1.0 + parameters.eps_high);
}
