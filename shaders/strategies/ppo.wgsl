// PPO (Schulman et al., arXiv 1707.06347): J = min(r A, clip(r, lo, hi) A); with dual clip (Ye et al., arXiv
// 1912.09729) J >= c A for A < 0. Also `clip-higher` (DAPO, arXiv 2503.14476), which only separates eps_high. verl:
// compute_policy_loss_vanilla.
//   w = r; 0 if A > 0 and r > hi; 0 if A < 0 and r < lo; with dual clip 0 if A < 0 and r > c
// Exactly at the bounds clamp and max pass the whole gradient, hence the strict comparisons; at r = c the two sides of
// a minimum are equal and torch gives each half the gradient.
fn strategy(token: Token) -> Outcome {
  let bounds = band(token);
  let r = token.ratio;
  let a = token.advantage;
  if (a > 0.0 && r > bounds.high) { return outcome(bounds.high * a, 0.0, CLIPPED); }
  if (a < 0.0 && r < bounds.low) { return outcome(bounds.low * a, 0.0, CLIPPED); }
  if (a < 0.0 && parameters.dual_clip > 0.0) {
    if (r > parameters.dual_clip) { return outcome(parameters.dual_clip * a, 0.0, DUAL_CLIPPED); }
    if (r == parameters.dual_clip) { return outcome(r * a, 0.5 * r, 0u); }
  }
  return outcome(r * a, r, 0u);
}
