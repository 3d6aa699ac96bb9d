// DPPO-Binary-TV (arXiv 2602.04879; verl: compute_policy_loss_dppo_tv): the trust region is on the change of the
// token's probability p - q (the total variation between "this token" and "any other"), not on the ratio p / q.
//   J = sg(min(r, c)) A log pi, w = min(r, c); 0 if A > 0 and p - q > eps_high; 0 if A < 0 and p - q < -eps_low
// verl judges A = 0 by the lower bound. The value of a masked token is 0.
fn strategy(token: Token) -> Outcome {
  let bounds = band(token);
  let outside = select((bounds.ratio < bounds.low), (bounds.ratio > bounds.high), token.advantage > 0.0);
  if (outside) { return outcome(0.0, 0.0, CLIPPED); }
  let w = min(token.ratio, parameters.c);
  return outcome(w * token.advantage * token.logprob, w, select(0u, DUAL_CLIPPED, token.ratio > parameters.c));
}

// p - q <= eps is r <= 1 + eps / q. Probabilities come from log-probs that are not clamped, hence the ratio of its own;
// 60 keeps the exponentials finite.
fn band(token: Token) -> Band {
  let ratio = exponential(clamp(token.logprob - token.old_logprob, -60.0, 60.0));
  let inverse = exp(clamp(-token.old_logprob, 0.0, 60.0));
  return Band(ratio, 1.0 - parameters.eps_low * inverse, 1.0 + parameters.eps_high * inverse);
}
