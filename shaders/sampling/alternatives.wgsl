// A model's reading of a token: its log-prob and rank, the entropy of its distribution, and the K most probable tokens,
// from a row of logits that stays on the GPU. One workgroup per row; each thread reads every THREADS-th entry.
//   lse = log sum_v exp z_v;  logp = z_y - lse;  entropy = lse - sum_v p_v z_v  (temperature 1)
//   rank = 1 + tokens before y in the order: larger logit first, ties by smaller id
// First sweep: the thread's K best, kept sorted in registers. Then K rounds in which each thread offers its best and
// the workgroup takes the first of them. Second sweep: sums relative to the largest logit.

@group(0) @binding(0) var<uniform> dims: Dims;
//: if OF_TARGETS
@group(0) @binding(1) var<storage, read> target_tokens: array<TargetToken>;
//: end
//: if not OF_TARGETS
// after sampling: a row's token is the one sampled from its logits
@group(0) @binding(1) var<storage, read> rows: array<Row>;
//: end
@group(0) @binding(2) var<storage, read> logits: array<f32>;
// A reading's words: Reading, then K times Alternative (src/model/generation/token-readings.ts); floats by their bits.
@group(0) @binding(3) var<storage, read_write> readings: array<u32>;

const LOWEST = -3.4e38;
const NONE = 0xffffffffu;
const WIDTH = READING + K * ALTERNATIVE;

var<workgroup> heads: array<f32, THREADS>;
var<workgroup> head_ids: array<u32, THREADS>;
var<workgroup> sums: array<vec3f, THREADS>;

fn before(z: f32, id: u32, other: f32, other_id: u32) -> bool {
  return z > other || (z == other && id < other_id);
}

@compute @workgroup_size(THREADS)
fn read_tokens(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = group.y * groups.x + group.x;
  //: if OF_TARGETS
  let count = dims.targets;
  //: end
  //: if not OF_TARGETS
  let count = dims.rows;
  //: end
  if (i >= count) { return; }
  //: if OF_TARGETS
  let place = dims.target_offset + i;
  let token = target_tokens[place].token;
  //: end
  //: if not OF_TARGETS
  let place = i;
  let token = rows[i].token;
  //: end
  let at = i * V_PADDED;
  let z_token = logits[at + token];

  //: for k in 0..K
  var best${k} = LOWEST;
  var id${k} = NONE;
  //: end
  for (var v = local; v < V; v += THREADS) {
    var z = logits[at + v];
    var id = v;
    if (before(z, id, best${K_LAST}, id${K_LAST})) {
      // Insertion: each displaced entry moves down.
      //: for k in 0..K
      if (before(z, id, best${k}, id${k})) {
        let down = best${k};
        let down_id = id${k};
        best${k} = z;
        id${k} = id;
        z = down;
        id = down_id;
      }
      //: end
    }
  }

  //: for k in 0..K
  heads[local] = best0;
  head_ids[local] = id0;
  workgroupBarrier();
  for (var reach = THREADS / 2u; reach > 0u; reach /= 2u) {
    if (local < reach && before(heads[local + reach], head_ids[local + reach], heads[local], head_ids[local])) {
      heads[local] = heads[local + reach];
      head_ids[local] = head_ids[local + reach];
    }
    workgroupBarrier();
  }
  let taken${k} = head_ids[0];
  let value${k} = heads[0];
  workgroupBarrier();
  // The owning thread shifts its list up.
  if (taken${k} != NONE && id0 == taken${k}) {
    //: for n in 0..K_LAST
    best${n} = best${n+1};
    id${n} = id${n+1};
    //: end
    best${K_LAST} = LOWEST;
    id${K_LAST} = NONE;
  }
  //: end
  let highest = value0;

  // (sum of p, of p z, tokens before y), p and z relative to the largest logit.
  var sum = vec3f(0.0);
  for (var v = local; v < V; v += THREADS) {
    let raw = logits[at + v];
    let z = raw - highest;
    let p = exp(z);
    sum += vec3f(p, p * z, select(0.0, 1.0, before(raw, v, z_token, token)));
  }
  sums[local] = sum;
  workgroupBarrier();
  for (var reach = THREADS / 2u; reach > 0u; reach /= 2u) {
    if (local < reach) { sums[local] += sums[local + reach]; }
    workgroupBarrier();
  }
  if (local != 0u) { return; }
  let total = sums[0];
  let log_sum = log(total.x);
  let out = place * WIDTH;
  readings[out + READING_LOGPROB] = bitcast<u32>(z_token - highest - log_sum);
  readings[out + READING_ENTROPY] = bitcast<u32>(log_sum - total.y / total.x);
  readings[out + READING_RANK] = 1u + u32(total.z);
  readings[out + READING_TOKEN] = token;
  //: for k in 0..K
  let out${k} = out + READING + ${k}u * ALTERNATIVE;
  readings[out${k} + ALTERNATIVE_TOKEN] = taken${k};
  readings[out${k} + ALTERNATIVE_LOGPROB] = bitcast<u32>(value${k} - highest - log_sum);
  //: end
}
