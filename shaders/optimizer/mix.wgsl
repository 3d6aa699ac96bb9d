// Weights moved towards others, element by element:  target <- KEPT target + ALPHA source,  KEPT = 1 - ALPHA
// Constants: COUNT: elements of a slice of the parameters.

@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> target_weights: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn mix_weights(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= COUNT / 4u) { return; }
  target_weights[i] = KEPT * target_weights[i] + ALPHA * source[i];
}
