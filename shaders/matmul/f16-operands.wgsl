// Rounds a matrix at binding 2 (weights.wgsl) to f16, for f16 matmul (operands.wgsl).
//   scaled:  H[r, :] = f16(S[r] X[r, :]),  row_scale[PLACE + r] = 1 / S[r]   S[r] the power of two that brings the
//   row's largest into [2^14, 2^15)
//   plain:   H = f16(W)
// Scaling keeps tiny gradients from underflowing and large activations from overflowing in f16; S and 1 / S are exact.
// Constants: SCALED / PLAIN, one of them 1; WIDTH4 (vec4s of a row), PLACE; for PLAIN COUNT4 (vec4s in all).
enable f16;

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read_write> halves: array<vec4h>;

//: if SCALED
@group(0) @binding(3) var<storage, read_write> row_scale: array<f32>;

var<workgroup> largest: array<f32, 64>;

@compute @workgroup_size(64)
fn scaled(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= dims.rows) { return; }
  var most = 0.0;
  for (var i = lane; i < WIDTH4; i += 64u) {
    let x = abs(weight(row * WIDTH4 + i));
    most = max(most, max(max(x.x, x.y), max(x.z, x.w)));
  }
  largest[lane] = most;
  workgroupBarrier();
  for (var reach = 32u; reach > 0u; reach /= 2u) {
    if (lane < reach) { largest[lane] = max(largest[lane], largest[lane + reach]); }
    workgroupBarrier();
  }
  // Exponent fields: e of the largest, 268 - e of S, at most 2^100 of it. Zeros, infinities and NaN are unchanged.
  let e = bitcast<u32>(largest[0]) >> 23u;
  let field = select(min(268u - e, 227u), 127u, e == 0u || e >= 255u);
  let scale = bitcast<f32>(field << 23u);
  if (lane == 0u) { row_scale[PLACE + row] = bitcast<f32>((254u - field) << 23u); }
  for (var i = lane; i < WIDTH4; i += 64u) { halves[row * WIDTH4 + i] = vec4h(weight(row * WIDTH4 + i) * scale); }
}
//: end

//: if PLAIN
@compute @workgroup_size(LINEAR_WORKGROUP)
fn plain(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (dims.rows > 0u && i < COUNT4) { halves[i] = vec4h(weight(i)); }
}
//: end
