// Which rows a norm works on, and the gradient of its gain: the same for rms-norm.wgsl and layer-norm.wgsl, which
// follow this text.
//
// With OF_TARGETS, i runs over the targets and n_i is the target's row (the last norm feeds the head only where a next
// token counts); otherwise n_i = i. TARGETS is the binding of the targets. HIDDEN is the true size, D its padded
// stride. The gain's gradient is summed in pieces (pieces.wgsl, which comes before with GAIN); each norm defines
// `gain_term`.

const D4 = D / 4u;

@group(0) @binding(0) var<uniform> dims: Dims;
//: if OF_TARGETS
@group(0) @binding(${TARGETS}) var<storage, read> target_tokens: array<TargetToken>;
//: end

fn count() -> u32 {
  return select(dims.rows, dims.targets, OF_TARGETS == 1u);
}

// First vector of x in row n_i.
fn source_of(i: u32) -> u32 {
  //: if OF_TARGETS
  return target_tokens[i].row * D4;
  //: end
  //: if not OF_TARGETS
  return i * D4;
  //: end
}

//: if GAIN
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> partials: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward_gain(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  let rows = count();
  if (i >= piece_count(rows) * D4) { return; }
  let d = i % D4;
  let piece = rows_of_piece(i / D4, rows);
  var sum = vec4f(0.0);
  // dy is 0 in the padding, because it comes from a product with weights that are 0 there.
  for (var n = piece.x; n < piece.y; n++) { sum += gain_term(dy[n * D4 + d], x[source_of(n) + d], n); }
  partials[i] = sum;
}
//: end
