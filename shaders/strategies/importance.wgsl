// J = r A, w = r: the importance-weighted policy gradient, no clipping.
fn strategy(token: Token) -> Outcome {
  return outcome(token.ratio * token.advantage, token.ratio, 0u);
}
