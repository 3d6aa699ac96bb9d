// The attention of attention.wgsl by quads: four lanes have a tile of 4 x ROWS neighbouring rows of a head, lane l its
// rows l, l + 4, ... Of a key and its value each lane loads a quarter and hands it to the others (backward to keys: of
// a query and its gradient, for a tile of keys), so that a load serves 4 x ROWS rows. For adapters where a load costs
// many multiply-adds.
//
// Same terms in the same order as attention.wgsl. Rows of a tile can begin and end, even belong to different sequences:
// a row takes part in a step where it is `on`, and any other step leaves every bit of it unchanged, so that a row's
// result does not depend on its neighbours. Constants: those of attention.wgsl, ROWS, TILE = 4 ROWS, E = 4 E4,
// BLOCK = ROWS * E, LOADS = ceil(E4 / 4) loads of a lane for one vector of E, ROOM = 16 LOADS. Arrays are private
// memory, indexed by constants in the loops.

//: if FORWARD
@compute @workgroup_size(4)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let h = group.y;
  let first = group.x * TILE;
  if (first >= dims.rows) { return; }
  let last = min(first + TILE, dims.rows) - 1u;
  let place = quad_lane(lane);
  var q: array<f32, BLOCK>;
  var sums: array<f32, BLOCK>;
  for (var r = 0u; r < ROWS; r++) {
    let from_row = min(first + r * 4u + lane, last) * QKV4 + h * E4;
    for (var d = 0u; d < E4; d++) {
      let value = qkv[from_row + d];
      let at = r * E + d * 4u;
      //: for j in 0..4
      q[at + ${j}u] = value[${j}];
      //: end
    }
  }
  //: for r in 0..ROWS
  let n${r} = first + ${r*4}u + lane;
  let start${r} = rows[min(n${r}, last)].start;
  var highest${r} = -3.0e38;
  var sum${r} = 0.0;
  //: end
  let keys = (H + h / HEADS_PER_GROUP) * E4;
  var key: array<f32, ROOM>;
  var value: array<f32, ROOM>;
  var kept: array<f32, KEPT>;
  for (var j = rows[first].start; j <= last; j++) {
    let k = keys + j * QKV4;
    let v = k + G * E4;
    //: for q in 0..LOADS
    let from_key${q} = qkv[k + min(${q*4}u + lane, E4 - 1u)];
    let from_value${q} = qkv[v + min(${q*4}u + lane, E4 - 1u)];
    //: for x in 0..4
    let keys${q}_${x} = quad_values(from_key${q}[${x}], place);
    let values${q}_${x} = quad_values(from_value${q}[${x}], place);
    //: for l in 0..4
    key[${q*16+l*4+x}] = keys${q}_${x}[${l}];
    value[${q*16+l*4+x}] = values${q}_${x}[${l}];
    //: end
    //: end
    //: end
    //: for r in 0..ROWS
    let s${r}_0 = 0.0;
    //: end
    //: for d in 0..E
    let k${d} = key[${d}];
    //: for r in 0..ROWS
    let s${r}_${d+1} = q[${r*E+d}] * k${d} + s${r}_${d};
    //: end
    //: end
    //: for r in 0..ROWS
    kept[${r}] = s${r}_${E};
    //: end
    // As softmax_step in attention-rows.wgsl, but only where the row is `on`.
    //: for r in 0..ROWS
    let z${r} = kept[${r}] * SCALE;
    let on${r} = j >= start${r} && j <= n${r};
    let up${r} = z${r} > highest${r};
    let e${r} = exp(-abs(z${r} - highest${r}));
    let shrink${r} = select(1.0, e${r}, up${r} && on${r});
    let p${r} = select(0.0, select(e${r}, 1.0, up${r}), on${r});
    highest${r} = select(highest${r}, z${r}, up${r} && on${r});
    sum${r} = sum${r} * shrink${r} + p${r};
    //: for d in 0..E
    sums[${r*E+d}] = sums[${r*E+d}] * shrink${r} + value[${d}] * p${r};
    //: end
    //: end
  }
  //: for r in 0..ROWS
  if (n${r} <= last) {
    let out = n${r} * O4 + h * E4;
    for (var d = 0u; d < E4; d++) {
      let at = ${r*E}u + d * 4u;
      o[out + d] = vec4f(sums[at], sums[at + 1u], sums[at + 2u], sums[at + 3u]) / sum${r};
    }
    lse[n${r} * H + h] = highest${r} + log(sum${r});
  }
  //: end
}
//: end

