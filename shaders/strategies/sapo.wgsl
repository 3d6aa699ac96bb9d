// SAPO (arXiv 2511.20347; verl: compute_policy_loss_sapo; TRL: loss_type sapo): a sigmoid gate instead of a clip.
//   J = 4 / tau sigmoid(tau (r - 1)) A,  w = 4 g (1 - g) r with g the sigmoid; tau by the sign of A
fn strategy(token: Token) -> Outcome {
  let tau = select(parameters.tau_neg, parameters.tau_pos, token.advantage > 0.0);
  let g = 1.0 / (1.0 + exp(-tau * (token.ratio - 1.0)));
  return outcome(4.0 / tau * g * token.advantage, 4.0 * g * (1.0 - g) * token.ratio, 0u);
}
