// RMSNorm over each query and key head (Qwen3, Gemma 3), in place on qkv rows of [H | G | G] heads: y = x s g, s = 1 /
// sqrt(mean(x^2) + EPSILON), with one gain for all query heads and one for all key heads; the gain is 1 + weight with
// PLUS_ONE.
//
//   forward:   x is kept in `before`, [N, H + G heads]
//   gain:      dg += sum over rows and heads of dy xhat, in pieces (pieces.wgsl); before `backward`
//   backward:  dx = s (g dy - xhat mean(g dy xhat)), xhat = s x, in place on d_qkv
//
// E is the true head dimension; a head is E4 vec4s whose padding is 0, also in the gain (1 + 0 times x = 0).

const HEADS = H + G;

@group(0) @binding(0) var<uniform> dims: Dims;

fn inverse(squares: f32) -> f32 {
  return 1.0 / sqrt(squares / f32(E) + EPSILON);
}

//: if not GAIN
//: if FORWARD
@group(0) @binding(1) var<storage, read_write> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read> query_gain: array<vec4f>;
@group(0) @binding(3) var<storage, read> key_gain: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> before: array<vec4f>;
//: end
//: if BACKWARD
@group(0) @binding(1) var<storage, read_write> d_qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read> query_gain: array<vec4f>;
@group(0) @binding(3) var<storage, read> key_gain: array<vec4f>;
@group(0) @binding(4) var<storage, read> before: array<vec4f>;
//: end

fn gain_of(head: u32, d: u32) -> vec4f {
  var weight = vec4f(0.0);
  if (head < H) { weight = query_gain[d]; } else { weight = key_gain[d]; }
  //: if PLUS_ONE
  weight += 1.0;
  //: end
  return weight;
}
//: end

//: if FORWARD
@compute @workgroup_size(LINEAR_WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * HEADS) { return; }
  let head = i % HEADS;
  let at = (i / HEADS) * QKV4 + head * E4;
  var squares = 0.0;
  for (var d = 0u; d < E4; d++) {
    let x = qkv[at + d];
    squares += dot(x, x);
    before[i * E4 + d] = x;
  }
  let s = inverse(squares);
  for (var d = 0u; d < E4; d++) { qkv[at + d] = qkv[at + d] * s * gain_of(head, d); }
}
//: end

//: if BACKWARD
@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * HEADS) { return; }
  let head = i % HEADS;
  let at = (i / HEADS) * QKV4 + head * E4;
  var squares = 0.0;
  var along = 0.0; // sum of g dy x
  for (var d = 0u; d < E4; d++) {
    let x = before[i * E4 + d];
    squares += dot(x, x);
    along += dot(gain_of(head, d) * d_qkv[at + d], x);
  }
  let s = inverse(squares);
  let mean = along * s / f32(E);
  for (var d = 0u; d < E4; d++) { d_qkv[at + d] = s * (gain_of(head, d) * d_qkv[at + d] - before[i * E4 + d] * (s * mean)); }
}
//: end

// FIRST and LAST bound the heads that share the gain: 0..H for queries, H..H+G for keys.
//: if GAIN
@group(0) @binding(1) var<storage, read> d_qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read> before: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> partials: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward_gain(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= piece_count(dims.rows) * E4) { return; }
  let piece = rows_of_piece(i / E4, dims.rows);
  var sum = vec4f(0.0);
  for (var n = piece.x; n < piece.y; n++) {
    for (var head = FIRST; head < LAST; head++) {
      let x = (n * HEADS + head) * E4;
      var squares = 0.0;
      for (var d = 0u; d < E4; d++) { squares += dot(before[x + d], before[x + d]); }
      sum += d_qkv[n * QKV4 + head * E4 + i % E4] * before[x + i % E4] * inverse(squares);
    }
  }
  partials[i] = sum;
}
//: end
