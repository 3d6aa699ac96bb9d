// Clip-Cov (arXiv 2505.22617; verl: compute_policy_loss_clip_cov): PPO, with a few tokens dropped, sampled among those
// whose covariance (A - mean A)(log pi - mean log pi) lies in a band; policy-context.wgsl samples them. verl's clip
// fraction counts only the sampled ones.
fn strategy(token: Token) -> Outcome {
  if (token.selected > 0.0) { return outcome(0.0, 0.0, CLIPPED); }
  let bounds = band(token);
  let r = token.ratio;
  let a = token.advantage;
  if (a > 0.0 && r > bounds.high) { return outcome(bounds.high * a, 0.0, 0u); }
  if (a < 0.0 && r < bounds.low) { return outcome(bounds.low * a, 0.0, 0u); }
  return outcome(r * a, r, 0u);
}
