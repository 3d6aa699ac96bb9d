// Keys and values of a generating batch, from the key and value part of qkv rows (2 G heads of E4 vec4s per position).
//   prefill: the rows of the distinct prompts, concatenated: prompt_cache[first + n]. A group reads its prompt's rows
//   in place.
//   append:  a sequence's own positions, its prompt's last token first: cache[sequence, position - prompt length]

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> cache: array<vec4f>;

//: if APPEND
@group(0) @binding(3) var<storage, read> rows: array<Row>;
@group(0) @binding(4) var<storage, read> slots: array<Slot>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn append(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * KEYS_VALUES4) { return; }
  let n = i / KEYS_VALUES4;
  let slot = slots[n];
  cache[(slot.sequence * OWN_LENGTH + rows[n].position - slot.prompt_length) * KEYS_VALUES4 + i % KEYS_VALUES4] = qkv[n * QKV4 + H * E4 + i % KEYS_VALUES4];
}
//: end

//: if PREFILL
@group(0) @binding(3) var<uniform> first: vec4u; // x: row of the prompt cache that row 0 goes to

@compute @workgroup_size(LINEAR_WORKGROUP)
fn prefill(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * KEYS_VALUES4) { return; }
  cache[first.x * KEYS_VALUES4 + i] = qkv[(i / KEYS_VALUES4) * QKV4 + H * E4 + i % KEYS_VALUES4];
}
//: end
