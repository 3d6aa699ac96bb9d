// DRO (direct reward optimization; verl: compute_policy_loss_dro): log-likelihood with a quadratic penalty of the
// token's log-ratio in place of a clip range. The log-ratio is not clamped.
//   J = A log pi - beta / 2 log(r)^2, so dJ/dlogp = A - beta log r: w = 1 and a push of -beta log r
fn strategy(token: Token) -> Outcome {
  let l = token.logprob - token.old_logprob;
  return Outcome(
    token.advantage * token.logprob - 0.5 * parameters.beta * l * l,
    1.0,
    0u,
    -parameters.beta * l,
  );
}
