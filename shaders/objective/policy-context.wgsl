// Inputs of some strategies beyond the token: ratios of its whole response, a selection of tokens by covariance or second
// moment, bounds that balance the minibatch. One entry point per compilation; all write `contexts`, which policy.wgsl reads.
//
//   sequences: one thread per sequence   means of its log-ratios (verl: gspo, geo_mean), its drift from the sampler (TRL:
//              get_off_policy_mask), discounted sums of what follows a token (ms-swift: fipo)
//   means:     one workgroup             mean advantage and mean log-prob of the minibatch
//   keys:      one thread per target     sortable keys: covariance (kl-cov), log(r)^2 (m2po), or a draw among the
//              candidates (clip-cov)
//   choose:    one workgroup             the key of rank k, by radix selection, 8 bits per round
//   second_moment: one workgroup         the key above which tokens are dropped (AReaL: _get_m2po_loss_mask)
//   mark:      one thread per target     the k tokens of highest key; ties by position
//   balance:   one workgroup             bounds for which positive tokens carry their share (BAPO), to every target

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<uniform> objective: Objective;
@group(0) @binding(2) var<uniform> parameters: Parameters;
@group(0) @binding(3) var<storage, read> target_tokens: array<TargetToken>;

// Entry points reference bindings they do not read, so that all share one layout.
fn log_ratio_of(logprob: f32, old_logprob: f32) -> f32 {
  return clamp(logprob - old_logprob, -20.0, 20.0);
}

//: if SEQUENCES
@group(0) @binding(4) var<storage, read> likelihoods: array<Likelihood>;
@group(0) @binding(5) var<storage, read> old: array<vec2f>;
@group(0) @binding(6) var<storage, read> sampled: array<f32>;
@group(0) @binding(7) var<storage, read> first_targets: array<u32>; // [sequences + 1]
@group(0) @binding(8) var<storage, read_write> contexts: array<Context>;

// For strategies that apply the correction themselves. Masked tokens count with a smallest weight.
fn log_correction(log_ratio: f32) -> f32 {
  if (objective.tis_floor > 0.0) {
    //: if LOG_BAND
    let smallest = 1e-10; // verl's GMPO
    //: end
    //: if not LOG_BAND
    let smallest = 1e-8; // TRL's VESPO
    //: end
    return log(max(sampler_weight(log_ratio), smallest));
  }
  return min(clamp(log_ratio, -20.0, 20.0), log(objective.tis_cap));
}

@compute @workgroup_size(LINEAR_WORKGROUP)
fn sequences(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  _ = &parameters;
  let s = linear_index(group, groups, local);
  if (s >= dims.sequences) { return; }
  let first = first_targets[s];
  let end = first_targets[s + 1u];
  var sum = 0.0;
  var pessimistic = 0.0;
  var correction = 0.0;
  var drift = 0.0;
  var sampler_sum = 0.0;
  for (var i = first; i < end; i++) {
    let t = target_tokens[i];
    let l = log_ratio_of(likelihoods[i].logprob, old[t.index].x);
    sum += l;
    drift += sampled[t.index] - likelihoods[i].logprob;
    //: if LOG_BAND
    let clamped = clamp(l, -parameters.eps_low, parameters.eps_high);
    pessimistic += select(select(0.0, max(l, clamped), t.advantage < 0.0), min(l, clamped), t.advantage > 0.0);
    //: end
    let sampler_log_ratio = old[t.index].x - sampled[t.index];
    sampler_sum += sampler_log_ratio;
    if (objective.tis_cap > 0.0) { correction += log_correction(sampler_log_ratio); }
  }
  let length = f32(end - first);
  if (objective.tis_cap > 0.0 && objective.tis_sequence == 1u) { correction = length * log_correction(sampler_sum); }
  let inverse = 1.0 / max(length, 1.0);
  var future = 0.0;
  // Backwards, because the discounted sum of a token includes that of the next.
  for (var left = end; left > first; left--) {
    let i = left - 1u;
    var context: Context;
    //: if FUTURE
    // ms-swift: a token with a ratio above the dual clip takes no part.
    let own = log_ratio_of(likelihoods[i].logprob, old[target_tokens[i].index].x);
    let counts = !(parameters.dual_clip > 0.0 && exp(own) > parameters.dual_clip);
    future = select(0.0, own, counts) + future * exp2(-1.0 / parameters.half_life);
    //: end
    context.future_log_ratio = future;
    context.drift = drift * inverse;
    context.sequence_log_ratio = sum * inverse;
    context.sequence_log_ratio_sum = sum;
    context.pessimistic_log_ratio = pessimistic * inverse;
    context.sequence_log_correction = correction * inverse;
    context.sampler_log_ratio_sum = sampler_sum;
    context.length = length;
    contexts[i] = context;
  }
}
//: end

