// No policy term: the SFT loss, whose gradient comes from nll_weight alone. The weight of a solution token is 1.
fn strategy(token: Token) -> Outcome {
  return outcome(0.0, 1.0, 0u);
}
