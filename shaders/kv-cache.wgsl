// The keys and values of a generating batch: cache[b, position, 2 G heads of E4 vec4s], from the key and value part of qkv rows.
//   append:  the row of sequence b at its current position
//   prefill: the rows of the prompt that sequence b shares with its group

const QKV4 = (H + 2u * G) * E4;
const WIDTH = 2u * G * E4;

struct Prompt { first_row: u32, length: u32 }

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> cache: array<vec4f>;

//: if APPEND
@group(0) @binding(3) var<storage, read> rows: array<Row>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn append(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * WIDTH) { return; }
  let b = i / WIDTH;
  cache[(b * CACHE_LENGTH + rows[b].position) * WIDTH + i % WIDTH] = qkv[b * QKV4 + H * E4 + i % WIDTH];
}
//: end

//: if PREFILL
@group(0) @binding(3) var<storage, read> prompts: array<Prompt>; // one per sequence

@compute @workgroup_size(LINEAR_WORKGROUP)
fn prefill(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  let b = i / (CACHE_LENGTH * WIDTH);
  let position = (i / WIDTH) % CACHE_LENGTH;
  if (b >= dims.sequences) { return; }
  if (position >= prompts[b].length) { return; }
  cache[(b * CACHE_LENGTH + position) * WIDTH + i % WIDTH] = qkv[(prompts[b].first_row + position) * QKV4 + H * E4 + i % WIDTH];
}
//: end
