// The head's epilogue of a product nt (matmul*.wgsl): processes logits instead of storing them. `finish` takes 16
// logits of a target, starting at a multiple of 16 columns.
//
//   LOGIT_PARTS: a part of the target's softmax: (highest, sum of exp, sum of exp * z, z of the next token or 0), z =
//   logit / temperature,
//                relative to the highest except the last; [targets, ceil(columns / 16)]. head-combine.wgsl combines
//                parts.
//   D_LOGITS:    the gradient of a loss through log-prob and entropy, by the formula of head.wgsl; stored in place of
//   the logits.
//
// All variants compute equal parts, so log-probs do not depend on the variant.
// Constants: V, CARRY (C holds the sums so far and parts are stored separately).

@group(0) @binding(5) var<storage, read> target_tokens: array<TargetToken>;

//: if LOGIT_PARTS
//: if CARRY
@group(0) @binding(6) var<storage, read_write> parts: array<vec4f>;
//: end

// z of 4 columns; those beyond the vocabulary have weight 0.
fn tempered(logits: vec4f, column: u32) -> vec4f {
  return select(vec4f(-3.0e38), logits * (1.0 / dims.temperature), vec4u(column) + vec4u(0u, 1u, 2u, 3u) < vec4u(V));
}

fn sum4(x: vec4f) -> f32 {
  return (x.x + x.y) + (x.z + x.w);
}

fn finish(row: u32, column4: u32, l0: vec4f, l1: vec4f, l2: vec4f, l3: vec4f) {
  if (column4 >= product.columns / 4u) { return; }
  let column = product.first_column + column4 * 4u;
  let token = target_tokens[dims.target_offset + row].token;
  var of_token = vec4f(0.0);
  //: for q in 0..4
  let z${q} = tempered(l${q}, column + ${q*4}u);
  of_token += select(vec4f(0.0), z${q}, vec4u(column + ${q*4}u) + vec4u(0u, 1u, 2u, 3u) == vec4u(token));
  //: end
  let highest4 = max(max(z0, z1), max(z2, z3));
  let highest = max(max(highest4.x, highest4.y), max(highest4.z, highest4.w));
  //: for q in 0..4
  let d${q} = z${q} - highest;
  let p${q} = exp(d${q});
  //: end
  let part = vec4f(highest, sum4((p0 + p1) + (p2 + p3)), sum4((p0 * d0 + p1 * d1) + (p2 * d2 + p3 * d3)), sum4(of_token));
  let at = row * ((product.columns + 15u) / 16u) + column4 / 4u;
  //: if CARRY
  parts[at] = part;
  //: end
  //: if not CARRY
  c[at] = part;
  //: end
}
//: end

//: if D_LOGITS
@group(0) @binding(6) var<storage, read> likelihoods: array<Likelihood>;
@group(0) @binding(7) var<storage, read> d_logprobs: array<vec2f>; // (dL/dlogp, dL/dentropy) of each target

fn finish(row: u32, column4: u32, l0: vec4f, l1: vec4f, l2: vec4f, l3: vec4f) {
  let t = dims.target_offset + row;
  let like = likelihoods[t];
  let slope = d_logprobs[t];
  let token = target_tokens[t].token;
  let inverse = 1.0 / dims.temperature;
  let at = row * product.c_stride + product.c_first + column4;
  //: for q in 0..4
  if (column4 + ${q}u < product.columns / 4u) {
    let columns = vec4u(product.first_column + (column4 + ${q}u) * 4u) + vec4u(0u, 1u, 2u, 3u);
    let logp = l${q} * inverse - like.lse;
    let p = exp(logp);
    let hit = select(vec4f(0.0), vec4f(1.0), columns == vec4u(token));
    let d = (slope.x * (hit - p) - slope.y * p * (logp + like.entropy)) * inverse;
    c[at + ${q}u] = select(vec4f(0.0), d, columns < vec4u(V));
  }
  //: end
}
//: end
