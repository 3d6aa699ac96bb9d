// Sums and maxima over a workgroup of ROW_LANES lanes, one value per lane, for kernels with one workgroup per row of
// logits. Values are combined in a fixed order. All lanes must call together, and all get the result.

const ROW_LANES = 256u;

var<workgroup> lane_floats: array<f32, ROW_LANES>;
var<workgroup> lane_words: array<u32, ROW_LANES>;

fn sum_lanes(value: f32, lane: u32) -> f32 {
  lane_floats[lane] = value;
  for (var half = ROW_LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { lane_floats[lane] += lane_floats[lane + half]; }
  }
  return answer();
}

fn max_lanes(value: f32, lane: u32) -> f32 {
  lane_floats[lane] = value;
  for (var half = ROW_LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { lane_floats[lane] = max(lane_floats[lane], lane_floats[lane + half]); }
  }
  return answer();
}

fn answer() -> f32 {
  // Has a barrier before and after it, so the array can be reused.
  return workgroupUniformLoad(&lane_floats[0]);
}

//: if WORDS
fn sum_words(value: u32, lane: u32) -> u32 {
  lane_words[lane] = value;
  for (var half = ROW_LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { lane_words[lane] += lane_words[lane + half]; }
  }
  return workgroupUniformLoad(&lane_words[0]);
}

fn max_words(value: u32, lane: u32) -> u32 {
  lane_words[lane] = value;
  for (var half = ROW_LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { lane_words[lane] = max(lane_words[lane], lane_words[lane + half]); }
  }
  return workgroupUniformLoad(&lane_words[0]);
}
//: end
