// The bias of a linear layer, or of a norm.
//   forward:   y[n, :] += b
//   backward:  db += sum_n dy[n, :], in pieces (pieces.wgsl, which comes before)
// Rows are batch rows, or targets with OF_TARGETS. C is the padded width; the padding of b is 0.

const C4 = C / 4u;

@group(0) @binding(0) var<uniform> dims: Dims;

fn count() -> u32 {
  return select(dims.rows, dims.targets, OF_TARGETS == 1u);
}

//: if FORWARD
@group(0) @binding(1) var<storage, read> bias: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= count() * C4) { return; }
  y[i] += bias[i % C4];
}
//: end

//: if BACKWARD
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= piece_count(count()) * C4) { return; }
  let piece = rows_of_piece(i / C4, count());
  var sum = vec4f(0.0);
  for (var n = piece.x; n < piece.y; n++) { sum += dy[n * C4 + i % C4]; }
  partials[i] = sum;
}
//: end
