// Prepended to every kernel.
//
// Letters used throughout:  N rows of a packed batch (one token each)   M targets (rows whose next token counts)
// D hidden size   F intermediate size   V vocabulary   H heads   G key-value heads   E head dimension
// All row strides are padded to multiples of 4 and every padding element holds 0, so kernels read vec4 everywhere.

// Preceded by the structs Dims, Row, TargetToken and Likelihood, declared in src/model/records.ts.

const LINEAR_WORKGROUP = 64u;

fn linear_index(group: vec3u, groups: vec3u, local: u32) -> u32 {
  return (group.y * groups.x + group.x) * LINEAR_WORKGROUP + local;
}

// False for NaN and infinities; compilers may assume that comparisons never see them, so test the bits.
fn is_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}
