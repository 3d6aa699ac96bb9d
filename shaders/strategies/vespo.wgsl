// VESPO (TRL: loss_type vespo, get_gamma_weights): J = sg(phi(W)) A log pi with W the ratio of the whole sequence.
//   phi = exp(lambda + k log W - lambda W), 1 at W = 1; k and lambda by the sign of A (A = 0 counts as positive)
// Truncated importance sampling is part of W: log W gains the sum of the log corrections.
fn strategy(token: Token) -> Outcome {
  let positive = token.advantage >= 0.0;
  let k = select(parameters.k_negative, parameters.k_positive, positive);
  let lambda = max(select(parameters.lambda_negative, parameters.lambda_positive, positive), 1e-4);
  // TRL's bounds: log 1e-8 and 20.
  let log_w = clamp(token.sequence_log_ratio_sum + token.sequence_log_correction * token.length, -18.420681, 20.0);
  let phi = exponential(lambda + k * log_w - lambda * exponential(log_w));
  return outcome(phi * token.advantage * token.logprob, phi, 0u);
}
