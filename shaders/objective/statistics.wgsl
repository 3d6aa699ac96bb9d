// What a minibatch reports, from the records of its tokens.
//
//   gather:  THREADS threads each add up every THREADS-th token, and count the histogram and the density (integer
//   atomics: the order
//            of additions does not matter to them)
//   total:   one thread a statistic adds the THREADS partial sums in rising order and writes row `dims.step` of the
//   table
//
// A row of the table (all sums over tokens; the host divides):
//   0 tokens  1 f J  2 clipped  3 dual-clipped  4 -log r  5 entropy  6 -logp of positive tokens  7 positive tokens  8 f
//   KL
//   9 A<0 and r<lo  10 A>0 and r>hi  11 |old - sampled log-prob|  12 A  13 nll_weight -logp  14 f entropy  15 not
//   finite
//   16 + 5 z: of zone z: tokens, weight, |f w A|, entropy, probability
//   41 gradient norm  42 |log r|  43 truncated importance weight  44 rule not finite  45 rule looped too long  46 |f w
//   A| where A < 0

const STATISTICS = 48u;
const THREADS = 256u;
const BINS = 64u;
const COLUMNS = 32u;
const DENSITY_ROWS = 16u;

@group(0) @binding(0) var<uniform> dims: Dims;

//: if GATHER
@group(0) @binding(1) var<storage, read> target_tokens: array<TargetToken>;
@group(0) @binding(2) var<storage, read> records: array<TokenRecord>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;        // [THREADS, STATISTICS]
@group(0) @binding(4) var<storage, read_write> counts: array<atomic<u32>>; // A>0 bins, A<0 bins, density

fn bin_of(log_ratio: f32, bins: u32) -> u32 {
  let at = (log_ratio / RANGE + 1.0) * 0.5 * f32(bins);
  return u32(clamp(at, 0.0, f32(bins) - 1.0));
}

@compute @workgroup_size(64)
fn gather(@builtin(global_invocation_id) thread: vec3u) {
  var sums: array<f32, 48>;
  for (var i = thread.x; i < dims.targets; i += THREADS) {
    let r = records[target_tokens[i].index];
    sums[0] += 1.0;
    sums[1] += r.factor * r.value;
    sums[2] += select(0.0, 1.0, (r.flags & 1u) != 0u);
    sums[3] += select(0.0, 1.0, (r.flags & 2u) != 0u);
    sums[4] -= r.log_ratio;
    sums[5] += r.entropy;
    sums[6] -= select(0.0, r.logprob, r.positive == 1u);
    sums[7] += f32(r.positive);
    sums[8] += r.factor * r.kl;
    sums[9] += select(0.0, 1.0, r.zone == 2u);
    sums[10] += select(0.0, 1.0, r.zone == 1u);
    sums[11] += r.mismatch;
    sums[12] += r.advantage;
    sums[13] -= r.nll_weight * r.logprob;
    sums[14] += r.factor * r.entropy;
    sums[15] += select(1.0, 0.0, is_finite(r.logprob) && is_finite(r.entropy));
    let z = 16u + 5u * r.zone;
    sums[z] += 1.0;
    sums[z + 1u] += r.weight;
    let mass = abs(r.factor * (r.weight * r.advantage + r.push));
    sums[z + 2u] += mass;
    sums[z + 3u] += r.entropy;
    sums[z + 4u] += exp(r.logprob);
    sums[42] += abs(r.log_ratio);
    sums[43] += r.correction;
    sums[44] += select(0.0, 1.0, (r.flags & 4u) != 0u);
    sums[45] += select(0.0, 1.0, (r.flags & 8u) != 0u);
    sums[46] += select(0.0, mass, r.advantage < 0.0);
    //: if COUNT
    if (r.advantage != 0.0) {
      atomicAdd(&counts[select(BINS, 0u, r.advantage > 0.0) + bin_of(r.log_ratio, BINS)], 1u);
    }
    let row = u32(clamp(exp(r.old_logprob) * f32(DENSITY_ROWS), 0.0, f32(DENSITY_ROWS) - 1.0));
    atomicAdd(&counts[2u * BINS + row * COLUMNS + bin_of(r.log_ratio, COLUMNS)], 1u);
    //: end
    //: if not COUNT
    _ = &counts;
    //: end
  }
  for (var s = 0u; s < STATISTICS; s++) { parts[thread.x * STATISTICS + s] = sums[s]; }
}
//: end

//: if TOTAL
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read> norm: array<f32>;
@group(0) @binding(3) var<storage, read_write> statistics: array<f32>; // [minibatches of a step, STATISTICS]

@compute @workgroup_size(64)
fn total(@builtin(local_invocation_index) s: u32) {
  if (s >= STATISTICS) { return; }
  var sum = 0.0;
  for (var t = 0u; t < THREADS; t++) { sum += parts[t * STATISTICS + s]; }
  statistics[dims.step * STATISTICS + s] = select(sum, norm[0], s == 41u);
}
//: end
