// The attention of attention.wgsl with ROWS neighbouring rows of a head in one thread: a key and its value are loaded once for all of
// them (backward to keys: a query and its gradient once for ROWS keys). For adapters where a load costs many multiply-adds.
//
// Rows of a block can begin and end, even belong to different sequences: a row takes part in a step where it is `on`, and a step it
// has no part in leaves every bit of it as it was, so that a row's result does not depend on its neighbours.
// Constants: those of attention.wgsl, ROWS, E = 4 * E4, BLOCK = ROWS * E. Tiles are private memory, indexed by constants in the loops.

const QKV4 = (H + 2u * G) * E4;
const O4 = H * E4;
const HEADS_A_GROUP = H / G;

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> qkv: array<vec4f>;

//: if FORWARD
@group(0) @binding(3) var<storage, read_write> o: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  let h = i % H;
  let first = (i / H) * ROWS;
  if (first >= dims.rows) { return; }
  let last = min(first + ROWS, dims.rows) - 1u;
  var q: array<f32, BLOCK>;
  var sums: array<f32, BLOCK>;
  for (var r = 0u; r < ROWS; r++) {
    let from_row = min(first + r, last) * QKV4 + h * E4;
    for (var d = 0u; d < E4; d++) {
      let value = qkv[from_row + d];
      let at = r * E + d * 4u;
      //: for j in 0..4
      q[at + ${j}u] = value[${j}];
      sums[at + ${j}u] = 0.0;
      //: end
    }
  }
  //: for r in 0..ROWS
  let start${r} = rows[min(first + ${r}u, last)].start;
  var highest${r} = -3.0e38;
  var sum${r} = 0.0;
  //: end
  let keys = (H + h / HEADS_A_GROUP) * E4;
  for (var j = start0; j <= last; j++) {
    let k = keys + j * QKV4;
    let v = k + G * E4;
    //: for d in 0..E4
    let k${d} = qkv[k + ${d}u];
    let v${d} = qkv[v + ${d}u];
    //: end
    //: for r in 0..ROWS
    let s${r}_0 = 0.0;
    //: end
    //: for d in 0..E4
    //: for x in 0..4
    //: for r in 0..ROWS
    let s${r}_${d*4+x+1} = q[${r*E+d*4+x}] * k${d}[${x}] + s${r}_${d*4+x};
    //: end
    //: end
    //: end
    // Online softmax: of exp(highest - higher) and exp(s - higher) one is 1.
    //: for r in 0..ROWS
    let z${r} = s${r}_${E} * SCALE;
    let on${r} = j >= start${r} && j <= first + ${r}u;
    let up${r} = z${r} > highest${r};
    let e${r} = exp(-abs(z${r} - highest${r}));
    let shrink${r} = select(1.0, e${r}, up${r} && on${r});
    let p${r} = select(0.0, select(e${r}, 1.0, up${r}), on${r});
    highest${r} = select(highest${r}, z${r}, up${r} && on${r});
    sum${r} = sum${r} * shrink${r} + p${r};
    //: for d in 0..E4
    //: for x in 0..4
    sums[${r*E+d*4+x}] = sums[${r*E+d*4+x}] * shrink${r} + v${d}[${x}] * p${r};
    //: end
    //: end
    //: end
  }
  //: for r in 0..ROWS
  if (first + ${r}u <= last) {
    let out = (first + ${r}u) * O4 + h * E4;
    for (var d = 0u; d < E4; d++) {
      let at = ${r*E}u + d * 4u;
      o[out + d] = vec4f(sums[at], sums[at + 1u], sums[at + 2u], sums[at + 3u]) / sum${r};
    }
    lse[(first + ${r}u) * H + h] = highest${r} + log(sum${r});
  }
  //: end
}
//: end

