// Combines partial softmaxes (head-epilogue.wgsl), one thread per sum:
//   fold: SEGMENT consecutive parts of one block of columns to one part                  [M, segments of all blocks]
//   likelihoods: all parts of a target to its log-prob, entropy and log-sum-exp, as in head.wgsl     [M]
// Segments start at the same columns for every block size, so the size of a batch changes no bit of a log-prob.
// Constants: FOLD or LIKELIHOODS, SEGMENT, SEGMENTS (of the vocabulary).

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> parts: array<vec4f>;

// Parts `first` to `last` - 1 combined.
fn together(first: u32, last: u32) -> vec4f {
  var highest = -3.0e38;
  for (var at = first; at < last; at++) { highest = max(highest, parts[at].x); }
  var sum = 0.0;
  var weighted = 0.0;
  var of_token = 0.0;
  for (var at = first; at < last; at++) {
    let part = parts[at];
    let further = part.x - highest;
    let scale = exp(further);
    sum += scale * part.y;
    weighted += scale * (part.z + part.y * further);
    of_token += part.w;
  }
  return vec4f(highest, sum, weighted, of_token);
}

//: if FOLD
@group(0) @binding(2) var<storage, read_write> segments: array<vec4f>;
@group(0) @binding(3) var<uniform> block: HeadBlock;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn fold(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  let target_row = i / block.segments;
  let segment = i % block.segments;
  if (target_row >= dims.targets) { return; }
  let first = segment * SEGMENT;
  let base = target_row * block.parts;
  segments[target_row * SEGMENTS + block.first + segment] = together(base + first, base + min(first + SEGMENT, block.parts));
}
//: end

//: if LIKELIHOODS
@group(0) @binding(2) var<storage, read_write> likelihoods: array<Likelihood>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn likelihood(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.targets) { return; }
  let all = together(i * SEGMENTS, (i + 1u) * SEGMENTS);
  let log_sum = log(all.y);
  likelihoods[dims.target_offset + i] = Likelihood(all.w - all.x - log_sum, log_sum - all.z / all.y, all.x + log_sum, 0.0);
}
//: end
