// Kimi k1.5's policy mirror descent (arXiv 2501.12599, section 2.3.2): as dro.wgsl with the ratio of the whole response.
//   J = A log pi(y) - tau / 2 log(W)^2, so dJ/dlogp = A - tau log W for every token of the response
// The penalty of a response is shared out to its tokens by their log-ratios, which add up to log W.
fn strategy(token: Token) -> Outcome {
  let log_w = token.sequence_log_ratio_sum;
  return Outcome(
    token.advantage * token.logprob - 0.5 * parameters.tau * log_w * token.log_ratio,
    1.0,
    0u,
    -parameters.tau * log_w,
  );
}
