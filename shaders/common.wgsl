// Prepended to every kernel.
//
// Letters used throughout:  N rows of a packed batch (a token of a sequence each)   M targets (rows whose next token
// counts)
// D hidden size   F intermediate size   V vocabulary   H heads   G key-value heads   E head dimension
// All row strides are padded to multiples of 4 and every padding element holds 0, so kernels read vec4 everywhere.

struct Dims {
  rows: u32,         // N of this batch, or the number of sequences while decoding
  targets: u32,      // M of this batch, or of this chunk of it
  target_offset: u32,// first target of this chunk
  sequences: u32,
  temperature: f32,  // logits are divided by it
  step: u32,         // row of the statistics table that this minibatch writes
  seed: u32,
  distinct: u32,     // distinct tokens of the batch
}

// A row of the packed batch: attention of a row reaches from `start` to itself; `end` is one past its sequence's last
// row.
struct Row { token: u32, position: u32, start: u32, end: u32 }

// What the objective needs to know of a target.
struct TargetToken {
  row: u32,          // row whose next token this is
  token: u32,        // that next token
  index: u32,        // place in the rollout-wide token arrays
  sequence: u32,
  advantage: f32,
  factor: f32,       // f_t: the aggregation factor
  nll_weight: f32,    // factor of -log pi in the loss (SFT, positive examples)
  positive: u32,     // 1 for tokens of responses with reward 1
}

const LINEAR_WORKGROUP = 64u;

fn linear_index(group: vec3u, groups: vec3u, local: u32) -> u32 {
  return (group.y * groups.x + group.x) * LINEAR_WORKGROUP + local;
}

// False for NaN and infinities; compilers may assume that comparisons never meet them, so look at the bits.
fn is_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}
