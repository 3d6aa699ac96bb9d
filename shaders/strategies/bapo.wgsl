// BAPO (arXiv 2510.18927; WooooDyy/BAPO recipe/bapo/policy_loss.py): PPO with bounds that move with the minibatch until
// its positive tokens carry `target_ratio` times the loss of its negative ones (found by balance in
// policy-context.wgsl): first the lower bound rises, then the upper. The surrogate is that of ppo.wgsl.
fn band(token: Token) -> Band {
  return Band(token.ratio, token.low, token.high);
}
