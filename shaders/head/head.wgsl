// The head's softmax, fused: log-prob of the next token and entropy of the whole distribution from a chunk of logits,
// and the gradient of a loss through both, in place of the logits. Logits are divided by the temperature first.
//   z = logits / temperature;  lse = log sum exp z;  logp = z_y - lse;  entropy = lse - sum_v p_v z_v
//   backward, with g = dL/dlogp and e = dL/dentropy:
//     dL/dz_v = g (1[v=y] - p_v) - e p_v (log p_v + entropy)

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> target_tokens: array<TargetToken>;

//: if FORWARD
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read_write> likelihoods: array<Likelihood>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.targets) { return; }
  let at = i * V_PADDED;
  let inverse = 1.0 / dims.temperature;
  var highest = -3.0e38;
  for (var v = 0u; v < V; v++) { highest = max(highest, logits[at + v] * inverse); }
  var sum = 0.0;
  var weighted = 0.0;
  for (var v = 0u; v < V; v++) {
    let z = logits[at + v] * inverse - highest;
    let p = exp(z);
    sum += p;
    weighted += p * z;
  }
  let log_sum = log(sum);
  let token = target_tokens[dims.target_offset + i].token;
  let z = logits[at + token] * inverse - highest;
  likelihoods[dims.target_offset + i] = Likelihood(z - log_sum, log_sum - weighted / sum, highest + log_sum, 0.0);
}
//: end

//: if BACKWARD
@group(0) @binding(2) var<storage, read> likelihoods: array<Likelihood>;
@group(0) @binding(3) var<storage, read> d_logprobs: array<vec2f>; // (dL/dlogp, dL/dentropy) of each target
@group(0) @binding(4) var<storage, read_write> logits: array<f32>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = linear_index(group, groups, local);
  let i = at / V_PADDED;
  let v = at % V_PADDED;
  if (i >= dims.targets) { return; }
  if (v >= V) { logits[at] = 0.0; return; }
  let t = dims.target_offset + i;
  let inverse = 1.0 / dims.temperature;
  let like = likelihoods[t];
  let logp = logits[at] * inverse - like.lse;
  let p = exp(logp);
  let slope = d_logprobs[t];
  let hit = select(0.0, 1.0, v == target_tokens[t].token);
  logits[at] = (slope.x * (hit - p) - slope.y * p * (logp + like.entropy)) * inverse;
}
//: end

//: if KEEP
// Stores log-probs and entropies by index in the rollout: old policy, or reference.
@group(0) @binding(2) var<storage, read> likelihoods: array<Likelihood>;
@group(0) @binding(3) var<storage, read_write> kept: array<vec2f>; // (log-prob, entropy) by TargetToken.index

@compute @workgroup_size(LINEAR_WORKGROUP)
fn keep(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.targets) { return; }
  kept[target_tokens[i].index] = vec2f(likelihoods[i].logprob, likelihoods[i].entropy);
}
//: end
