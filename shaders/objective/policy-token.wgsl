// A strategy's inputs and results. Included before policy.wgsl and curve.wgsl, followed by the strategy's struct
// `Parameters` and the functions `strategy` and `band`. The flags CLIPPED, DUAL_CLIPPED, NOT_FINITE and EXHAUSTED, and
// the zones' codes, are in src/objective/records.ts.

// A response token under the policy being trained. Log-ratios are clamped to [-20, 20], as verl does.
struct Token {
  ratio: f32,                   // r = pi / pi_old
  log_ratio: f32,
  advantage: f32,               // A
  logprob: f32,                 // log pi
  old_logprob: f32,
  entropy: f32,                 // of the whole distribution at this position, nats
  old_entropy: f32,
  sequence_ratio: f32,          // exp of the mean log-ratio of the response
  sequence_log_ratio: f32,      // that mean
  sequence_log_ratio_sum: f32,  // log of the response's whole ratio
  pessimistic_log_ratio: f32,   // mean of log-ratios clamped to [-eps_low, eps_high] where that lowers J (GMPO)
  sequence_log_correction: f32, // mean log of the truncated importance weights; 0 when they are off
  length: f32,                  // tokens of the response
  drift: f32,                   // mean of log pi_sampler - log pi over the response
  future_log_ratio: f32,        // discounted sum of the log-ratios from this token on (FIPO)
  selected: f32,                // 1 for tokens that the minibatch's covariance or second moment selected
  low: f32,                     // bounds found for the minibatch (BAPO)
  high: f32,
}

// A strategy's result.
struct Outcome {
  value: f32,  // the surrogate J
  weight: f32, // w: grad J = w A grad log pi
  flags: u32,  // CLIPPED counts in verl's pg_clipfrac, DUAL_CLIPPED in pg_clipfrac_lower
  push: f32,   // dJ/dlogp on top of w A
}

fn outcome(value: f32, weight: f32, flags: u32) -> Outcome {
  return Outcome(value, weight, flags, 0.0);
}

// The ratio that the strategy clips, and the clip range inside which the token is unclipped.
struct Band { ratio: f32, low: f32, high: f32 }
