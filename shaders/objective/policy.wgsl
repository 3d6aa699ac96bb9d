// The policy objective, token by token: the ratio to the old policy, the strategy's surrogate and gradient weight, the
// other terms of the loss, and dL/dlogp, dL/dentropy for the head's backward pass.
//
//   log r = clamp(logp - logp_old, -20, 20)  (verl, core_algos.py)
//   loss  = sum_t f_t (-J_t - entropy_coefficient H_t + kl_coefficient KL_t) + nll_weight_t (-logp_t)
//   grad J_t = w_t A_t grad logp_t, so dL/dlogp = -f_t w_t A_t + f_t kl_coefficient dKL/dlogp - nll_weight_t
//   KL to the reference by Schulman's estimators: k1 = logp - ref, k2 = (logp - ref)^2 / 2, k3 = exp(ref - logp) - (ref
//   - logp) - 1
//
// The functions `strategy` and `band` come from shaders/strategies/, the struct `Parameters` from the strategy's entry
// there; both follow policy-token.wgsl, which declares a strategy's inputs and results.

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<uniform> objective: Objective;
@group(0) @binding(2) var<uniform> parameters: Parameters;
@group(0) @binding(3) var<storage, read> target_tokens: array<TargetToken>;
@group(0) @binding(4) var<storage, read> likelihoods: array<Likelihood>;
@group(0) @binding(5) var<storage, read> old: array<vec2f>;       // (log-prob, entropy) by index
@group(0) @binding(6) var<storage, read> reference: array<vec2f>;
@group(0) @binding(7) var<storage, read> sampled: array<f32>;     // the sampler's log-probs by index
@group(0) @binding(8) var<storage, read> contexts: array<Context>; // by target
@group(0) @binding(9) var<storage, read_write> records: array<TokenRecord>; // by index
@group(0) @binding(10) var<storage, read_write> d_logprobs: array<vec2f>;

// Zone by the strategy's band and the ratio that it clips: the token's own, or its response's.
fn zone_of(at: Band, advantage: f32) -> u32 {
  if (at.ratio > at.high) {
    if (advantage > 0.0) { return POSITIVE_HIGH; }
    if (advantage < 0.0) { return NEGATIVE_HIGH; }
  }
  if (at.ratio < at.low) {
    if (advantage > 0.0) { return POSITIVE_LOW; }
    if (advantage < 0.0) { return NEGATIVE_LOW; }
  }
  return INSIDE;
}

@compute @workgroup_size(LINEAR_WORKGROUP)
fn evaluate(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.targets) { return; }
  let t = target_tokens[i];
  let like = likelihoods[i];
  let before = old[t.index];
  _ = &parameters;
  var token: Token;
  token.log_ratio = clamp(like.logprob - before.x, -20.0, 20.0);
  token.ratio = exponential(token.log_ratio);
  token.advantage = t.advantage;
  token.logprob = like.logprob;
  token.old_logprob = before.x;
  token.entropy = like.entropy;
  token.old_entropy = before.y;
  //: if WITH_CONTEXT
  let context = contexts[i];
  token.sequence_log_ratio = context.sequence_log_ratio;
  token.sequence_log_ratio_sum = context.sequence_log_ratio_sum;
  token.sequence_ratio = exponential(context.sequence_log_ratio);
  token.pessimistic_log_ratio = context.pessimistic_log_ratio;
  token.sequence_log_correction = context.sequence_log_correction;
  token.length = context.length;
  token.drift = context.drift;
  token.future_log_ratio = context.future_log_ratio;
  token.selected = context.selected;
  token.low = context.low;
  token.high = context.high;
  //: end
  //: if not WITH_CONTEXT
  _ = &contexts;
  //: end
  //: if CUSTOM
  studio_loops_left = STUDIO_LOOPS;
  //: end
  var outcome = strategy(token);
  //: if CUSTOM
  if (studio_loops_left == 0u) { outcome.flags |= EXHAUSTED; }
  //: end
  var correction = 1.0;
  if (objective.tis_cap > 0.0) {
    var sampler_log_ratio = before.x - sampled[t.index];
    //: if SEQUENCE_CORRECTION
    sampler_log_ratio = contexts[i].sampler_log_ratio_sum;
    //: end
    correction = sampler_weight(sampler_log_ratio);
    //: if not OWN_CORRECTION
    outcome.value *= correction;
    outcome.weight *= correction;
    outcome.push *= correction;
    //: end
  }
  // A NaN value makes the gradient NaN, so that the whole update is skipped.
  if (!(is_finite(outcome.value) && is_finite(outcome.weight) && is_finite(outcome.push)) || (outcome.flags & EXHAUSTED) != 0u) {
    outcome.flags |= NOT_FINITE;
    var bits = 0x7fc00000u;
    outcome.weight = bitcast<f32>(bits);
  }

  var kl = 0.0;
  var kl_slope = 0.0;
  //: if WITH_REFERENCE
  let gap = like.logprob - reference[t.index].x;
  switch objective.kl_estimator {
    case 1u: { kl = gap; kl_slope = 1.0; }
    case 2u: { kl = 0.5 * gap * gap; kl_slope = gap; }
    default: {
      // verl clamps reference - logp to [-20, 20] and the estimate to at most 10; no gradient beyond (core_algos.py,
      // kl_penalty).
      let back = exponential(clamp(-gap, -20.0, 20.0));
      let estimate = back + clamp(gap, -20.0, 20.0) - 1.0;
      kl = min(estimate, 10.0);
      kl_slope = select(1.0 - back, 0.0, estimate > 10.0 || abs(gap) > 20.0);
    }
  }
  //: end
  //: if not WITH_REFERENCE
  _ = &reference;
  //: end
  d_logprobs[i] = vec2f(
    t.loss_weight * (objective.kl_coefficient * kl_slope - outcome.weight * t.advantage - outcome.push) - t.nll_weight,
    -t.loss_weight * objective.entropy_coefficient,
  );

  let at = band(token);
  let zone = zone_of(at, t.advantage);
  var record: TokenRecord;
  record.ratio = token.ratio;
  record.log_ratio = token.log_ratio;
  record.weight = outcome.weight;
  record.zone = zone;
  record.value = outcome.value;
  record.loss_weight = t.loss_weight;
  record.advantage = t.advantage;
  record.entropy = like.entropy;
  record.logprob = like.logprob;
  record.old_logprob = before.x;
  record.flags = outcome.flags;
  record.ppo_weight = select(token.ratio, 0.0, zone == POSITIVE_HIGH || zone == NEGATIVE_LOW);
  record.kl = kl;
  record.mismatch = abs(before.x - sampled[t.index]);
  record.nll_weight = t.nll_weight;
  record.positive = t.positive;
  record.push = outcome.push;
  record.correction = correction;
  record.strategy_ratio = at.ratio;
  records[t.index] = record;
}
