// Token embedding.
//   forward:   x[n, :] = E[token_n, :]
//   backward:  dE[v, :] += sum over rows n with token_n = v of dx[n, :]
// The backward pass goes by distinct token: `groups_of_rows` lists, per distinct token, the slice of `sorted_rows` that holds its
// rows in rising order, so the sum is always made in the same order.

const D4 = D / 4u;

struct TokenGroup { token: u32, first: u32, last: u32, spare: u32 }

@group(0) @binding(0) var<uniform> dims: Dims;
//: if FORWARD
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> table: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> x: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * D4) { return; }
  x[i] = table[rows[i / D4].token * D4 + i % D4];
}
//: end
//: if BACKWARD
@group(0) @binding(1) var<storage, read> groups_of_rows: array<TokenGroup>;
@group(0) @binding(2) var<storage, read> sorted_rows: array<u32>;
@group(0) @binding(3) var<storage, read> dx: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> d_table: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.distinct * D4) { return; }
  let g = groups_of_rows[i / D4];
  let at = g.token * D4 + i % D4;
  var sum = d_table[at];
  for (var r = g.first; r < g.last; r++) { sum += dx[sorted_rows[r] * D4 + i % D4]; }
  d_table[at] = sum;
}
//: end
