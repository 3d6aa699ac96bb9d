// Samples the next token of every generating sequence and advances the sequence by one position: one thread per
// sequence (sampling-thread.wgsl), or for large vocabularies one workgroup per sequence (sampling-workgroup.wgsl).
// Logits may cover a chunk of the batch: `dims.rows` rows from FIRST_ROW.
//
// Temperature 0 is greedy. Otherwise p = softmax(logits / temperature), restricted to the TOP_K most probable tokens
// and then to the smallest set that holds TOP_P of the mass; cuts are found by bisection on the value of the logit, so
// no sorting is needed and tokens of equal logits stay together. The stored log-prob is that of the unrestricted
// distribution. Randomness is counter-based: pcg3d (Jarzynski & Olano, JCGT 9(3), 2020) of (seed, sequence, position).

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<uniform> sampling: Sampling;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read> slots: array<Slot>;
@group(0) @binding(4) var<storage, read_write> rows: array<Row>;
@group(0) @binding(5) var<storage, read_write> drawn: array<vec2u>; // [sequence, MAX_NEW] (token, bits of the log-prob)
@group(0) @binding(6) var<storage, read_write> lengths: array<u32>; // tokens of each sequence that has ended
@group(0) @binding(7) var<storage, read> ends: array<u32>; // one bit per token of the vocabulary: it ends a response

fn pcg3d(key: vec3u) -> vec3u {
  var v = key * 1664525u + 1013904223u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  v ^= v >> vec3u(16u);
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  return v;
}

// Floats in the order of unsigned integers, for bisection.
fn ordered(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

// A random number in [0, 1) for a sequence's next position.
fn uniform_draw(sequence: u32, position: u32) -> f32 {
  return f32(pcg3d(vec3u(sampling.seed, sequence, position)).x >> 8u) / 16777216.0;
}

// Temperature of the stored log-probs.
fn warmth() -> f32 {
  return select(sampling.temperature, 1.0, sampling.temperature == 0.0);
}

fn keep(n: u32, token: u32, logprob: f32) {
  var row = rows[n];
  let sequence = slots[n].sequence;
  drawn[sequence * MAX_NEW + row.end] = vec2u(token, bitcast<u32>(logprob));
  row.token = token;
  row.position += 1u;
  row.end += 1u;
  let ends_response = ((ends[token >> 5u] >> (token & 31u)) & 1u) == 1u;
  if (ends_response || row.end >= sampling.max_new) {
    row.start = 1u;
    lengths[sequence] = row.end;
  }
  rows[n] = row;
}
