// TOPR (tapered off-policy REINFORCE, arXiv 2503.14286): J = sg(w) A log pi.
//   w = 1 for A >= 0; for A < 0 the whole sequence's ratio, at most 1: an incorrect response that has become improbable
//   stops counting
fn strategy(token: Token) -> Outcome {
  let taper = exponential(min(token.sequence_log_ratio_sum, 0.0));
  let w = select(1.0, taper, token.advantage < 0.0);
  return outcome(w * token.advantage * token.logprob, w, 0u);
}