//: if BACKWARD_Q
@compute @workgroup_size(4)
fn backward_q(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let h = group.y;
  let first = group.x * TILE;
  if (first >= dims.rows) { return; }
  let last = min(first + TILE, dims.rows) - 1u;
  let place = quad_lane(lane);
  var q: array<f32, BLOCK>;
  var dout: array<f32, BLOCK>;
  var dq: array<f32, BLOCK>;
  var deltas: array<f32, ROWS>;
  for (var r = 0u; r < ROWS; r++) {
    let n = min(first + r * 4u + lane, last);
    var inner = 0.0; // delta_n
    for (var d = 0u; d < E4; d++) {
      let value = qkv[n * QKV4 + h * E4 + d];
      let gradient = d_o[n * O4 + h * E4 + d];
      inner += dot(gradient, o[n * O4 + h * E4 + d]);
      let at = r * E + d * 4u;
      //: for j in 0..4
      q[at + ${j}u] = value[${j}];
      dout[at + ${j}u] = gradient[${j}];
      //: end
    }
    deltas[r] = inner;
    if (first + r * 4u + lane <= last) { delta[n * H + h] = inner; }
  }
  //: for r in 0..ROWS
  let n${r} = first + ${r*4}u + lane;
  let start${r} = rows[min(n${r}, last)].start;
  let l${r} = lse[min(n${r}, last) * H + h];
  //: end
  let keys = (H + h / HEADS_PER_GROUP) * E4;
  var key: array<f32, ROOM>;
  var value: array<f32, ROOM>;
  var kept: array<f32, KEPT>;
  for (var j = rows[first].start; j <= last; j++) {
    let k = keys + j * QKV4;
    let v = k + G * E4;
    //: for q in 0..LOADS
    let from_key${q} = qkv[k + min(${q*4}u + lane, E4 - 1u)];
    let from_value${q} = qkv[v + min(${q*4}u + lane, E4 - 1u)];
    //: for x in 0..4
    let keys${q}_${x} = quad_values(from_key${q}[${x}], place);
    let values${q}_${x} = quad_values(from_value${q}[${x}], place);
    //: for l in 0..4
    key[${q*16+l*4+x}] = keys${q}_${x}[${l}];
    value[${q*16+l*4+x}] = values${q}_${x}[${l}];
    //: end
    //: end
    //: end
    //: for r in 0..ROWS
    let s${r}_0 = 0.0;
    let p${r}_0 = 0.0;
    //: end
    //: for d in 0..E
    let k${d} = key[${d}];
    let v${d} = value[${d}];
    //: for r in 0..ROWS
    let s${r}_${d+1} = q[${r*E+d}] * k${d} + s${r}_${d};
    let p${r}_${d+1} = dout[${r*E+d}] * v${d} + p${r}_${d};
    //: end
    //: end
    //: for r in 0..ROWS
    kept[${r}] = s${r}_${E};
    kept[ROWS + ${r}] = p${r}_${E};
    //: end
    //: for r in 0..ROWS
    let w${r} = select(0.0, exp(kept[${r}] * SCALE - l${r}), j >= start${r} && j <= n${r});
    let ds${r} = w${r} * (kept[ROWS + ${r}] - deltas[${r}]) * SCALE;
    //: for d in 0..E
    dq[${r*E+d}] = key[${d}] * ds${r} + dq[${r*E+d}];
    //: end
    //: end
  }
  for (var r = 0u; r < ROWS; r++) {
    let n = first + r * 4u + lane;
    if (n <= last) {
      for (var d = 0u; d < E4; d++) {
        let at = r * E + d * 4u;
        d_qkv[n * QKV4 + h * E4 + d] = vec4f(dq[at], dq[at + 1u], dq[at + 2u], dq[at + 3u]);
      }
    }
  }
}
//: end

