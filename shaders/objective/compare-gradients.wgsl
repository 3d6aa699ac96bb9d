// Compares two vectors over all parameters, as sums that the host completes: PARTS workgroups, each over every PARTS-th
// group of 64 vec4s.
//   pair:  g.h, the number of entries of g and h with equal signs, and the number with both nonzero
//   along: g.(after - before): the first-order change of the function whose gradient is g

//: if PAIR
@group(0) @binding(0) var<storage, read> g: array<vec4f>;
@group(0) @binding(1) var<storage, read> h: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> sums: array<VectorSums>;

var<workgroup> shares: array<vec3f, 64>;

@compute @workgroup_size(64)
fn pair(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  var sum = vec3f(0.0);
  for (var i = group.x * 64u + local; i < arrayLength(&g); i += PARTS * 64u) {
    let a = g[i];
    let b = h[i];
    let signs = sign(a) * sign(b);
    sum += vec3f(dot(a, b), dot(max(signs, vec4f(0.0)), vec4f(1.0)), dot(abs(signs), vec4f(1.0)));
  }
  shares[local] = sum;
  workgroupBarrier();
  if (local == 0u) {
    var total = vec3f(0.0);
    for (var t = 0u; t < 64u; t++) { total += shares[t]; }
    var sum_of_group: VectorSums;
    sum_of_group.product = total.x;
    sum_of_group.same_sign = total.y;
    sum_of_group.both_nonzero = total.z;
    sums[group.x] = sum_of_group;
  }
}
//: end

//: if ALONG
@group(0) @binding(0) var<storage, read> g: array<vec4f>;
@group(0) @binding(1) var<storage, read> before: array<vec4f>;
@group(0) @binding(2) var<storage, read> after: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> sums: array<VectorSums>;

var<workgroup> shares: array<f32, 64>;

@compute @workgroup_size(64)
fn along(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = group.x * 64u + local; i < arrayLength(&g); i += PARTS * 64u) { sum += dot(g[i], after[i] - before[i]); }
  shares[local] = sum;
  workgroupBarrier();
  if (local == 0u) {
    var total = 0.0;
    for (var t = 0u; t < 64u; t++) { total += shares[t]; }
    var sum_of_group: VectorSums;
    sum_of_group.product = total;
    sums[group.x] = sum_of_group;
  }
}
//: end
