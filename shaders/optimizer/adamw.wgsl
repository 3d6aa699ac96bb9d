// The optimizer, over all parameters at once: global gradient norm, then AdamW (Loshchilov & Hutter, arXiv 1711.05101).
//   norm  = sqrt(sum g^2);  g <- g min(1, clip / norm)
//   m <- b1 m + (1 - b1) g;  v <- b2 v + (1 - b2) g^2
//   w <- w - lr (m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps) + decay w)      decay on matrices only
// Constants: COUNT, DECAYED: elements of a slice of the parameters, and how many of them belong to matrices; FIRST: it
// is the first slice. The norm is summed in a fixed order. An update with a non-finite norm is skipped, and so are all
// updates after `norm[2]` was set (statistics.wgsl): the weights stay those from before the first bad update.

@group(0) @binding(0) var<uniform> update: AdamWUpdate;

const COUNT4 = COUNT / 4u;
const DECAYED4 = DECAYED / 4u; // matrices come first, gains after them
const PARTS = 4096u;           // threads of the first stage

//: if NORM_PARTS
@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;

@compute @workgroup_size(64)
fn norm_parts(@builtin(global_invocation_id) thread: vec3u) {
  _ = &update; // referenced, so that the binding stays in the layout
  //: if FIRST
  var sum = 0.0;
  //: end
  //: if not FIRST
  var sum = parts[thread.x];
  //: end
  for (var i = thread.x; i < COUNT4; i += PARTS) { let g = gradients[i]; sum += dot(g, g); }
  parts[thread.x] = sum;
}
//: end

//: if NORM
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> norm: array<f32>; // [norm, factor]
var<workgroup> sums: array<f32, 64>;

@compute @workgroup_size(64)
fn norm_total(@builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = 0u; i < PARTS / 64u; i++) { sum += parts[local * (PARTS / 64u) + i]; }
  sums[local] = sum;
  workgroupBarrier();
  if (local == 0u) {
    var all = 0.0;
    for (var i = 0u; i < 64u; i++) { all += sums[i]; }
    let value = sqrt(all);
    norm[0] = value;
    norm[1] = select(1.0, update.clip / value, value > update.clip);
  }
}
//: end

//: if STEP
@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read> norm: array<f32>; // [norm, factor, halted]
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> second: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn step(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= COUNT4 || !is_finite(norm[0]) || norm[2] != 0.0) { return; }
  let g = gradients[i] * norm[1];
  let m = update.beta1 * first[i] + (1.0 - update.beta1) * g;
  let v = update.beta2 * second[i] + (1.0 - update.beta2) * g * g;
  first[i] = m;
  second[i] = v;
  let w = parameters[i];
  let decay = select(0.0, update.decay, i < DECAYED4);
  parameters[i] = w - update.learning_rate * (m / update.correction1 / (sqrt(v / update.correction2) + update.epsilon) + decay * w);
}
//: end
