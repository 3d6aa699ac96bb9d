// KL-Cov (arXiv 2505.22617; verl: compute_policy_loss_kl_cov): no clipping; the tokens of highest covariance
// (policy-context.wgsl selects them) are penalized by |log r|, which pulls them back to the old policy.
//   J = r A - k |log r| for the selected, so dJ/dlogp = r A - k sign(log r)
fn strategy(token: Token) -> Outcome {
  var answer = outcome(token.ratio * token.advantage, token.ratio, 0u);
  if (token.selected > 0.0) {
    answer.value -= parameters.kl_penalty * abs(token.log_ratio);
    answer.push = -parameters.kl_penalty * sign(token.log_ratio);
  }
  return answer;
}
