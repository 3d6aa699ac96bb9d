// MASPO (arXiv 2602.17550; FlyTune/MASPO-RL core_algos.py, ratio_mode maspo): a Gaussian gate in place of the clip, on
// the side to which the advantage pushes (A > 0 and r > 1, A < 0 and r < 1); the other side keeps r.
//   w = r exp(-(r - 1)^2 / (2 sigma^2)), the gate under a stop-gradient
//   sigma = clamp(sigma_base / q^alpha, sigma_base, sigma_max) clamp(k, a_low, a_high), wider for rare tokens;
//   k = 1 + beta_pos A for A > 0, 1 / (1 - beta_neg A) for A < 0
fn strategy(token: Token) -> Outcome {
  let r = token.ratio;
  let a = token.advantage;
  var w = r;
  if ((a > 0.0 && r > 1.0) || (a < 0.0 && r < 1.0)) {
    let width = min(parameters.sigma_base * exp(min(-parameters.alpha * token.old_logprob, 60.0)), parameters.sigma_max);
    let trust = select(1.0 / (1.0 - parameters.beta_neg * a), 1.0 + parameters.beta_pos * a, a > 0.0);
    let sigma = width * clamp(trust, parameters.advantage_low, parameters.advantage_high);
    let off = (r - 1.0) / sigma;
    w = r * exp(-0.5 * off * off);
  }
  return outcome(w * a, w, 0u);
}
