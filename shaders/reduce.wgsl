// Adds partial sums to a gradient, in ascending order of the pieces, so that the result does not depend on timing.
//   gradient[i] += sum_p partials[p * SIZE + i]     i < SIZE
// SIZE counts vec4s. The number of pieces follows from the rows of the batch: pieces.wgsl, which comes before.

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> partials: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gradient: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn add_pieces(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= SIZE) { return; }
  var sum = gradient[i];
  let count = piece_count(select(dims.rows, dims.targets, FROM_TARGETS == 1u));
  for (var p = 0u; p < count; p++) { sum += partials[p * SIZE + i]; }
  gradient[i] = sum;
}
