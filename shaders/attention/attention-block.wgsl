// The attention of attention.wgsl by workgroups: LINEAR_WORKGROUP neighbouring rows of a head, one thread per row, load
// keys and values together into workgroup memory, KEYS rows at a time (backward to keys: queries of all heads of a
// group and their gradients). For adapters with workgroup memory in hardware, as FlashAttention (Dao et al., arXiv
// 2205.14135) does.
//
// Same terms in the same order as attention.wgsl. Sequences are contiguous, so the rows of a workgroup need one
// contiguous range of the batch; a thread uses the part of a tile that its row attends to. Constants: those of
// attention.wgsl, KEYS rows of a tile, TILE = vec4s of a tile, PAIRS = KEYS times heads of a group (backward to keys).

var<workgroup> tile_a: array<vec4f, TILE>; // keys; backward to keys: queries
var<workgroup> tile_b: array<vec4f, TILE>; // values; backward to keys: gradients of the attended

//: if not BACKWARD_KV
// Loads one tile of keys and values from row j0.
fn load_keys(j0: u32, keys: u32, local: u32) {
  workgroupBarrier();
  for (var i = local; i < TILE; i += LINEAR_WORKGROUP) {
    let at = keys + min(j0 + i / E4, dims.rows - 1u) * QKV4 + i % E4;
    tile_a[i] = qkv[at];
    tile_b[i] = qkv[at + G * E4];
  }
  workgroupBarrier();
}
//: end

//: if FORWARD
@compute @workgroup_size(LINEAR_WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let first = group.x * LINEAR_WORKGROUP;
  let last = min(first + LINEAR_WORKGROUP, dims.rows) - 1u;
  // Threads beyond the batch only help to load.
  let n = min(first + local, last);
  let h = group.y;
  let i = n * H + h;
  let g = h / HEADS_PER_GROUP;
  let q = n * QKV4 + h * E4;
  //: for d in 0..E4
  let q${d} = qkv[q + ${d}u];
  var o${d} = vec4f(0.0);
  //: end
  let keys = (H + g) * E4;
  var highest = -3.0e38;
  var sum = 0.0;
  for (var j0 = first_of(first); j0 <= last; j0 += KEYS) {
    load_keys(j0, keys, local);
    for (var j = max(first_of(n), j0); j < min(n + 1u, j0 + KEYS); j++) {
      let t = (j - j0) * E4;
      var s = 0.0;
      //: for d in 0..E4
      let k${d} = tile_a[t + ${d}u];
      //: for x in 0..4
      s = q${d}[${x}] * k${d}[${x}] + s;
      //: end
      //: end
      let step = softmax_step(highest, s * SCALE);
      highest = step.highest;
      sum = sum * step.shrink + step.p;
      //: for d in 0..E4
      let v${d} = tile_b[t + ${d}u];
      o${d} = o${d} * step.shrink + v${d} * step.p;
      //: end
    }
  }
  if (first + local > last) { return; }
  let out = n * O4 + h * E4;
  //: for d in 0..E4
  o[out + ${d}u] = o${d} / sum;
  //: end
  lse[i] = highest + log(sum);
}
//: end

