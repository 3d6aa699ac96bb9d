// SPO (Simple Policy Optimization, arXiv 2401.16025), for language models CFPO (arXiv 2601.22801, eq. 7): a quadratic
// penalty in place of the clip, whose maximum is at the bound r = 1 + sign(A) eps.
//   J = r A - |A| (r - 1)^2 / (2 eps),  w = r (1 - sign(A) (r - 1) / eps): 0 at the bound, and it pulls back beyond
fn strategy(token: Token) -> Outcome {
  let r = token.ratio;
  let a = token.advantage;
  let off = r - 1.0;
  return outcome(
    r * a - abs(a) * off * off / (2.0 * parameters.eps),
    r * (1.0 - sign(a) * off / parameters.eps),
    0u,
  );
}

fn band(token: Token) -> Band {
  return Band(token.ratio, 1.0 - parameters.eps, 1.0 + parameters.eps);
}
