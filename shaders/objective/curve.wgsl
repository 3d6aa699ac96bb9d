// A strategy in isolation: value and weight at given tokens. The same functions as in a training step (policy.wgsl), on
// points of a curve instead of a minibatch; also the module in which a custom strategy is first compiled, hence the
// prefixed names.

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> studio_points: array<StudioPoint>;
@group(0) @binding(2) var<storage, read_write> studio_answers: array<StudioAnswer>;

fn studio_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

// A response whose tokens all have this point's log-ratio, so that strategies on whole responses work too.
@compute @workgroup_size(64)
fn studio_curve(@builtin(global_invocation_id) thread: vec3u) {
  let i = thread.x;
  if (i >= arrayLength(&studio_points)) { return; }
  let p = studio_points[i];
  _ = &parameters;
  var token: Token;
  token.log_ratio = clamp(p.log_ratio, -20.0, 20.0);
  token.ratio = exponential(token.log_ratio);
  token.advantage = p.advantage;
  token.logprob = p.old_logprob + token.log_ratio;
  token.old_logprob = p.old_logprob;
  token.entropy = p.entropy;
  token.old_entropy = p.old_entropy;
  token.sequence_log_ratio = token.log_ratio;
  token.sequence_ratio = token.ratio;
  token.length = p.length;
  token.sequence_log_ratio_sum = token.log_ratio * p.length;
  //: if LOG_BAND
  let clamped = clamp(token.log_ratio, -parameters.eps_low, parameters.eps_high);
  token.pessimistic_log_ratio = select(select(0.0, max(token.log_ratio, clamped), p.advantage < 0.0), min(token.log_ratio, clamped), p.advantage > 0.0);
  //: end
  token.drift = -token.log_ratio;
  //: if FUTURE
  // The first of p.length equal tokens: a geometric series.
  if (!(parameters.dual_clip > 0.0 && token.ratio > parameters.dual_clip)) {
    let decay = exp2(-1.0 / parameters.half_life);
    for (var k = 0.0; k < p.length; k += 1.0) { token.future_log_ratio += token.log_ratio * pow(decay, k); }
  }
  //: end
  token.low = p.low;
  token.high = p.high;
  //: if CUSTOM
  studio_loops_left = STUDIO_LOOPS;
  //: end
  var answer = strategy(token);
  //: if CUSTOM
  if (studio_loops_left == 0u) { answer.flags |= EXHAUSTED; }
  //: end
  if (!(studio_finite(answer.value) && studio_finite(answer.weight) && studio_finite(answer.push))) { answer.flags |= NOT_FINITE; }
  let at = band(token);
  var zone = INSIDE;
  if (at.ratio > at.high) {
    zone = select(select(INSIDE, NEGATIVE_HIGH, p.advantage < 0.0), POSITIVE_HIGH, p.advantage > 0.0);
  } else if (at.ratio < at.low) {
    zone = select(select(INSIDE, NEGATIVE_LOW, p.advantage < 0.0), POSITIVE_LOW, p.advantage > 0.0);
  }
  var out: StudioAnswer;
  out.value = answer.value;
  out.weight = answer.weight;
  out.flags = answer.flags;
  out.zone = zone;
  out.ratio = at.ratio;
  out.low = at.low;
  out.high = at.high;
  out.push = answer.push;
  studio_answers[i] = out;
}
