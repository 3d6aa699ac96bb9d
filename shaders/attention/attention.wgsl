// Causal attention with grouped-query heads over packed sequences: row n attends to rows start_n..n of its own
// sequence, the last WINDOW of them where WINDOW is not 0.
//   s_nj = q_n . k_j * SCALE,  p_nj = exp(s_nj - lse_n),  o_n = sum_j p_nj v_j
//   backward, with delta_n = do_n . o_n:
//     ds_nj = p_nj (do_n . v_j - delta_n) SCALE;  dq_n = sum_j ds_nj k_j;  dk_j = sum_n ds_nj q_n;  dv_j = sum_n p_nj
//     do_n
// No N x N matrix is kept: the forward pass uses online softmax (Milakov & Gimelshein, arXiv 1805.02867), the backward
// pass recomputes p from the log-sum-exp, as FlashAttention does (Dao et al., arXiv 2205.14135).
//
// Layout and buffers: qkv-layout.wgsl and attention-rows.wgsl, which come before. Attention to cached keys:
// attention-decode.wgsl. One thread per row of a head; attention-quad.wgsl does the same in tiles. Terms are added
// sequentially, so that both agree bit for bit.

//: if FORWARD
@compute @workgroup_size(LINEAR_WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * H) { return; }
  let n = i / H;
  let h = i % H;
  let g = h / HEADS_PER_GROUP;
  let q = n * QKV4 + h * E4;
  //: for d in 0..E4
  let q${d} = qkv[q + ${d}u];
  var o${d} = vec4f(0.0);
  //: end
  let keys = (H + g) * E4;
  var highest = -3.0e38;
  var sum = 0.0;
  for (var j = first_of(n); j <= n; j++) {
    let k = keys + j * QKV4;
    var s = 0.0;
    //: for d in 0..E4
    let k${d} = qkv[k + ${d}u];
    //: for x in 0..4
    s = q${d}[${x}] * k${d}[${x}] + s;
    //: end
    //: end
    let step = softmax_step(highest, s * SCALE);
    highest = step.highest;
    sum = sum * step.shrink + step.p;
    let v = k + G * E4;
    //: for d in 0..E4
    o${d} = o${d} * step.shrink + qkv[v + ${d}u] * step.p;
    //: end
  }
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
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * H) { return; }
  let n = i / H;
  let h = i % H;
  let q = n * QKV4 + h * E4;
  let at_o = n * O4 + h * E4;
  var inner = 0.0; // delta_n
  //: for d in 0..E4
  let q${d} = qkv[q + ${d}u];
  let do${d} = d_o[at_o + ${d}u];
  var dq${d} = vec4f(0.0);
  inner += dot(do${d}, o[at_o + ${d}u]);
  //: end
  delta[i] = inner;
  let l = lse[i];
  let keys = (H + h / HEADS_PER_GROUP) * E4;
  for (var j = first_of(n); j <= n; j++) {
    let k = keys + j * QKV4;
    let v = k + G * E4;
    var s = 0.0;
    var dp = 0.0;
    //: for d in 0..E4
    let k${d} = qkv[k + ${d}u];
    let v${d} = qkv[v + ${d}u];
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
  //: for d in 0..E4
  d_qkv[q + ${d}u] = dq${d};
  //: end
}
//: end

//: if BACKWARD_KV
@compute @workgroup_size(LINEAR_WORKGROUP)
fn backward_kv(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows * G) { return; }
  let j = i / G;
  let g = i % G;
  let k = j * QKV4 + (H + g) * E4;
  let v = k + G * E4;
  //: for d in 0..E4
  let k${d} = qkv[k + ${d}u];
  let v${d} = qkv[v + ${d}u];
  var dk${d} = vec4f(0.0);
  var dv${d} = vec4f(0.0);
  //: end
  for (var n = j; n < end_of(j); n++) {
    for (var h = g * HEADS_PER_GROUP; h < (g + 1u) * HEADS_PER_GROUP; h++) {
      let q = n * QKV4 + h * E4;
      let at_o = n * O4 + h * E4;
      var s = 0.0;
      var dp = 0.0;
      //: for d in 0..E4
      let q${d} = qkv[q + ${d}u];
      let do${d} = d_o[at_o + ${d}u];
      //: for x in 0..4
      s = k${d}[${x}] * q${d}[${x}] + s;
      dp = v${d}[${x}] * do${d}[${x}] + dp;
      //: end
      //: end
      let p = exp(s * SCALE - lse[n * H + h]);
      let ds = p * (dp - delta[n * H + h]) * SCALE;
      //: for d in 0..E4
      dk${d} = q${d} * ds + dk${d};
      dv${d} = do${d} * p + dv${d};
      //: end
    }
  }
  //: for d in 0..E4
  d_qkv[k + ${d}u] = dk${d};
  d_qkv[v + ${d}u] = dv${d};
  //: end
}
//: end
