// `forward` of head.wgsl with one workgroup per target (row-reduction.wgsl), for large vocabularies: same formulas,
// sums over strided parts.

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> target_tokens: array<TargetToken>;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read_write> likelihoods: array<Likelihood>;

@compute @workgroup_size(ROW_LANES)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = group.y * groups.x + group.x;
  if (i >= dims.targets) { return; }
  let at = i * V_PADDED;
  let inverse = 1.0 / dims.temperature;
  var highest = -3.0e38;
  for (var v = lane; v < V; v += ROW_LANES) { highest = max(highest, logits[at + v] * inverse); }
  highest = max_lanes(highest, lane);
  var sum = 0.0;
  var weighted = 0.0;
  for (var v = lane; v < V; v += ROW_LANES) {
    let z = logits[at + v] * inverse - highest;
    let p = exp(z);
    sum += p;
    weighted += p * z;
  }
  sum = sum_lanes(sum, lane);
  weighted = sum_lanes(weighted, lane);
  if (lane == 0u) {
    let log_sum = log(sum);
    let token = target_tokens[dims.target_offset + i].token;
    let z = logits[at + token] * inverse - highest;
    likelihoods[dims.target_offset + i] = Likelihood(z - log_sum, log_sum - weighted / sum, highest + log_sum, 0.0);
  }
}
