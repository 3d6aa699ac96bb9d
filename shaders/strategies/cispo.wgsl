// CISPO (MiniMax-M1, arXiv 2506.13585): J = sg(w) A log pi with the ratio itself clamped, so that no token is dropped.
//   w = clamp(r, lo, hi)   verl: compute_policy_loss_cispo
//   w = min(r, cap)        with `cap`: TRL's form, no lower bound
// The clip fraction counts every bounded ratio, whatever the sign of A.
fn strategy(token: Token) -> Outcome {
  let bounds = band(token);
  let w = clamp(token.ratio, bounds.low, bounds.high);
  return outcome(w * token.advantage * token.logprob, w, select(0u, CLIPPED, w != token.ratio));
}

fn band(token: Token) -> Band {
  if (parameters.cap > 0.0) { return Band(token.ratio, 0.0, parameters.cap); }
  return Band(token.ratio, 1.0 - parameters.eps_low, 1.0 + parameters.eps_high);
}
