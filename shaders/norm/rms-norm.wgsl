// RMSNorm (Zhang & Sennrich, arXiv 1910.07467), as in Llama: y = x * s * g, s = 1 / sqrt(mean(x^2) + EPSILON).
// Gemma's variants: PLUS_ONE, g is 1 + weight; RESIDUAL, y = residual + ... (a norm that ends a branch); and with it
// ASSIGN, the branch's gradient is dx = ..., not dx += ...
//
//   forward:   y[i, :] for row n_i; s_i is kept
//   backward:  dx[n_i] += s (g dy - xhat mean(g dy xhat)), xhat = s x;   dg += sum_i dy xhat
//
// n_i, the gain's gradient and the sizes: norm-rows.wgsl, which comes before.

//: if not GAIN
@group(0) @binding(2) var<storage, read> gain: array<vec4f>;

fn factor(d: u32) -> vec4f {
  //: if PLUS_ONE
  return 1.0 + gain[d];
  //: end
  //: if not PLUS_ONE
  return gain[d];
  //: end
}

//: end

//: if FORWARD
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> scale: array<f32>;
//: if RESIDUAL
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
//: end

@compute @workgroup_size(LINEAR_WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= count()) { return; }
  let source = source_of(i);
  var squares = 0.0;
  for (var d = 0u; d < D4; d++) { let v = x[source + d]; squares += dot(v, v); }
  let s = 1.0 / sqrt(squares / f32(HIDDEN) + EPSILON);
  //: if RESIDUAL
  for (var d = 0u; d < D4; d++) { y[i * D4 + d] = residual[i * D4 + d] + x[source + d] * s * factor(d); }
  //: end
  //: if not RESIDUAL
  for (var d = 0u; d < D4; d++) { y[i * D4 + d] = x[source + d] * s * factor(d); }
  //: end
  scale[i] = s;
}
//: end

//: if BACKWARD
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> scale: array<f32>;
@group(0) @binding(4) var<storage, read> dy: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= count()) { return; }
  let at = source_of(i);
  let s = scale[i];
  var mean = 0.0; // mean(g dy xhat)
  for (var d = 0u; d < D4; d++) { mean += dot(factor(d) * dy[i * D4 + d], x[at + d]); }
  mean = mean * s / f32(HIDDEN);
  for (var d = 0u; d < D4; d++) {
    let change = s * (factor(d) * dy[i * D4 + d] - x[at + d] * (s * mean));
    //: if ASSIGN
    dx[at + d] = change;
    //: end
    //: if not ASSIGN
    dx[at + d] += change;
    //: end
  }
}
//: end

//: if GAIN
@group(0) @binding(2) var<storage, read> scale: array<f32>;

// dy xhat of row n.
fn gain_term(dy: vec4f, x: vec4f, n: u32) -> vec4f {
  return dy * x * scale[n];
}
//: end
