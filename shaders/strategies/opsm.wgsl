// OPSM, off-policy sequence masking (DeepSeek-V3.2, arXiv 2512.02556; TRL: get_off_policy_mask): PPO, `base_strategy`,
// without the responses of negative advantage that have drifted from the policy that sampled them.
//   w = 0 and J = 0 for a response with A < 0 and mean_t (log pi_sampler - log pi) > delta; else as ppo.wgsl
fn strategy(token: Token) -> Outcome {
  var answer = base_strategy(token);
  if (token.advantage < 0.0 && token.drift > parameters.delta) {
    answer.value = 0.0;
    answer.weight = 0.0;
  }
  return answer;
}