//: if BACKWARD_Q
@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward_q(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let first = group.x * LINEAR_WORKGROUP;
  let last = min(first + LINEAR_WORKGROUP, dims.rows) - 1u;
  // Threads beyond the batch only help to load.
  let n = min(first + local, last);
  let h = group.y;
  let i = n * H + h;
  let q = n * QKV4 + h * E4;
  let at_o = n * O4 + h * E4;
  var inner = 0.0; // delta_n
  //: for d in 0..E4
  let q${d} = qkv[q + ${d}u];
  let do${d} = d_o[at_o + ${d}u];
  var dq${d} = vec4f(0.0);
  inner += dot(do${d}, o[at_o + ${d}u]);
  //: end
  if (first + local <= last) { delta[i] = inner; }
  let l = lse[i];
  let keys = (H + h / HEADS_PER_GROUP) * E4;
  for (var j0 = first_of(first); j0 <= last; j0 += KEYS) {
    load_keys(j0, keys, local);
    for (var j = max(first_of(n), j0); j < min(n + 1u, j0 + KEYS); j++) {
      let t = (j - j0) * E4;
      var s = 0.0;
      var dp = 0.0;
      //: for d in 0..E4
      let k${d} = tile_a[t + ${d}u];
      let v${d} = tile_b[t + ${d}u];
      //: for x in 0..4
      s = q${d}[${x}] * k${d}[${x}] + s;
      dp = do${d}[${x}] * v${d}[${x}] + dp;
      //: end
      //: end
      let ds = exp(s * SCALE - l) * (dp - inner) * SCALE;
      //: for d in 0..E4
      dq${d} = k${d} * ds + dq${d};
      //: end
    }
  }
  if (first + local > last) { return; }
  //: for d in 0..E4
  d_qkv[q + ${d}u] = dq${d};
  //: end
}
//: end

//: if BACKWARD_KV
var<workgroup> pair_lse: array<f32, PAIRS>;
var<workgroup> pair_delta: array<f32, PAIRS>;

// Loads one tile of the queries of a group's heads and the gradients of their outputs, from row n0.
fn load_queries(n0: u32, g: u32, local: u32) {
  workgroupBarrier();
  for (var i = local; i < TILE; i += LINEAR_WORKGROUP) {
    let pair = i / E4;
    let n = min(n0 + pair / HEADS_PER_GROUP, dims.rows - 1u);
    let h = g * HEADS_PER_GROUP + pair % HEADS_PER_GROUP;
    tile_a[i] = qkv[n * QKV4 + h * E4 + i % E4];
    tile_b[i] = d_o[n * O4 + h * E4 + i % E4];
  }
  for (var pair = local; pair < PAIRS; pair += LINEAR_WORKGROUP) {
    let at = min(n0 + pair / HEADS_PER_GROUP, dims.rows - 1u) * H + g * HEADS_PER_GROUP + pair % HEADS_PER_GROUP;
    pair_lse[pair] = lse[at];
    pair_delta[pair] = delta[at];
  }
  workgroupBarrier();
}

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward_kv(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let first = group.x * LINEAR_WORKGROUP;
  let last = min(first + LINEAR_WORKGROUP, dims.rows) - 1u;
  let j = min(first + local, last);
  let g = group.y;
  let k = j * QKV4 + (H + g) * E4;
  let v = k + G * E4;
  //: for d in 0..E4
  let k${d} = qkv[k + ${d}u];
  let v${d} = qkv[v + ${d}u];
  var dk${d} = vec4f(0.0);
  var dv${d} = vec4f(0.0);
  //: end
  for (var n0 = first; n0 < end_of(last); n0 += KEYS) {
    load_queries(n0, g, local);
    for (var n = max(j, n0); n < min(end_of(j), n0 + KEYS); n++) {
      for (var h = 0u; h < HEADS_PER_GROUP; h++) {
        let pair = (n - n0) * HEADS_PER_GROUP + h;
        let t = pair * E4;
        let row_lse = pair_lse[pair];
        let row_delta = pair_delta[pair];
        var s = 0.0;
        var dp = 0.0;
        //: for d in 0..E4
        let q${d} = tile_a[t + ${d}u];
        let do${d} = tile_b[t + ${d}u];
        //: for x in 0..4
        s = k${d}[${x}] * q${d}[${x}] + s;
        dp = v${d}[${x}] * do${d}[${x}] + dp;
        //: end
        //: end
        let p = exp(s * SCALE - row_lse);
        let ds = p * (dp - row_delta) * SCALE;
        //: for d in 0..E4
        dk${d} = q${d} * ds + dk${d};
        dv${d} = do${d} * p + dv${d};
        //: end
      }
    }
  }
  if (first + local > last) { return; }
  //: for d in 0..E4
  d_qkv[k + ${d}u] = dk${d};
  d_qkv[v + ${d}u] = dv${d};
  //: end
}
//: end
