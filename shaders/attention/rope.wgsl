// Rotary position embedding (Su et al., arXiv 2104.09864), Llama's convention: the first R elements of a head are
// rotated (all of them except in GPT-NeoX), element i with element i + R/2.
//   forward:   x'[i] = x[i] cos - x[i+R/2] sin,  x'[i+R/2] = x[i+R/2] cos + x[i] sin
//   backward:  rotation by the opposite angle (BACKWARD 1), applied to the gradient
// In place on the query and key parts of qkv rows: [H | G | G] heads of E_PADDED. `angles` holds (cos, sin) for
// [position, i], computed in float64 on the host because sines of large angles are inexact on many adapters.

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> angles: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> qkv: array<f32>;

const HALF = R / 2u;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn turn(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  let heads = H + G;
  if (i >= dims.rows * heads) { return; }
  let row = i / heads;
  let at = row * (H + 2u * G) * E_PADDED + (i % heads) * E_PADDED;
  let angle = rows[row].position * HALF;
  for (var d = 0u; d < HALF; d++) {
    let cs = angles[angle + d];
    let sine = select(cs.y, -cs.y, BACKWARD == 1u);
    let x = qkv[at + d];
    let y = qkv[at + d + HALF];
    qkv[at + d] = x * cs.x - y * sine;
    qkv[at + d + HALF] = y * cs.x + x * sine;
  }
}
