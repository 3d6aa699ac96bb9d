// DCPO (arXiv 2509.02333): PPO with per-token bounds, wider for less probable tokens. With q = pi_old:
//   lo = (1 + sqrt(max(0, 1 - 4 eps_low / q))) / 2,  hi = min((1 + sqrt(1 + 4 eps_high / q)) / 2, 10)
// which is |r - 1| r <= eps / q. The surrogate is that of ppo.wgsl.
fn band(token: Token) -> Band {
  // 1 / q as exp(-log q): q may be too small to divide by; beyond e^20 hi is at its cap anyway.
  let inverse = exp(clamp(-token.old_logprob, 0.0, 20.0));
  let low = 0.5 * (1.0 + sqrt(max(0.0, 1.0 - 4.0 * parameters.eps_low * inverse)));
  let high = min(0.5 * (1.0 + sqrt(1.0 + 4.0 * parameters.eps_high * inverse)), 10.0);
  return Band(token.ratio, low, high);
}
