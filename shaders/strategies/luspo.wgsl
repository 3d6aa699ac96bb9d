// LUSPO (arXiv 2602.05261; TRL: loss_type luspo): GSPO without the division by the length: the loss of a response,
// PPO's on s = exp(mean_t log r_t), is multiplied by its length, so that each of its tokens weighs s.
//   w = s; 0 if A > 0 and s > hi; 0 if A < 0 and s < lo
// With the aggregation seq-mean-token-sum the values of a response's tokens add up to length min(s A, clip(s) A).
fn strategy(token: Token) -> Outcome {
  let bounds = band(token);
  let s = bounds.ratio;
  let a = token.advantage;
  if (a > 0.0 && s > bounds.high) { return outcome(bounds.high * a, 0.0, CLIPPED); }
  if (a < 0.0 && s < bounds.low) { return outcome(bounds.low * a, 0.0, CLIPPED); }
  return outcome(s * a, s, 0u);
}

fn band(token: Token) -> Band {
  return Band(exponential(token.sequence_log_ratio), 1.0 - parameters.eps_low, 1.0 + parameters.eps_high);
}
