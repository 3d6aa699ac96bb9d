// DGPO (arXiv 2603.14389; VenomRose-Juri/DGPO-RL core_algos.py, ratio_mode dgpo): beyond the bounds of PPO the weight
// is neither dropped nor kept at the bound but decays relative to the ratio.
//   A < 0, r < lo: w = r (r / lo)^n        A > 0, r > hi: w = r (hi / r)^(1 / m)        else w = r
// Both meet r at the bound. The authors' code applies no dual clip in this mode.
fn strategy(token: Token) -> Outcome {
  let bounds = band(token);
  let r = token.ratio;
  let l = token.log_ratio;
  let a = token.advantage;
  if (a > 0.0 && r > bounds.high) {
    let kept = exp(l + (log(bounds.high) - l) / parameters.m);
    return outcome(kept * a, kept, CLIPPED);
  }
  if (a < 0.0 && r < bounds.low) {
    let kept = exp(l + parameters.n * (l - log(bounds.low)));
    return outcome(kept * a, kept, CLIPPED);
  }
  return outcome(r * a, r, 0u);
}
