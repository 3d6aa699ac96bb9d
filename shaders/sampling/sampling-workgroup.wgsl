// `draw` of sampling.wgsl with one workgroup per sequence (row-reduction.wgsl). The same token as with one thread,
// except where sums round differently: lanes add up strided parts of the row, and contiguous parts for the sampling
// itself, which follows the order of the vocabulary.

fn count_from(at: u32, floor: u32, lane: u32) -> u32 {
  var count = 0u;
  for (var v = lane; v < V; v += ROW_LANES) { count += select(0u, 1u, ordered(logits[at + v]) >= floor); }
  return sum_words(count, lane);
}

fn mass_from(at: u32, floor: u32, highest: f32, lane: u32) -> f32 {
  var mass = 0.0;
  for (var v = lane; v < V; v += ROW_LANES) {
    let z = logits[at + v];
    if (ordered(z) >= floor) { mass += exp((z - highest) / sampling.temperature); }
  }
  return sum_lanes(mass, lane);
}

// The smallest logit that is kept, in `ordered` form.
fn find_floor(at: u32, highest: f32, lane: u32) -> u32 {
  var floor = 0u;
  if (sampling.top_k > 0u && sampling.top_k < V) {
    // Largest floor that at least TOP_K tokens reach.
    var low = 0u;
    var high = ordered(highest);
    while (low < high) {
      let middle = low + (high - low) / 2u + 1u;
      if (count_from(at, middle, lane) >= sampling.top_k) { low = middle; } else { high = middle - 1u; }
    }
    floor = low;
  }
  if (sampling.top_p < 1.0) {
    let wanted = sampling.top_p * mass_from(at, floor, highest, lane);
    var low = floor;
    var high = ordered(highest);
    while (low < high) {
      let middle = low + (high - low) / 2u + 1u;
      if (mass_from(at, middle, highest, lane) >= wanted) { low = middle; } else { high = middle - 1u; }
    }
    floor = low;
  }
  return floor;
}

// The token at which the kept tokens' mass, in the order of the vocabulary, passes the share `u` of the total.
fn token_at(u: f32, at: u32, floor: u32, highest: f32, lane: u32) -> u32 {
  let share = (V + ROW_LANES - 1u) / ROW_LANES;
  let first = min(lane * share, V);
  let last = min(first + share, V);
  var own = 0.0;
  for (var v = first; v < last; v++) {
    let z = logits[at + v];
    if (ordered(z) >= floor) { own += exp((z - highest) / sampling.temperature); }
  }
  lane_floats[lane] = own;
  workgroupBarrier();
  var before = 0.0;
  var total = 0.0;
  for (var other = 0u; other < ROW_LANES; other++) {
    if (other == lane) { before = total; }
    total += lane_floats[other];
  }
  // Rounding may leave u at the total mass: then the last kept token of the last lanes that have any.
  let aim = u * total;
  let beyond = aim >= total && before + own >= total;
  var found = 0u; // the token's number and 1
  if (own > 0.0 && aim >= before && (aim < before + own || beyond)) {
    var reached = before;
    for (var v = first; v < last; v++) {
      let z = logits[at + v];
      if (ordered(z) >= floor) {
        found = v + 1u;
        reached += exp((z - highest) / sampling.temperature);
        if (reached > aim) { break; }
      }
    }
  }
  return max_words(found, lane) - 1u;
}

var<workgroup> state: vec2u; // whether the sequence has ended, and its tokens

@compute @workgroup_size(ROW_LANES)
fn draw(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = group.y * groups.x + group.x;
  if (i >= dims.rows) { return; }
  let n = FIRST_ROW + i;
  if (lane == 0u) { state = vec2u(rows[n].start, rows[n].end); }
  let now = workgroupUniformLoad(&state);
  if (now.x == 1u) { return; }
  let at = i * V_PADDED;
  var own = -3.0e38;
  var best = 0u;
  for (var v = lane; v < V; v += ROW_LANES) {
    if (logits[at + v] > own) { own = logits[at + v]; best = v; }
  }
  let highest = max_lanes(own, lane);
  var sum = 0.0;
  for (var v = lane; v < V; v += ROW_LANES) { sum += exp((logits[at + v] - highest) / warmth()); }
  sum = sum_lanes(sum, lane);
  // Of several tokens with the highest logit the first.
  var token = V - max_words(select(0u, V - best, own == highest), lane);
  if (sampling.temperature > 0.0) {
    let floor = find_floor(at, highest, lane);
    token = token_at(uniform_draw(slots[n].sequence, now.y), at, floor, highest, lane);
  }
  if (lane == 0u) { keep(n, token, (logits[at + token] - highest) / warmth() - log(sum)); }
}
