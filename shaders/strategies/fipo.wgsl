// FIPO (arXiv 2603.19835; ms-swift: _compute_fipo_influence): PPO, `base_strategy`, times an influence of the token on
// what follows it, under a stop-gradient.
//   f = exp(sum_{k >= t} gamma^(k - t) log r_k), gamma = 2^(-1 / half_life)
//   clamped to [1, 1 + range] (high_only) or [1 - range, 1 + range]; to [0.8, 1] if A < 0 and r > safety
//   J = f J_PPO, w = f w_PPO
fn strategy(token: Token) -> Outcome {
  var influence = exponential(clamp(token.future_log_ratio, -20.0, 20.0));
  if (parameters.influence_range > 0.0) {
    let low = select(1.0 - parameters.influence_range, 1.0, parameters.high_only > 0.0);
    influence = clamp(influence, low, 1.0 + parameters.influence_range);
  }
  if (parameters.safety > 0.0 && token.advantage < 0.0 && token.ratio > parameters.safety) {
    influence = clamp(influence, 0.8, 1.0);
  }
  var answer = base_strategy(token);
  answer.value *= influence;
  answer.weight *= influence;
  return answer;
}
