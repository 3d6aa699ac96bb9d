// Token embedding; SCALED: times FACTOR (Gemma); POSITIONS: plus a learned position (GPT-2), whose gradient is in
// positions.wgsl.
//   forward:   x[n, :] = FACTOR E[token_n, :] + P[position_n, :]
//   backward:  dE[v, :] += FACTOR sum over rows n with token_n = v of dx[n, :]
// SLICED: the table is bound in slices of its rows, tokens FIRST_TOKEN to LAST_TOKEN, one dispatch per slice, which
// skips other tokens. The table may be 16 bit (weights.wgsl).
// The backward pass goes by distinct token: `groups_of_rows` lists, per distinct token, the slice of `sorted_rows` that
// holds its rows in ascending order, so the summation order is fixed.

const D4 = D / 4u;

@group(0) @binding(0) var<uniform> dims: Dims;
//: if FORWARD
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(3) var<storage, read_write> x: array<vec4f>;
//: if POSITIONS
@group(0) @binding(4) var<storage, read> positions: array<vec4f>;
//: end

@compute @workgroup_size(LINEAR_WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * D4) { return; }
  var token = rows[i / D4].token;
  //: if SLICED
  if (token < FIRST_TOKEN || token >= LAST_TOKEN) { return; }
  token -= FIRST_TOKEN;
  //: end
  var value = weight(token * D4 + i % D4);
  //: if SCALED
  value *= FACTOR;
  //: end
  //: if POSITIONS
  value += positions[rows[i / D4].position * D4 + i % D4];
  //: end
  x[i] = value;
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
  //: if SLICED
  if (g.token < FIRST_TOKEN || g.token >= LAST_TOKEN) { return; }
  let at = (g.token - FIRST_TOKEN) * D4 + i % D4;
  //: end
  //: if not SLICED
  let at = g.token * D4 + i % D4;
  //: end
  //: if not SCALED
  var sum = d_table[at];
  for (var r = g.first; r < g.last; r++) { sum += dx[sorted_rows[r] * D4 + i % D4]; }
  d_table[at] = sum;
  //: end
  //: if SCALED
  var sum = vec4f(0.0);
  for (var r = g.first; r < g.last; r++) { sum += dx[sorted_rows[r] * D4 + i % D4]; }
  d_table[at] += FACTOR * sum;
  //: end
}
//: end