//: if MEANS
@group(0) @binding(4) var<storage, read> likelihoods: array<Likelihood>;
@group(0) @binding(5) var<storage, read_write> whole: Minibatch;

var<workgroup> sums: array<vec2f, 256>;

@compute @workgroup_size(256)
fn means(@builtin(local_invocation_index) local: u32) {
  _ = &objective;
  _ = &parameters;
  var sum = vec2f(0.0);
  for (var i = local; i < dims.targets; i += 256u) { sum += vec2f(target_tokens[i].advantage, likelihoods[i].logprob); }
  sums[local] = sum;
  workgroupBarrier();
  if (local == 0u) {
    var total = vec2f(0.0);
    for (var t = 0u; t < 256u; t++) { total += sums[t]; }
    whole.mean_advantage = total.x / f32(dims.targets);
    whole.mean_logprob = total.y / f32(dims.targets);
  }
}
//: end

//: if KEYS
@group(0) @binding(4) var<storage, read> likelihoods: array<Likelihood>;
@group(0) @binding(5) var<storage, read> old: array<vec2f>;
@group(0) @binding(6) var<storage, read> whole: Minibatch;
@group(0) @binding(7) var<storage, read_write> keys: array<u32>;

// Floats in the order of unsigned integers.
fn sortable(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

// A well-mixing 32-bit bijection (C. Wellons, "Prospecting for Hash Functions", lowbias32): draws without ties.
fn mixed(x: u32) -> u32 {
  var h = x;
  h = (h ^ (h >> 16u)) * 0x7feb352du;
  h = (h ^ (h >> 15u)) * 0x846ca68bu;
  return h ^ (h >> 16u);
}

@compute @workgroup_size(LINEAR_WORKGROUP)
fn find_keys(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  _ = &objective;
  _ = &parameters;
  _ = &old;
  let i = linear_index(group, groups, local);
  if (i >= dims.targets) { return; }
  let t = target_tokens[i];
  let logprob = likelihoods[i].logprob;
  //: if MOMENT_KEYS
  // Squares are not negative, so their bits are in order.
  let l = log_ratio_of(logprob, old[t.index].x);
  keys[i] = bitcast<u32>(l * l);
  _ = &whole;
  //: end
  //: if not MOMENT_KEYS
  let covariance = (t.advantage - whole.mean_advantage) * (logprob - whole.mean_logprob);
  //: if CLIP_COV
  let r = exp(log_ratio_of(logprob, old[t.index].x));
  let clipped = (t.advantage > 0.0 && r > 1.0 + parameters.eps_high) || (t.advantage < 0.0 && r < 1.0 - parameters.eps_low);
  let candidate = !clipped && covariance > parameters.covariance_low && covariance < parameters.covariance_high;
  // Key 0 is never chosen; a candidate whose draw is 0 shares key 1.
  keys[i] = select(0u, max(mixed(mixed(i) ^ dims.seed), 1u), candidate);
  //: end
  //: if not CLIP_COV
  keys[i] = max(sortable(covariance), 1u);
  //: end
  //: end
}
//: end

//: if CHOOSE
@group(0) @binding(4) var<storage, read> keys: array<u32>;
@group(0) @binding(5) var<storage, read_write> whole: Minibatch;

var<workgroup> counts: array<atomic<u32>, 256>;
var<workgroup> prefix: u32;
var<workgroup> wanted: u32;

@compute @workgroup_size(256)
fn choose(@builtin(local_invocation_index) local: u32) {
  _ = &objective;
  _ = &target_tokens;
  if (local == 0u) {
    prefix = 0u;
    // verl: max(int(fraction * tokens), 1); the small addition undoes the rounding of a fraction such as 2e-4 to f32.
    wanted = min(max(u32(parameters.fraction * f32(dims.targets) + 1e-4), 1u), dims.targets);
  }
  for (var round = 0u; round < 4u; round++) {
    let shift = 24u - 8u * round;
    atomicStore(&counts[local], 0u);
    workgroupBarrier();
    let known = select(0u, prefix >> (shift + 8u), round > 0u);
    for (var i = local; i < dims.targets; i += 256u) {
      let key = keys[i];
      if (round == 0u || (key >> (shift + 8u)) == known) { atomicAdd(&counts[(key >> shift) & 255u], 1u); }
    }
    workgroupBarrier();
    if (local == 0u) {
      var digit = 255u;
      var left = wanted;
      loop {
        let here = atomicLoad(&counts[digit]);
        if (here >= left || digit == 0u) { break; }
        left -= here;
        digit -= 1u;
      }
      prefix |= digit << shift;
      wanted = left;
    }
    workgroupBarrier();
  }
  if (local == 0u) {
    whole.threshold = prefix;
    whole.equal = wanted; // how many tokens of exactly that key are chosen
  }
}
//: end

//: if SECOND_MOMENT
@group(0) @binding(4) var<storage, read> keys: array<u32>;
@group(0) @binding(5) var<storage, read_write> whole: Minibatch;

var<workgroup> kept: array<vec2f, 256>; // by thread: sum of log(r)^2 and number of the tokens up to a key
var<workgroup> nearest: atomic<u32>;
var<workgroup> equal: atomic<u32>;
var<workgroup> bound: u32;

fn total_kept() -> vec2f {
  var total = vec2f(0.0);
  for (var t = 0u; t < 256u; t++) { total += kept[t]; }
  return total;
}

fn sum_up_to(key: u32, local: u32) -> vec2f {
  var sum = vec2f(0.0);
  for (var i = local; i < dims.targets; i += 256u) {
    if (keys[i] <= key) { sum += vec2f(bitcast<f32>(keys[i]), 1.0); }
  }
  return sum;
}

// The largest key up to which the mean is below the threshold, bit by bit: the mean of the smallest values grows with
// their number. Of the next key as many tokens are kept as the threshold allows; one token at least.
@compute @workgroup_size(256)
fn second_moment(@builtin(local_invocation_index) local: u32) {
  _ = &objective;
  _ = &target_tokens;
  if (local == 0u) {
    bound = 0u;
    atomicStore(&nearest, 0xffffffffu);
    atomicStore(&equal, 0u);
  }
  workgroupBarrier();
  for (var round = 0u; round < 31u; round++) {
    let candidate = bound | (1u << (30u - round));
    kept[local] = sum_up_to(candidate, local);
    workgroupBarrier();
    if (local == 0u) {
      let total = total_kept();
      if (total.x < parameters.threshold * total.y || total.y == 0.0) { bound = candidate; }
    }
    workgroupBarrier();
  }
  kept[local] = sum_up_to(bound, local);
  for (var i = local; i < dims.targets; i += 256u) { if (keys[i] > bound) { atomicMin(&nearest, keys[i]); } }
  workgroupBarrier();
  let next = atomicLoad(&nearest);
  for (var i = local; i < dims.targets; i += 256u) { if (keys[i] == next) { atomicAdd(&equal, 1u); } }
  workgroupBarrier();
  if (local == 0u) {
    let total = total_kept();
    let value = bitcast<f32>(select(next, 0u, next == 0xffffffffu));
    let ties = atomicLoad(&equal);
    var more = 0u;
    while (more < ties && total.x + f32(more + 1u) * value < parameters.threshold * (total.y + f32(more + 1u))) { more += 1u; }
    if (total.y == 0.0 && more == 0u) { more = min(ties, 1u); }
    whole.threshold = next;
    whole.equal = ties - more;
  }
}
//: end

//: if MARK
@group(0) @binding(4) var<storage, read> keys: array<u32>;
@group(0) @binding(5) var<storage, read> whole: Minibatch;
@group(0) @binding(6) var<storage, read_write> contexts: array<Context>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn mark(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  _ = &objective;
  _ = &parameters;
  _ = &target_tokens;
  let i = linear_index(group, groups, local);
  if (i >= dims.targets) { return; }
  let key = keys[i];
  var chosen = key > whole.threshold;
  if (key == whole.threshold && key > 0u) {
    var before = 0u;
    for (var j = 0u; j < i && before < whole.equal; j++) { before += select(0u, 1u, keys[j] == key); }
    chosen = before < whole.equal;
  }
  var context = contexts[i]; // with the response's part, where the sequences were computed before
  context.selected = select(0.0, 1.0, chosen);
  contexts[i] = context;
}
//: end

//: if BALANCE
@group(0) @binding(4) var<storage, read> likelihoods: array<Likelihood>;
@group(0) @binding(5) var<storage, read> old: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> contexts: array<Context>;

const STEPS = 16u; // maximum number of bounds tried on either side
const BALANCERS = 64u;
var<workgroup> positive: array<array<f32, 16>, 64>; // by thread: sum of min(r, high) A, A >= 0, for the n-th high bound
var<workgroup> negative: array<array<f32, 16>, 64>; // sum of max(r, low) |A| over A < 0 for the n-th lower bound
var<workgroup> found: vec2f;

fn low_bound(n: u32) -> f32 { return min(parameters.low_start + f32(n) * parameters.low_step, max(parameters.low_max, parameters.low_start)); }
fn high_bound(n: u32) -> f32 { return min(parameters.high_start + f32(n) * parameters.high_step, max(parameters.high_max, parameters.high_start)); }

fn total_positive(n: u32) -> f32 {
  var sum = 0.0;
  for (var t = 0u; t < BALANCERS; t++) { sum += positive[t][n]; }
  return sum;
}
fn total_negative(n: u32) -> f32 {
  var sum = 0.0;
  for (var t = 0u; t < BALANCERS; t++) { sum += negative[t][n]; }
  return sum;
}
fn balanced(high: u32, low: u32) -> bool {
  let against = total_negative(low);
  return against <= 0.0 || total_positive(high) / (against + 1e-8) >= parameters.target_ratio;
}

@compute @workgroup_size(64)
fn balance(@builtin(local_invocation_index) local: u32) {
  _ = &objective;
  var sums: array<f32, 16>;
  var against: array<f32, 16>;
  for (var i = local; i < dims.targets; i += BALANCERS) {
    let t = target_tokens[i];
    let r = exp(log_ratio_of(likelihoods[i].logprob, old[t.index].x));
    for (var n = 0u; n < STEPS; n++) {
      if (t.advantage >= 0.0) { sums[n] += min(r, high_bound(n)) * t.advantage; }
      else { against[n] -= max(r, low_bound(n)) * t.advantage; }
    }
  }
  positive[local] = sums;
  negative[local] = against;
  workgroupBarrier();
  if (local == 0u) {
    var low = 0u;
    var high = 0u;
    while (!balanced(high, low) && low + 1u < STEPS && low_bound(low) < parameters.low_max) { low += 1u; }
    while (!balanced(high, low) && high + 1u < STEPS && high_bound(high) < parameters.high_max) { high += 1u; }
    found = vec2f(low_bound(low), high_bound(high));
  }
  workgroupBarrier();
  for (var i = local; i < dims.targets; i += BALANCERS) {
    var context = contexts[i];
    context.low = found.x;
    context.high = found.y;
    contexts[i] = context;
  }
}
//: end
