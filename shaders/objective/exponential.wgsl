// exp of a log-ratio, shared by the strategies and the kernels around them.
fn exponential(x: f32) -> f32 {
  return select(exp(x), 1.0, x == 0.0); // exactly 1 for the unchanged policy on every adapter
}
