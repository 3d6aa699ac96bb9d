// PPO (Schulman et al., arXiv 1707.06347): J = min(r A, clip(r, lo, hi) A); with dual clip (Ye et al., arXiv 1912.09729) J >= c A for
// A < 0. Also `clip-higher` (DAPO, arXiv 2503.14476), which only sets eps_high apart. verl: compute_policy_loss_vanilla.
//   w = r; 0 if A > 0 and r > hi; 0 if A < 0 and r < lo; with dual clip 0 if A < 0 and r > c
// At the bounds themselves clamp and max let the gradient through, hence the strict comparisons.
fn strategy(token: Token) -> Outcome {
  let r = token.ratio;
  let a = token.advantage;
  let lo = 1.0 - objective.eps_low;
  let hi = 1.0 + objective.eps_high;
  if (a > 0.0 && r > hi) { return Outcome(hi * a, 0.0, CLIPPED); }
  if (a < 0.0 && r < lo) { return Outcome(lo * a, 0.0, CLIPPED); }
  if (a < 0.0 && objective.dual_clip > 0.0 && r > objective.dual_clip) { return Outcome(objective.dual_clip * a, 0.0, DUAL_CLIPPED); }
  return Outcome(r * a, r, 0u);
}
