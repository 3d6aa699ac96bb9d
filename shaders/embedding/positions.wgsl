// Gradient of learned positions (embedding.wgsl adds them): dP[p, :] += sum over sequences of dx at their row of
// position p. A thread visits the packed rows sequence by sequence, so the summation order is fixed.

const D4 = D / 4u;

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> dx: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> d_table: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  let position = i / D4;
  if (position >= min(POSITIONS, dims.rows)) { return; }
  var sum = d_table[i];
  for (var n = 0u; n < dims.rows; n = rows[n].end) {
    // A sequence's first row is at position 0.
    if (n + position < rows[n].end) { sum += dx[(n + position) * D4 + i % D4]; }
  }
  d_table[i] = sum;
}
