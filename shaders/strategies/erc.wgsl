// Entropy Ratio Clipping (arXiv 2512.05591; Kwai-Klear/ERC: compute_policy_loss_grpo_erc,
// compute_policy_loss_gppo_erc): a base strategy, `base_strategy`, whose gradient is dropped where the token's entropy
// has left a band around the old policy's; the value is unchanged.
fn strategy(token: Token) -> Outcome {
  var answer = base_strategy(token);
  let entropy_ratio = (token.entropy + 1e-8) / (token.old_entropy + 1e-8);
  if (!(entropy_ratio > parameters.entropy_low && entropy_ratio < parameters.entropy_high)) { answer.weight = 0.0; }
  return answer;
}
