// Shared by attention's variants: the buffers of the three passes, and which rows attend to which. Prepended, after
// qkv-layout.wgsl, to attention.wgsl, attention-block.wgsl or attention-quad.wgsl.

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> qkv: array<vec4f>;

//: if FORWARD
@group(0) @binding(3) var<storage, read_write> o: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;

// One step of the online softmax, by a score z: the new maximum, the factor of the sums so far, and z's own weight.
struct SoftmaxStep { highest: f32, shrink: f32, p: f32 }

fn softmax_step(highest: f32, z: f32) -> SoftmaxStep {
  // Of exp(highest - higher) and exp(z - higher) one is 1.
  let up = z > highest;
  let e = exp(-abs(z - highest));
  return SoftmaxStep(select(highest, z, up), select(1.0, e, up), select(e, 1.0, up));
}
//: end

//: if BACKWARD_Q
@group(0) @binding(3) var<storage, read> o: array<vec4f>;
@group(0) @binding(4) var<storage, read> lse: array<f32>;
@group(0) @binding(5) var<storage, read> d_o: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> d_qkv: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> delta: array<f32>;
//: end

//: if BACKWARD_KV
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> d_o: array<vec4f>;
@group(0) @binding(5) var<storage, read> delta: array<f32>;
@group(0) @binding(6) var<storage, read_write> d_qkv: array<vec4f>;
//: end

// First row that row n attends to.
fn first_of(n: u32) -> u32 {
  //: if WINDOW
  if (n - rows[n].start >= WINDOW) { return n + 1u - WINDOW; }
  //: end
  return rows[n].start;
}

// One past the last row that attends to row j.
fn end_of(j: u32) -> u32 {
  //: if WINDOW
  return min(rows[j].end, j + WINDOW);
  //: end
  //: if not WINDOW
  return rows[j].end;
  //: end
}
