// SwiGLU (Shazeer, arXiv 2002.05202): h = silu(gate) * up, silu(z) = z sigmoid(z).
// `gate_up` holds gate and up side by side: [N, 2F], gate first.
//   backward:  d up = dh silu(gate);  d gate = dh up sigmoid(gate) (1 + gate (1 - sigmoid(gate)))

const F4 = F / 4u;

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> gate_up: array<vec4f>;
//: if FORWARD
@group(0) @binding(2) var<storage, read_write> h: array<vec4f>;
//: end
//: if BACKWARD
@group(0) @binding(2) var<storage, read> dh: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> d_both: array<vec4f>;
//: end

fn sigmoid(z: vec4f) -> vec4f {
  return 1.0 / (1.0 + exp(-z));
}

@compute @workgroup_size(LINEAR_WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * F4) { return; }
  let at = (i / F4) * 2u * F4 + i % F4;
  let gate = gate_up[at];
  let up = gate_up[at + F4];
  let g = sigmoid(gate);
  //: if FORWARD
  h[i] = gate * g * up;
  //: end
  //: if BACKWARD
  let d = dh[i];
  d_both[at] = d * up * g * (1.0 + gate * (1.0 - g));
  d_both[at + F4] = d * gate * g;
  //: end
}
