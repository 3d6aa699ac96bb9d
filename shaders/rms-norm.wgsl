// RMSNorm (Zhang & Sennrich, arXiv 1910.07467), as in Llama: y = x * s * g, s = 1 / sqrt(mean(x^2) + EPSILON).
// Gemma's differ in three ways: PLUS_ONE, g is 1 + weight; RESIDUAL, y = residual + ... (a norm that ends a branch); and with it ASSIGN,
// the branch's gradient is dx = ..., not dx += ...
//
//   forward:   y[i, :] for row n_i; s_i is kept
//   backward:  dx[n_i] += s (g dy - xhat mean(g dy xhat)), xhat = s x;   dg += sum_i dy xhat
//
// With OF_TARGETS, i runs over the targets and n_i is the target's row (the last norm feeds the head only where a next token
// counts); otherwise n_i = i. HIDDEN is the true size, D its padded stride. The gain's gradient is summed in pieces of
// PIECE_ROWS rows that reduce.wgsl adds up.

const D4 = D / 4u;

@group(0) @binding(0) var<uniform> dims: Dims;

fn count() -> u32 {
  return select(dims.rows, dims.targets, OF_TARGETS == 1u);
}

//: if FORWARD
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> gain: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> scale: array<f32>;
//: if OF_TARGETS
@group(0) @binding(5) var<storage, read> target_tokens: array<TargetToken>;
//: end
//: if RESIDUAL
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
//: end

fn factor(d: u32) -> vec4f {
  //: if PLUS_ONE
  return 1.0 + gain[d];
  //: end
  //: if not PLUS_ONE
  return gain[d];
  //: end
}

@compute @workgroup_size(LINEAR_WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= count()) { return; }
  //: if OF_TARGETS
  let source = target_tokens[i].row * D4;
  //: end
  //: if not OF_TARGETS
  let source = i * D4;
  //: end
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
@group(0) @binding(2) var<storage, read> gain: array<vec4f>;
@group(0) @binding(3) var<storage, read> scale: array<f32>;
@group(0) @binding(4) var<storage, read> dy: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;
//: if OF_TARGETS
@group(0) @binding(6) var<storage, read> target_tokens: array<TargetToken>;
//: end

fn factor(d: u32) -> vec4f {
  //: if PLUS_ONE
  return 1.0 + gain[d];
  //: end
  //: if not PLUS_ONE
  return gain[d];
  //: end
}

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= count()) { return; }
  //: if OF_TARGETS
  let at = target_tokens[i].row * D4;
  //: end
  //: if not OF_TARGETS
  let at = i * D4;
  //: end
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
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> scale: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> partials: array<vec4f>;
//: if OF_TARGETS
@group(0) @binding(5) var<storage, read> target_tokens: array<TargetToken>;
//: end

fn pieces() -> u32 {
  return clamp((count() + PIECE_ROWS - 1u) / PIECE_ROWS, 1u, MAX_PIECES);
}

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward_gain(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  let rows = count();
  let piece_count = pieces();
  if (i >= piece_count * D4) { return; }
  let d = i % D4;
  let piece = (rows + piece_count - 1u) / piece_count;
  let first = (i / D4) * piece;
  let last = min(first + piece, rows);
  var sum = vec4f(0.0);
  for (var n = first; n < last; n++) {
    //: if OF_TARGETS
    let source = target_tokens[n].row * D4;
    //: end
    //: if not OF_TARGETS
    let source = n * D4;
    //: end
    sum += dy[n * D4 + d] * x[source + d] * scale[n];
  }
  partials[i] = sum;
}
//: end
