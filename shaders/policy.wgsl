// The policy objective, token by token: the ratio to the old policy, the strategy's surrogate and gradient weight, the other terms
// of the loss, and dL/dlogp, dL/dentropy for the head's backward pass.
//
//   log r = clamp(logp - logp_old, -20, 20)  (verl, core_algos.py)
//   loss  = sum_t f_t (-J_t - entropy_coefficient H_t + kl_coefficient KL_t) + lm_factor_t (-logp_t)
//   grad J_t = w_t A_t grad logp_t, so dL/dlogp = -f_t w_t A_t + f_t kl_coefficient dKL/dlogp - lm_factor_t
//   KL to the reference by Schulman's estimators: k1 = logp - ref, k2 = (logp - ref)^2 / 2, k3 = exp(ref - logp) - (ref - logp) - 1
//
// The function `strategy` comes from shaders/strategies/.

// Everything a clip rule may look at.
struct Token {
  ratio: f32,
  log_ratio: f32,
  advantage: f32,
  logprob: f32,
  old_logprob: f32,
  entropy: f32,
  old_entropy: f32,
}

// What a clip rule answers.
struct Outcome {
  value: f32,   // the surrogate J
  weight: f32,  // w: grad J = w A grad logp
  clipped: u32, // CLIPPED: counts in verl's pg_clipfrac; DUAL_CLIPPED: in pg_clipfrac_lower
}
const CLIPPED = 1u;
const DUAL_CLIPPED = 2u;

struct Objective {
  eps_low: f32, eps_high: f32, beta1: f32, beta2: f32,
  dual_clip: f32,           // 0: off
  kl_coefficient: f32, kl_estimator: u32, // 1, 2, 3
  entropy_coefficient: f32,
}

struct Likelihood { logprob: f32, entropy: f32, lse: f32, spare: f32 }

struct TokenRecord {
  ratio: f32, log_ratio: f32, weight: f32, zone: u32,
  value: f32, factor: f32, advantage: f32, entropy: f32,
  logprob: f32, old_logprob: f32, clipped: u32, ppo_weight: f32,
  kl: f32, mismatch: f32, lm_factor: f32, positive: u32,
}

const INSIDE = 0u;
const POSITIVE_HIGH = 1u;
const NEGATIVE_LOW = 2u;
const POSITIVE_LOW = 3u;
const NEGATIVE_HIGH = 4u;

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<uniform> objective: Objective;
@group(0) @binding(2) var<storage, read> target_tokens: array<TargetToken>;
@group(0) @binding(3) var<storage, read> likelihoods: array<Likelihood>;
@group(0) @binding(4) var<storage, read> old: array<vec2f>;       // (log-prob, entropy) by index
@group(0) @binding(5) var<storage, read> reference: array<vec2f>;
@group(0) @binding(6) var<storage, read> sampled: array<f32>;     // the sampler's log-probs by index
@group(0) @binding(7) var<storage, read_write> records: array<TokenRecord>; // by index
@group(0) @binding(8) var<storage, read_write> slopes: array<vec2f>;

fn exponential(x: f32) -> f32 {
  return select(exp(x), 1.0, x == 0.0); // exactly 1 for the unchanged policy on every adapter
}

fn zone_of(r: f32, advantage: f32) -> u32 {
  if (r > 1.0 + objective.eps_high) {
    if (advantage > 0.0) { return POSITIVE_HIGH; }
    if (advantage < 0.0) { return NEGATIVE_HIGH; }
  }
  if (r < 1.0 - objective.eps_low) {
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
  //: if SUPERVISED
  let before = vec2f(like.logprob, like.entropy);
  _ = &old; // named, so that the binding stays in the layout
  _ = &sampled;
  //: end
  //: if not SUPERVISED
  let before = old[t.index];
  //: end
  var token: Token;
  token.log_ratio = clamp(like.logprob - before.x, -20.0, 20.0);
  token.ratio = exponential(token.log_ratio);
  token.advantage = t.advantage;
  token.logprob = like.logprob;
  token.old_logprob = before.x;
  token.entropy = like.entropy;
  token.old_entropy = before.y;
  let outcome = strategy(token);

  var kl = 0.0;
  var kl_slope = 0.0;
  //: if WITH_REFERENCE
  let gap = like.logprob - reference[t.index].x;
  switch objective.kl_estimator {
    case 1u: { kl = gap; kl_slope = 1.0; }
    case 2u: { kl = 0.5 * gap * gap; kl_slope = gap; }
    default: {
      // verl clamps reference - logp to [-20, 20] and the estimate to at most 10; no gradient beyond (core_algos.py, kl_penalty).
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
  slopes[i] = vec2f(
    t.factor * (objective.kl_coefficient * kl_slope - outcome.weight * t.advantage) - t.lm_factor,
    -t.factor * objective.entropy_coefficient,
  );

  let zone = zone_of(token.ratio, t.advantage);
  var record: TokenRecord;
  record.ratio = token.ratio;
  record.log_ratio = token.log_ratio;
  record.weight = outcome.weight;
  record.zone = zone;
  record.value = outcome.value;
  record.factor = t.factor;
  record.advantage = t.advantage;
  record.entropy = like.entropy;
  record.logprob = like.logprob;
  record.old_logprob = before.x;
  record.clipped = outcome.clipped;
  record.ppo_weight = select(token.ratio, 0.0, zone == POSITIVE_HIGH || zone == NEGATIVE_LOW);
  record.kl = kl;
  //: if SUPERVISED
  record.mismatch = 0.0;
  //: end
  //: if not SUPERVISED
  record.mismatch = abs(before.x - sampled[t.index]);
  //: end
  record.lm_factor = t.lm_factor;
  record.positive = t.positive;
  records[t.index] = record;
}
