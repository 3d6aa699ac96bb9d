// LayerNorm (Ba et al., arXiv 1607.06450), as in GPT-2: y = xhat * g + b, xhat = (x - m) * s, m = mean(x), s = 1 /
// sqrt(var(x) + EPSILON).
//
//   forward:   y[i, :] for row n_i; (m_i, s_i) are kept
//   backward:  dx[n_i] += s (g dy - mean(g dy) - xhat mean(g dy xhat));   dg += sum_i dy xhat;   db += sum_i dy
//   (bias.wgsl)
//
// n_i, the gain's gradient and the sizes: norm-rows.wgsl, which comes before. Elements of the padding stay 0.

// v of vector d, with the padding set to 0.
fn inside(v: vec4f, d: u32) -> vec4f {
  return select(vec4f(0.0), v, vec4u(d * 4u, d * 4u + 1u, d * 4u + 2u, d * 4u + 3u) < vec4u(HIDDEN));
}

//: if FORWARD
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> gain: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> scale: array<vec2f>; // (m, s)

@compute @workgroup_size(LINEAR_WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= count()) { return; }
  let source = source_of(i);
  var sum = 0.0;
  for (var d = 0u; d < D4; d++) { sum += dot(x[source + d], vec4f(1.0)); }
  let mean = sum / f32(HIDDEN);
  var squares = 0.0;
  for (var d = 0u; d < D4; d++) { let v = inside(x[source + d] - mean, d); squares += dot(v, v); }
  let s = 1.0 / sqrt(squares / f32(HIDDEN) + EPSILON);
  // Gain and bias are 0 in the padding, so y is 0 there.
  for (var d = 0u; d < D4; d++) { y[i * D4 + d] = (x[source + d] - mean) * s * gain[d] + bias[d]; }
  scale[i] = vec2f(mean, s);
}
//: end

//: if BACKWARD
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> gain: array<vec4f>;
@group(0) @binding(3) var<storage, read> scale: array<vec2f>;
@group(0) @binding(4) var<storage, read> dy: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= count()) { return; }
  let at = source_of(i);
  let m = scale[i].x;
  let s = scale[i].y;
  var mean = 0.0;  // mean(g dy)
  var along = 0.0; // mean(g dy xhat)
  for (var d = 0u; d < D4; d++) {
    let g = gain[d] * dy[i * D4 + d];
    mean += dot(g, vec4f(1.0));
    along += dot(g, x[at + d] - m);
  }
  mean /= f32(HIDDEN);
  along *= s / f32(HIDDEN);
  for (var d = 0u; d < D4; d++) {
    let change = s * (gain[d] * dy[i * D4 + d] - mean - (x[at + d] - m) * (s * along));
    dx[at + d] += inside(change, d);
  }
}
//: end

//: if GAIN
@group(0) @binding(2) var<storage, read> scale: array<vec2f>;

// dy xhat of row n.
fn gain_term(dy: vec4f, x: vec4f, n: u32) -> vec4f {
  return dy * (x - scale[n].x) * scale[n].y;
}
//: end
