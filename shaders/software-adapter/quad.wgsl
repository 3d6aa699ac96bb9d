// Sharing values inside a quad, four neighbouring lanes: for kernels in which one lane loads what all four need.
enable subgroups;

// The place of a lane in its quad.
struct QuadLane { is_odd: bool, is_high: bool }

fn quad_lane(lane: u32) -> QuadLane {
  return QuadLane((lane & 1u) == 1u, (lane & 2u) == 2u);
}

// The values v0 v1 v2 v3 of the quad's lanes, in every one of them: first (v0 v0 v2 v2) and (v1 v1 v3 v3), then each of
// those and itself turned by two lanes. Swaps and selections, because on adapters that compute lanes in step a
// broadcast costs ten times as much as a swap.
fn quad_values(own: f32, lane: QuadLane) -> vec4f {
  let swapped = quadSwapX(own);
  let even = select(own, swapped, lane.is_odd);
  let odd = select(swapped, own, lane.is_odd);
  let even_turned = quadSwapY(even);
  let odd_turned = quadSwapY(odd);
  return vec4f(select(even, even_turned, lane.is_high), select(odd, odd_turned, lane.is_high), select(even_turned, even, lane.is_high), select(odd_turned, odd, lane.is_high));
}
