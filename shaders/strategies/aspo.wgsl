// ASPO (Archer2.0, arXiv 2510.06062): for tokens with A > 0 the ratio is inverted, so that tokens whose probability has
// grown least weigh most.
//   A > 0: w = min(1 / r, c) up to hi, 0 beyond;   A < 0: w = 0 below lo, r up to c, c beyond (a dual clip that keeps
//   its gradient)
fn strategy(token: Token) -> Outcome {
  let bounds = band(token);
  let r = token.ratio;
  let a = token.advantage;
  let c = parameters.c;
  if (a > 0.0) {
    // exp(-log r): never divide by a ratio.
    let turned = min(exponential(-token.log_ratio), c);
    if (r > bounds.high) { return outcome(min(1.0 / bounds.high, c) * a, 0.0, CLIPPED); }
    return outcome(turned * a, turned, 0u);
  }
  if (a < 0.0 && r < bounds.low) { return outcome(bounds.low * a, 0.0, CLIPPED); }
  let w = min(r, c);
  return outcome(w * a, w, select(0u, DUAL_CLIPPED, a < 0.0 && r > c));
}
