// REINFORCE as in GPG (arXiv 2504.02546; verl: compute_policy_loss_gpg): J = A log pi, w = 1. The ratio is not used.
fn strategy(token: Token) -> Outcome {
  return outcome(token.logprob * token.advantage, 1.0, 0u);
}