//: if BACKWARD_KV
@compute @workgroup_size(4)
fn backward_kv(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let g = group.y;
  let first = group.x * TILE;
  if (first >= dims.rows) { return; }
  let last = min(first + TILE, dims.rows) - 1u;
  let place = quad_lane(lane);
  let keys = (H + g) * E4;
  var key: array<f32, BLOCK>;
  var value: array<f32, BLOCK>;
  var dk: array<f32, BLOCK>;
  var dv: array<f32, BLOCK>;
  for (var r = 0u; r < ROWS; r++) {
    let at_key = min(first + r * 4u + lane, last) * QKV4 + keys;
    for (var d = 0u; d < E4; d++) {
      let a = qkv[at_key + d];
      let b = qkv[at_key + G * E4 + d];
      let at = r * E + d * 4u;
      //: for j in 0..4
      key[at + ${j}u] = a[${j}];
      value[at + ${j}u] = b[${j}];
      //: end
    }
  }
  //: for r in 0..ROWS
  let j${r} = first + ${r*4}u + lane;
  let end${r} = rows[min(j${r}, last)].end;
  //: end
  var query: array<f32, ROOM>;
  var dout: array<f32, ROOM>;
  var kept: array<f32, KEPT>;
  // Ends rise from row to row: the last row's is the furthest query that sees any key of the tile.
  for (var n = first; n < rows[last].end; n++) {
    for (var h = g * HEADS_PER_GROUP; h < (g + 1u) * HEADS_PER_GROUP; h++) {
      let q = n * QKV4 + h * E4;
      let at_o = n * O4 + h * E4;
      let l = lse[n * H + h];
      let inner = delta[n * H + h];
      //: for q in 0..LOADS
      let from_query${q} = qkv[q + min(${q*4}u + lane, E4 - 1u)];
      let from_dout${q} = d_o[at_o + min(${q*4}u + lane, E4 - 1u)];
      //: for x in 0..4
      let queries${q}_${x} = quad_values(from_query${q}[${x}], place);
      let douts${q}_${x} = quad_values(from_dout${q}[${x}], place);
      //: for l in 0..4
      query[${q*16+l*4+x}] = queries${q}_${x}[${l}];
      dout[${q*16+l*4+x}] = douts${q}_${x}[${l}];
      //: end
      //: end
      //: end
      //: for r in 0..ROWS
      let s${r}_0 = 0.0;
      let p${r}_0 = 0.0;
      //: end
      //: for d in 0..E
      let q${d} = query[${d}];
      let do${d} = dout[${d}];
      //: for r in 0..ROWS
      let s${r}_${d+1} = key[${r*E+d}] * q${d} + s${r}_${d};
      let p${r}_${d+1} = value[${r*E+d}] * do${d} + p${r}_${d};
      //: end
      //: end
      //: for r in 0..ROWS
      kept[${r}] = s${r}_${E};
      kept[ROWS + ${r}] = p${r}_${E};
      //: end
      //: for r in 0..ROWS
      let w${r} = select(0.0, exp(kept[${r}] * SCALE - l), n >= j${r} && n < end${r});
      let ds${r} = w${r} * (kept[ROWS + ${r}] - inner) * SCALE;
      //: for d in 0..E
      dk[${r*E+d}] = query[${d}] * ds${r} + dk[${r*E+d}];
      dv[${r*E+d}] = dout[${d}] * w${r} + dv[${r*E+d}];
      //: end
      //: end
    }
  }
  for (var r = 0u; r < ROWS; r++) {
    let j = first + r * 4u + lane;
    if (j <= last) {
      for (var d = 0u; d < E4; d++) {
        let at = r * E + d * 4u;
        let out = j * QKV4 + keys + d;
        d_qkv[out] = vec4f(dk[at], dk[at + 1u], dk[at + 2u], dk[at + 3u]);
        d_qkv[out + G * E4] = vec4f(dv[at], dv[at + 1u], dv[at + 2u], dv[at + 3u]);
      }
    }
  }
}
//: end
