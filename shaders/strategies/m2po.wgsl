// M2PO (arXiv 2510.01161; AReaL: _apply_m2po_masking): no clip range; the tokens of largest log(r)^2 of the minibatch
// are dropped until the mean of the others is below a threshold (found by second_moment in policy-context.wgsl).
//   J = M r A with M = 0 for the dropped tokens: w = M r
// AReaL compares the policies before the updates, the paper the policy being trained with the one that sampled; here
// it is the paper's.
fn strategy(token: Token) -> Outcome {
  if (token.selected > 0.0) { return outcome(0.0, 0.0, CLIPPED); }
  return outcome(token.ratio * token.advantage, token.ratio, 0u);
}
