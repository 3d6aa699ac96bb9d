// GPPO (Klear-Reasoner, arXiv 2508.07629, eq. 8) and CE-GPPO (arXiv 2509.20712): PPO's band, but a clipped token keeps
// a bounded gradient.
//   J = min(r A, clip(r, beta1 lo / sg(r) r, beta2 hi / sg(r) r) A)
//   w = r; beta2 hi if A > 0 and r > hi; beta1 lo if A < 0 and r < lo; with dual clip 0 if A < 0 and r > c, as in the
//   authors' code
// The value of a clipped token is beta2 hi A or beta1 lo A: PPO's for beta 1, with a jump at the bound for any other.
// only_high: the low side is PPO's.
fn strategy(token: Token) -> Outcome {
  let bounds = band(token);
  let r = token.ratio;
  let a = token.advantage;
  if (a > 0.0 && r > bounds.high) {
    let kept = parameters.beta2 * bounds.high;
    return outcome(kept * a, kept, CLIPPED);
  }
  if (a < 0.0 && r < bounds.low) {
    if (parameters.only_high > 0.0) { return outcome(bounds.low * a, 0.0, CLIPPED); }
    let kept = parameters.beta1 * bounds.low;
    // Dual clip bounds the remaining value, as in the authors' code; it only applies for beta1 above c / lo.
    if (parameters.dual_clip > 0.0 && kept > parameters.dual_clip) { return outcome(parameters.dual_clip * a, 0.0, CLIPPED | DUAL_CLIPPED); }
    return outcome(kept * a, kept, CLIPPED);
  }
  if (a < 0.0 && parameters.dual_clip > 0.0) {
    if (r > parameters.dual_clip) { return outcome(parameters.dual_clip * a, 0.0, DUAL_CLIPPED); }
    if (r == parameters.dual_clip) { return outcome(r * a, 0.5 * r, 0u); }
  }
  return outcome(r * a, r, 0u);
}
