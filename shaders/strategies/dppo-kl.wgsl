// DPPO-Binary-KL (arXiv 2602.04879; verl: compute_policy_loss_dppo_kl): the trust region is on the KL divergence of
// "this token or any other" from the old policy to the new one.
//   KL = q (log q - log p) + (1 - q) log((1 - q) / (1 - p)), 1e-8 added to both complements as in verl
//   J = sg(min(r, c)) A log pi, w = min(r, c); 0 if A > 0, p > q and KL > eps_high; 0 if A < 0, p < q and KL > eps_low
// verl judges A = 0 as negative. The value of a masked token is 0.
fn strategy(token: Token) -> Outcome {
  let p = token.logprob;
  let q = token.old_logprob;
  let kl = binary_kl(q, p);
  let outside = select((kl > parameters.eps_low && p < q), (kl > parameters.eps_high && p > q), token.advantage > 0.0);
  if (outside) { return outcome(0.0, 0.0, CLIPPED); }
  let w = min(token.ratio, parameters.c);
  return outcome(w * token.advantage * token.logprob, w, select(0u, DUAL_CLIPPED, token.ratio > parameters.c));
}

// The arguments are log q and log p; p above 1 cannot occur in a model and counts as 1.
fn binary_kl(log_q: f32, log_p: f32) -> f32 {
  let q = exp(log_q);
  let at_most = min(log_p, 0.0);
  return q * (log_q - at_most) + (1.0 - q) * log(complement(q) / complement(exp(at_most)));
}

// 1 - x + 1e-8. A case of its own at 1, where a compiler that adds the constants first would leave 0.
fn complement(x: f32) -> f32 {
  return select(1.0 - x + 1e-8, 1e-8, x >= 1.0);
}

// The ratios at which the KL reaches its bounds, for zones and curves. It grows on both sides of log p = log q, so
// bisection finds them: above between log q and 0, below down to log q - 60.
fn band(token: Token) -> Band {
  let q = token.old_logprob;
  var above = vec2f(q, 0.0);
  var below = vec2f(q, q - 60.0);
  for (var n = 0; n < 26; n++) {
    let high = 0.5 * (above.x + above.y);
    if (binary_kl(q, high) > parameters.eps_high) { above.y = high; } else { above.x = high; }
    let low = 0.5 * (below.x + below.y);
    if (binary_kl(q, low) > parameters.eps_low) { below.y = low; } else { below.x = low; }
  }
  let ratio = exponential(clamp(token.logprob - q, -60.0, 60.0));
  return Band(ratio, exp(below.x - q), exp(above.x - q));
}