//: if BACKWARD_Q
@group(0) @binding(3) var<storage, read> o: array<vec4f>;
@group(0) @binding(4) var<storage, read> lse: array<f32>;
@group(0) @binding(5) var<storage, read> d_o: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> d_qkv: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> delta: array<f32>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward_q(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  let h = i % H;
  let first = (i / H) * ROWS;
  if (first >= dims.rows) { return; }
  let last = min(first + ROWS, dims.rows) - 1u;
  var q: array<f32, BLOCK>;
  var dout: array<f32, BLOCK>;
  var dq: array<f32, BLOCK>;
  var deltas: array<f32, ROWS>;
  for (var r = 0u; r < ROWS; r++) {
    let n = min(first + r, last);
    var inner = 0.0; // delta_n
    for (var d = 0u; d < E4; d++) {
      let value = qkv[n * QKV4 + h * E4 + d];
      let slope = d_o[n * O4 + h * E4 + d];
      inner += dot(slope, o[n * O4 + h * E4 + d]);
      let at = r * E + d * 4u;
      //: for j in 0..4
      q[at + ${j}u] = value[${j}];
      dout[at + ${j}u] = slope[${j}];
      dq[at + ${j}u] = 0.0;
      //: end
    }
    deltas[r] = inner;
    if (first + r <= last) { delta[n * H + h] = inner; }
  }
  //: for r in 0..ROWS
  let start${r} = rows[min(first + ${r}u, last)].start;
  let l${r} = lse[min(first + ${r}u, last) * H + h];
  //: end
  let keys = (H + h / HEADS_A_GROUP) * E4;
  for (var j = start0; j <= last; j++) {
    let k = keys + j * QKV4;
    let v = k + G * E4;
    //: for d in 0..E4
    let k${d} = qkv[k + ${d}u];
    let v${d} = qkv[v + ${d}u];
    //: end
    //: for r in 0..ROWS
    let s${r}_0 = 0.0;
    let p${r}_0 = 0.0;
    //: end
    //: for d in 0..E4
    //: for x in 0..4
    //: for r in 0..ROWS
    let s${r}_${d*4+x+1} = q[${r*E+d*4+x}] * k${d}[${x}] + s${r}_${d*4+x};
    let p${r}_${d*4+x+1} = dout[${r*E+d*4+x}] * v${d}[${x}] + p${r}_${d*4+x};
    //: end
    //: end
    //: end
    //: for r in 0..ROWS
    let ds${r} = select(0.0, exp(s${r}_${E} * SCALE - l${r}) * (p${r}_${E} - deltas[${r}]) * SCALE, j >= start${r} && j <= first + ${r}u);
    //: for d in 0..E4
    //: for x in 0..4
    dq[${r*E+d*4+x}] = k${d}[${x}] * ds${r} + dq[${r*E+d*4+x}];
    //: end
    //: end
    //: end
  }
  for (var r = 0u; first + r <= last; r++) {
    for (var d = 0u; d < E4; d++) {
      let at = r * E + d * 4u;
      d_qkv[(first + r) * QKV4 + h * E4 + d] = vec4f(dq[at], dq[at + 1u], dq[at + 2u], dq[at + 3u]);
    }
  }
}
//: end

//: if BACKWARD_KV
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> d_o: array<vec4f>;
@group(0) @binding(5) var<storage, read> delta: array<f32>;
@group(0) @binding(6) var<storage, read_write> d_qkv: array<vec4f>;

@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward_kv(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  let g = i % G;
  let first = (i / G) * ROWS;
  if (first >= dims.rows) { return; }
  let last = min(first + ROWS, dims.rows) - 1u;
  let keys = (H + g) * E4;
  var key: array<f32, BLOCK>;
  var value: array<f32, BLOCK>;
  var dk: array<f32, BLOCK>;
  var dv: array<f32, BLOCK>;
  for (var r = 0u; r < ROWS; r++) {
    let at_key = min(first + r, last) * QKV4 + keys;
    for (var d = 0u; d < E4; d++) {
      let a = qkv[at_key + d];
      let b = qkv[at_key + G * E4 + d];
      let at = r * E + d * 4u;
      //: for j in 0..4
      key[at + ${j}u] = a[${j}];
      value[at + ${j}u] = b[${j}];
      dk[at + ${j}u] = 0.0;
      dv[at + ${j}u] = 0.0;
      //: end
    }
  }
  //: for r in 0..ROWS
  let end${r} = rows[min(first + ${r}u, last)].end;
  //: end
  // Ends rise from row to row: the last row's is the furthest query that sees any key of the block.
  let end = rows[last].end;
  for (var n = first; n < end; n++) {
    for (var h = g * HEADS_A_GROUP; h < (g + 1u) * HEADS_A_GROUP; h++) {
      let q = n * QKV4 + h * E4;
      let at_o = n * O4 + h * E4;
      let l = lse[n * H + h];
      let inner = delta[n * H + h];
      //: for d in 0..E4
      let q${d} = qkv[q + ${d}u];
      let do${d} = d_o[at_o + ${d}u];
      //: end
      //: for r in 0..ROWS
      let s${r}_0 = 0.0;
      let p${r}_0 = 0.0;
      //: end
      //: for d in 0..E4
      //: for x in 0..4
      //: for r in 0..ROWS
      let s${r}_${d*4+x+1} = key[${r*E+d*4+x}] * q${d}[${x}] + s${r}_${d*4+x};
      let p${r}_${d*4+x+1} = value[${r*E+d*4+x}] * do${d}[${x}] + p${r}_${d*4+x};
      //: end
      //: end
      //: end
      //: for r in 0..ROWS
      let w${r} = select(0.0, exp(s${r}_${E} * SCALE - l), n >= first + ${r}u && n < end${r});
      let ds${r} = w${r} * (p${r}_${E} - inner) * SCALE;
      //: for d in 0..E4
      //: for x in 0..4
      dk[${r*E+d*4+x}] = q${d}[${x}] * ds${r} + dk[${r*E+d*4+x}];
      dv[${r*E+d*4+x}] = do${d}[${x}] * w${r} + dv[${r*E+d*4+x}];
      //: end
      //: end
      //: end
    }
  }
  for (var r = 0u; first + r <= last; r++) {
    for (var d = 0u; d < E4; d++) {
      let at = r * E + d * 4u;
      let out = (first + r) * QKV4 + keys + d;
      d_qkv[out] = vec4f(dk[at], dk[at + 1u], dk[at + 2u], dk[at + 3u]);
      d_qkv[out + G * E4] = vec4f(dv[at], dv[at + 1u], dv[at + 2u], dv[at + 3u]);
    }
  }
}
//: end
