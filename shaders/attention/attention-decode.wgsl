// Attention of one new position per sequence over cached keys and values: first those of the prompt, which its group
// shares, then the sequence's own; of all these positions the last WINDOW where WINDOW is not 0. Same online softmax,
// in the same order of positions, as attention.wgsl's forward.

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> slots: array<Slot>;
@group(0) @binding(3) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(4) var<storage, read> prompt_cache: array<vec4f>;
@group(0) @binding(5) var<storage, read> cache: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> o: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn decode(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * H) { return; }
  let n = i / H;
  let h = i % H;
  let head = (h / HEADS_PER_GROUP) * E4;
  let slot = slots[n];
  let q = n * QKV4 + h * E4;
  //: for d in 0..E4
  let q${d} = qkv[q + ${d}u];
  var o${d} = vec4f(0.0);
  //: end
  var first = 0u;
  //: if WINDOW
  if (rows[n].position >= WINDOW) { first = rows[n].position + 1u - WINDOW; }
  //: end
  var highest = -3.0e38;
  var sum = 0.0;
  for (var j = first; j < slot.prompt_length; j++) {
    let k = (slot.prompt_first + j) * KEYS_VALUES4 + head;
    var s = 0.0;
    //: for d in 0..E4
    s += dot(q${d}, prompt_cache[k + ${d}u]);
    //: end
    s *= SCALE;
    let higher = max(highest, s);
    let shrink = exp(highest - higher);
    let p = exp(s - higher);
    highest = higher;
    sum = sum * shrink + p;
    //: for d in 0..E4
    o${d} = o${d} * shrink + p * prompt_cache[k + G * E4 + ${d}u];
    //: end
  }
  let own = rows[n].position - slot.prompt_length;
  for (var j = max(first, slot.prompt_length) - slot.prompt_length; j <= own; j++) {
    let k = (slot.sequence * OWN_LENGTH + j) * KEYS_VALUES4 + head;
    var s = 0.0;
    //: for d in 0..E4
    s += dot(q${d}, cache[k + ${d}u]);
    //: end
    s *= SCALE;
    let higher = max(highest, s);
    let shrink = exp(highest - higher);
    let p = exp(s - higher);
    highest = higher;
    sum = sum * shrink + p;
    //: for d in 0..E4
    o${d} = o${d} * shrink + p * cache[k + G * E4 + ${d}u];
    //: end
  }
  let out = n * O4 + h * E4;
  //: for d in 0..E4
  o[out + ${d}u] = o${d} / sum;
  //: end
}
