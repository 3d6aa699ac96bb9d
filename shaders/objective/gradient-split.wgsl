// The parameter gradient split by the zone of its tokens.
//
//   presence: marks which parts have tokens
//   mask:     the d_logprobs of one part of the loss; backward then gives that part's gradient. Parts 0 to 4: policy
//   term of the zone's tokens; OTHER: KL, entropy and LM terms of all tokens; UNCLIPPED: policy term with w = r for
//   every token
//   dots:     per piece of a region of the parameters: g.g, g.inside, g.unclipped

//: if PRESENCE
@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> target_tokens: array<TargetToken>;
@group(0) @binding(2) var<storage, read> records: array<TokenRecord>;
@group(0) @binding(3) var<storage, read_write> present: atomic<u32>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn presence(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.targets) { return; }
  atomicOr(&present, 1u << records[target_tokens[i].index].zone);
}
//: end

//: if MASK
@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<uniform> which: SplitPart;
@group(0) @binding(2) var<storage, read> target_tokens: array<TargetToken>;
@group(0) @binding(3) var<storage, read> records: array<TokenRecord>;
@group(0) @binding(4) var<storage, read> whole: array<vec2f>; // d_logprobs of the whole loss
@group(0) @binding(5) var<storage, read_write> d_logprobs: array<vec2f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn mask(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.targets) { return; }
  let r = records[target_tokens[i].index];
  let policy = -r.loss_weight * (r.weight * r.advantage + r.push);
  var slope = vec2f(select(0.0, policy, r.zone == which.part), 0.0);
  if (which.part == OTHER) { slope = vec2f(whole[i].x - policy, whole[i].y); }
  if (which.part == UNCLIPPED) { slope = vec2f(-r.loss_weight * r.ratio * r.correction * r.advantage, 0.0); }
  d_logprobs[i] = slope;
}
//: end

//: if DOTS
@group(0) @binding(0) var<uniform> which: SplitPart;
@group(0) @binding(1) var<storage, read> pieces: array<SplitPiece>;
@group(0) @binding(2) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read> inside: array<vec4f>;
@group(0) @binding(4) var<storage, read> unclipped: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> products: array<SplitProducts>; // [parts, pieces]

var<workgroup> sums: array<vec3f, 64>;

@compute @workgroup_size(64)
fn dots(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let p = group.y * groups.x + group.x;
  let count = arrayLength(&pieces);
  if (p >= count) { return; }
  let piece = pieces[p];
  var sum = vec3f(0.0);
  for (var i = piece.first + local; i < piece.first + piece.count; i += 64u) {
    let g = gradient[i];
    sum += vec3f(dot(g, g), dot(g, inside[i]), dot(g, unclipped[i]));
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local == 0u) {
    var total = vec3f(0.0);
    for (var t = 0u; t < 64u; t++) { total += sums[t]; }
    var product: SplitProducts;
    product.square = total.x;
    product.inside = total.y;
    product.unclipped = total.z;
    products[which.part * count + p] = product;
  }
}
//: end
