// What the kernels of the objective hand to one another; before policy-context.wgsl, policy.wgsl, statistics.wgsl and
// gradient-split.wgsl.

struct Objective {
  kl_coefficient: f32, kl_estimator: u32, // 1, 2, 3
  entropy_coefficient: f32,
  tis_cap: f32, // truncated importance sampling: cap of pi_old / pi_sampler; 0: off
}

// What policy-context.wgsl found for a target; words 4 to 7 as there.
struct Context {
  sequence_log_ratio: f32, sequence_log_ratio_sum: f32, pessimistic_log_ratio: f32, sequence_log_correction: f32,
  length: f32, selected: f32, low: f32, high: f32,
}

// What policy.wgsl says of a response token; statistics, the gradient's split and the page read it.
struct TokenRecord {
  ratio: f32, log_ratio: f32, weight: f32, zone: u32,
  value: f32, factor: f32, advantage: f32, entropy: f32,
  logprob: f32, old_logprob: f32, flags: u32, ppo_weight: f32,
  kl: f32, mismatch: f32, nll_weight: f32, positive: u32,
  push: f32, correction: f32, rule_ratio: f32, spare: f32,
}
