// A minibatch's statistics from its token records.
//
//   gather:  THREADS threads each add up every THREADS-th token, and count the histogram and the density (integer
//   atomics, so the order of additions does not matter)
//   total:   one thread per statistic adds the THREADS partial sums in ascending order and writes row `dims.step` of
//   the table; a row that training must not continue from sets `norm[2]`, which halts the optimizer (adamw.wgsl) until
//   the host clears it. `faultOf` in src/objective/numerical-fault.ts is the same test on the host.
//
// A row of the table, its columns SUM_TOKENS ... and those of the zones are in src/objective/records.ts.
// Constants: THREADS, BINS of the histogram, COLUMNS and DENSITY_ROWS of the density, RANGE of log-ratios in both,
// LARGEST_NLL and LARGEST_LOSS: terms of the loss beyond them have exploded.

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
  var sums: array<f32, STATISTICS>;
  for (var i = thread.x; i < dims.targets; i += THREADS) {
    let r = records[target_tokens[i].index];
    sums[SUM_TOKENS] += 1.0;
    sums[SUM_SURROGATE] += r.loss_weight * r.value;
    sums[SUM_CLIPPED] += select(0.0, 1.0, (r.flags & CLIPPED) != 0u);
    sums[SUM_DUAL_CLIPPED] += select(0.0, 1.0, (r.flags & DUAL_CLIPPED) != 0u);
    sums[SUM_MINUS_LOG_RATIO] -= r.log_ratio;
    sums[SUM_ENTROPY] += r.entropy;
    sums[SUM_POSITIVE_LOSS] -= select(0.0, r.logprob, r.positive == 1u);
    sums[SUM_POSITIVE_TOKENS] += f32(r.positive);
    sums[SUM_KL] += r.loss_weight * r.kl;
    sums[SUM_LOW] += select(0.0, 1.0, r.zone == NEGATIVE_LOW);
    sums[SUM_HIGH] += select(0.0, 1.0, r.zone == POSITIVE_HIGH);
    sums[SUM_MISMATCH] += r.mismatch;
    sums[SUM_ADVANTAGE] += r.advantage;
    sums[SUM_LM_LOSS] -= r.nll_weight * r.logprob;
    sums[SUM_WEIGHTED_ENTROPY] += r.loss_weight * r.entropy;
    sums[SUM_NOT_FINITE] += select(1.0, 0.0, is_finite(r.logprob) && is_finite(r.entropy));
    let z = SUMS + ZONE_SUMS * r.zone;
    sums[z + ZONE_TOKENS] += 1.0;
    sums[z + ZONE_WEIGHT] += r.weight;
    let mass = abs(r.loss_weight * (r.weight * r.advantage + r.push));
    sums[z + ZONE_MASS] += mass;
    sums[z + ZONE_ENTROPY] += r.entropy;
    sums[z + ZONE_PROBABILITY] += exp(r.logprob);
    sums[SUM_ABSOLUTE_LOG_RATIO] += abs(r.log_ratio);
    sums[SUM_CORRECTION] += r.correction;
    // Also by the numbers as they were stored: a compiler that assumes finite numbers may fold the test where they are
    // computed.
    let strategy_finite = is_finite(r.value) && is_finite(r.weight) && is_finite(r.push);
    sums[SUM_STRATEGY_NOT_FINITE] += select(1.0, 0.0, (r.flags & NOT_FINITE) == 0u && strategy_finite);
    sums[SUM_STRATEGY_EXHAUSTED] += select(0.0, 1.0, (r.flags & EXHAUSTED) != 0u);
    sums[SUM_NEGATIVE_MASS] += select(0.0, mass, r.advantage < 0.0);
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
@group(0) @binding(2) var<storage, read_write> norm: array<f32>;       // [norm, factor, halted]
@group(0) @binding(3) var<storage, read_write> statistics: array<f32>; // [minibatches of a step, STATISTICS]

var<workgroup> row: array<f32, STATISTICS>;

// Magnitudes are compared as bits: compilers may assume that comparisons of floats never see NaN. NaN and infinities
// have larger bits than any limit.
fn within(x: f32, limit: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) <= bitcast<u32>(limit);
}

@compute @workgroup_size(64)
fn total(@builtin(local_invocation_index) s: u32) {
  if (s < STATISTICS) {
    var sum = 0.0;
    for (var t = 0u; t < THREADS; t++) { sum += parts[t * STATISTICS + s]; }
    let value = select(sum, norm[0], s == SUM_GRADIENT_NORM);
    row[s] = value;
    statistics[dims.step * STATISTICS + s] = value;
  }
  workgroupBarrier();
  if (s > 0u) { return; }
  let sound = row[SUM_NOT_FINITE] == 0.0 && row[SUM_STRATEGY_NOT_FINITE] == 0.0 && is_finite(row[SUM_GRADIENT_NORM]) &&
    within(row[SUM_SURROGATE], f32(LARGEST_LOSS)) && within(row[SUM_KL], f32(LARGEST_LOSS)) &&
    within(row[SUM_LM_LOSS], f32(LARGEST_NLL));
  if (!sound) { norm[2] = 1.0; }
}
//: end
