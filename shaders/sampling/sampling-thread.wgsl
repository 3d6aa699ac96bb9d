// `draw` of sampling.wgsl with one thread per sequence.

fn count_from(at: u32, floor: u32) -> u32 {
  var count = 0u;
  for (var v = 0u; v < V; v++) { count += select(0u, 1u, ordered(logits[at + v]) >= floor); }
  return count;
}

fn mass_from(at: u32, floor: u32, highest: f32) -> f32 {
  var mass = 0.0;
  for (var v = 0u; v < V; v++) {
    let z = logits[at + v];
    if (ordered(z) >= floor) { mass += exp((z - highest) / sampling.temperature); }
  }
  return mass;
}

@compute @workgroup_size(LINEAR_WORKGROUP)
fn draw(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.rows) { return; }
  let n = FIRST_ROW + i;
  let row = rows[n];
  if (row.start == 1u) { return; }
  let at = i * V_PADDED;
  var highest = -3.0e38;
  var best = 0u;
  for (var v = 0u; v < V; v++) {
    if (logits[at + v] > highest) { highest = logits[at + v]; best = v; }
  }
  var sum = 0.0;
  for (var v = 0u; v < V; v++) { sum += exp((logits[at + v] - highest) / warmth()); }
  var token = best;
  if (sampling.temperature > 0.0) {
    var floor = 0u;
    if (sampling.top_k > 0u && sampling.top_k < V) {
      // Largest floor that at least TOP_K tokens reach.
      var low = 0u;
      var high = ordered(highest);
      while (low < high) {
        let middle = low + (high - low) / 2u + 1u;
        if (count_from(at, middle) >= sampling.top_k) { low = middle; } else { high = middle - 1u; }
      }
      floor = low;
    }
    var mass = mass_from(at, floor, highest);
    if (sampling.top_p < 1.0) {
      let wanted = sampling.top_p * mass;
      var low = floor;
      var high = ordered(highest);
      while (low < high) {
        let middle = low + (high - low) / 2u + 1u;
        if (mass_from(at, middle, highest) >= wanted) { low = middle; } else { high = middle - 1u; }
      }
      floor = low;
      mass = mass_from(at, floor, highest);
    }
    let u = uniform_draw(slots[n].sequence, row.end) * mass;
    var reached = 0.0;
    for (var v = 0u; v < V; v++) {
      let z = logits[at + v];
      if (ordered(z) >= floor) {
        token = v; // the last kept token if rounding leaves `reached` short of u
        reached += exp((z - highest) / sampling.temperature);
        if (reached > u) { break; }
      }
    }
  }
  keep(n, token, (logits[at + token] - highest) / warmth() - log(sum));
}
