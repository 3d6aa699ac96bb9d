// GELU (Hendrycks & Gimpel, arXiv 1606.08415), plain or as the gate of an MLP (GeGLU, Shazeer, arXiv 2002.05202).
//   TANH:      gelu(z) = z/2 (1 + tanh(u)),  u = sqrt(2/pi) (z + 0.044715 z^3)
//   otherwise: gelu(z) = z Phi(z),  Phi(z) = erfc(-z / sqrt 2) / 2
//   forward:   h = gelu(z),            GATED: h = gelu(gate) up
//   backward:  dz = dh gelu'(z),       GATED: d gate = dh up gelu'(gate);  d up = dh gelu(gate)
// `z` is [N, F]; GATED: gate and up side by side, [N, 2F], gate first. The padding is 0 and gelu(0) = 0.

const F4 = F / 4u;

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
//: if FORWARD
@group(0) @binding(2) var<storage, read_write> h: array<vec4f>;
//: end
//: if BACKWARD
@group(0) @binding(2) var<storage, read> dh: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dz: array<vec4f>;
//: end

struct Gelu { value: vec4f, slope: vec4f }

//: if TANH
const ROOT = 0.7978845608028654f; // sqrt(2 / pi)
const CUBIC = 0.044715f;

fn gelu(x: vec4f) -> Gelu {
  // Beyond 10 tanh is 1 in float32, and some adapters' tanh overflows for large arguments.
  let t = tanh(clamp(ROOT * (x + CUBIC * x * x * x), vec4f(-10.0), vec4f(10.0)));
  let half = 0.5 * (1.0 + t);
  return Gelu(x * half, half + 0.5 * x * (1.0 - t * t) * ROOT * (1.0 + 3.0 * CUBIC * x * x));
}
//: end
//: if not TANH
// erfc(x) for x >= 0 by the Chebyshev fit of Numerical Recipes (section 6.2), relative error below 1.2e-7 everywhere.
fn erfc(x: vec4f) -> vec4f {
  let t = 1.0 / (1.0 + 0.5 * x);
  let p = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  return t * exp(p - x * x);
}

fn gelu(x: vec4f) -> Gelu {
  let tail = 0.5 * erfc(abs(x) * 0.7071067811865476f);
  let phi = select(tail, 1.0 - tail, x > vec4f(0.0));
  let density = 0.3989422804014327f * exp(-0.5 * x * x);
  return Gelu(x * phi, phi + x * density);
}
//: end

@compute @workgroup_size(LINEAR_WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * F4) { return; }
  //: if GATED
  let at = (i / F4) * 2u * F4 + i % F4;
  let g = gelu(z[at]);
  let up = z[at + F4];
  //: if FORWARD
  h[i] = g.value * up;
  //: end
  //: if BACKWARD
  dz[at] = dh[i] * up * g.slope;
  dz[at + F4] = dh[i] * g.value;
  //: end
  //: end
  //: if not GATED
  //: if FORWARD
  h[i] = gelu(z[i]).value;
  //: end
  //: if BACKWARD
  dz[i] = dh[i] * gelu(z[i]).slope;
  //: end
  //: end
}
