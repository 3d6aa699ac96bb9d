// A matrix at binding 2 in its stored precision: f32, or 16-bit floats two to a word, the first in the low half.
// Constants: F32, BF16, F16, one of them 1; NATIVE: the adapter reads f16 directly (shader-f16), otherwise WGSL unpacks
// it from words. Widening is exact either way, also for bfloat16, the upper half of a float. Sums use f32.

//: if BF16
@group(0) @binding(2) var<storage, read> b: array<vec2u>;

// Elements 4 i to 4 i + 3.
fn weight(i: u32) -> vec4f {
  let words = b[i];
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
}
//: end
//: if F16
//: if NATIVE
enable f16;
@group(0) @binding(2) var<storage, read> b: array<vec4h>;

fn weight(i: u32) -> vec4f {
  return vec4f(b[i]);
}
//: end
//: if not NATIVE
@group(0) @binding(2) var<storage, read> b: array<vec2u>;

fn weight(i: u32) -> vec4f {
  let words = b[i];
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
}
//: end
//: end
//: if F32
@group(0) @binding(2) var<storage, read> b: array<vec4f>;

fn weight(i: u32) -> vec4f {
  return b[i];
}
//: end
