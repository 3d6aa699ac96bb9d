// Rows of each chunk of a decoding batch, whose logits are computed one chunk at a time. Sequences that ended have left
// the batch on the GPU (compaction.wgsl), so only the GPU knows the number of rows: chunk c starts at row c * CHUNK.

// Constants: CHUNK, CHUNKS; STRIDE, words from the Dims of one chunk to the next, as uniform bindings must be apart;
// ROWS, word of `rows` in Dims.

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read_write> chunks: array<u32>; // Dims of each chunk, of which `rows` is written

@compute @workgroup_size(LINEAR_WORKGROUP)
fn count_rows(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let c = linear_index(group, groups, local);
  if (c >= CHUNKS) { return; }
  let first = c * CHUNK;
  chunks[c * STRIDE + ROWS] = min(max(dims.rows, first) - first, CHUNK);
}
