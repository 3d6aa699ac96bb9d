// Draws the next token of every generating sequence and moves the sequence on by one position.
//
// Temperature 0 is greedy. Otherwise p = softmax(logits / temperature), cut down to the TOP_K most probable tokens and then to the
// smallest set that holds TOP_P of the mass; cuts are found by bisection on the value of the logit, so no sorting is needed and
// tokens of equal logits stay together. The log-prob kept is that of the uncut distribution.
// Randomness is counter-based: pcg3d (Jarzynski & Olano, JCGT 9(3), 2020) of (seed, sequence, position).

struct Sampling {
  temperature: f32, top_p: f32, top_k: u32, end_token: u32,
  max_new: u32, seed: u32, spare0: u32, spare1: u32,
}

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<uniform> sampling: Sampling;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read> slots: array<Slot>;
@group(0) @binding(4) var<storage, read_write> rows: array<Row>;
@group(0) @binding(5) var<storage, read_write> drawn: array<vec2u>; // [sequence, MAX_NEW] (token, bits of the log-prob)
@group(0) @binding(6) var<storage, read_write> lengths: array<u32>; // tokens of each sequence that has ended

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

fn count_from(at: u32, floor: u32) -> u32 {
  var count = 0u;
  for (var v = 0u; v < V; v++) { count += select(0u, 1u, ordered(logits[at + v]) >= floor); }
  return count;
}

fn mass_from(at: u32, floor: u32, highest: f32) -> f32 {
  var mass = 0.0;
  for (var v = 0u; v < V; v++) {
    let z = logits[at + v];
    if (ordered(z) >= floor) { mass += exp((z - highest) / sampling.temperature); }
  }
  return mass;
}

@compute @workgroup_size(LINEAR_WORKGROUP)
fn draw(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let n = linear_index(group, groups, local);
  if (n >= dims.rows) { return; }
  var row = rows[n];
  if (row.start == 1u) { return; }
  let sequence = slots[n].sequence;
  let at = n * V_PADDED;
  var highest = -3.0e38;
  var best = 0u;
  for (var v = 0u; v < V; v++) {
    if (logits[at + v] > highest) { highest = logits[at + v]; best = v; }
  }
  let greedy = sampling.temperature == 0.0;
  let warmth = select(sampling.temperature, 1.0, greedy);
  var sum = 0.0;
  for (var v = 0u; v < V; v++) { sum += exp((logits[at + v] - highest) / warmth); }
  var token = best;
  if (!greedy) {
    var floor = 0u;
    if (sampling.top_k > 0u && sampling.top_k < V) {
      // Largest floor that at least TOP_K tokens reach.
      var low = 0u;
      var high = ordered(highest);
      while (low < high) {
        let middle = low + (high - low) / 2u + 1u;
        if (count_from(at, middle) >= sampling.top_k) { low = middle; } else { high = middle - 1u; }
      }
      floor = low;
    }
    var mass = mass_from(at, floor, highest);
    if (sampling.top_p < 1.0) {
      let wanted = sampling.top_p * mass;
      var low = floor;
      var high = ordered(highest);
      while (low < high) {
        let middle = low + (high - low) / 2u + 1u;
        if (mass_from(at, middle, highest) >= wanted) { low = middle; } else { high = middle - 1u; }
      }
      floor = low;
      mass = mass_from(at, floor, highest);
    }
    let u = f32(pcg3d(vec3u(sampling.seed, sequence, row.end)).x >> 8u) / 16777216.0 * mass;
    var reached = 0.0;
    for (var v = 0u; v < V; v++) {
      let z = logits[at + v];
      if (ordered(z) >= floor) {
        token = v; // the last kept token if rounding leaves `reached` short of u
        reached += exp((z - highest) / sampling.temperature);
        if (reached > u) { break; }
      }
    }
  }
  let logprob = (logits[at + token] - highest) / warmth - log(sum);
  drawn[sequence * MAX_NEW + row.end] = vec2u(token, bitcast<u32>(logprob));
  row.token = token;
  row.position += 1u;
  row.end += 1u;
  if (token == sampling.end_token || row.end >= sampling.max_new) {
    row.start = 1u;
    lengths[sequence] = row.end;
  }
  rows[n] = row;
}
