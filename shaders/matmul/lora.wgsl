// LoRA kernels other than matmuls (src/model/ops/lora.ts): the factor alpha / rank, and the zeros of B.

//: if SCALE
// low[n, :] *= FACTOR      low = x A^T, or its gradient, [N, WIDTH4 vec4s]
@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read_write> low: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn scale(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * WIDTH4) { return; }
  low[i] *= FACTOR;
}
//: end

//: if ZEROS
// Of several modules side by side, slot s has rows FIRSTs to ENDs of B [ROWS, SLOTS x RANK4 vec4s]. Every other entry
// is not a weight; the gradient that the product dy^T low gave it is cleared.
@group(0) @binding(0) var<storage, read_write> gradient: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn zeros(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= ROWS * SLOTS * RANK4) { return; }
  let row = i / (SLOTS * RANK4);
  let slot = i % (SLOTS * RANK4) / RANK4;
  var kept = false;
  //: for s in 0..SLOTS
  kept = kept || (slot == ${s}u && row >= FIRST${s} && row < END${s});
  //: end
  if (!kept) { gradient[i] = vec4f(0.0); }
}
//: end
