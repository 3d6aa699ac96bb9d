// GPPO (Klear-Reasoner, arXiv 2508.07629, eq. 8) and CE-GPPO (arXiv 2509.20712): PPO's band, but a clipped token keeps a bounded gradient.
//   J = min(r A, clip(r, beta1 lo / sg(r) r, beta2 hi / sg(r) r) A)
//   w = r; beta2 hi if A > 0 and r > hi; beta1 lo if A < 0 and r < lo; with dual clip 0 if A < 0 and r > c, as in the authors' code
// The value of a clipped token is beta2 hi A or beta1 lo A: PPO's for beta 1, with a jump at the bound for any other.
fn strategy(token: Token) -> Outcome {
  let r = token.ratio;
  let a = token.advantage;
  let lo = 1.0 - objective.eps_low;
  let hi = 1.0 + objective.eps_high;
  if (a > 0.0 && r > hi) { return Outcome(objective.beta2 * hi * a, objective.beta2 * hi, CLIPPED); }
  if (a < 0.0 && r < lo) {
    let kept = objective.beta1 * lo;
    // Dual clip bounds the value that is left, as in the authors' code: it bites here only for a beta1 beyond c / lo.
    if (objective.dual_clip > 0.0 && kept > objective.dual_clip) { return Outcome(objective.dual_clip * a, 0.0, CLIPPED); }
    return Outcome(kept * a, kept, CLIPPED);
  }
  if (a < 0.0 && objective.dual_clip > 0.0 && r > objective.dual_clip) { return Outcome(objective.dual_clip * a, 0.0, DUAL_CLIPPED); }
  return Outcome(r * a, r, 0u);
}
