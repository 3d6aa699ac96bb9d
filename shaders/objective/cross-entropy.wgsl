// The loss of supervised fine-tuning, token by token: cross-entropy with given tokens.
//   loss = sum_t nll_weight_t (-log pi_t), so dL/dlogp = -nll_weight_t and dL/dentropy = 0
// Its records mark every token as inside with weight 1, because SFT has no old policy and no ratio.

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> target_tokens: array<TargetToken>;
@group(0) @binding(2) var<storage, read> likelihoods: array<Likelihood>;
@group(0) @binding(3) var<storage, read_write> records: array<TokenRecord>; // by index
@group(0) @binding(4) var<storage, read_write> d_logprobs: array<vec2f>; // (dL/dlogp, dL/dentropy)

@compute @workgroup_size(LINEAR_WORKGROUP)
fn evaluate(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = linear_index(group, groups, local);
  if (i >= dims.targets) { return; }
  let t = target_tokens[i];
  let like = likelihoods[i];
  d_logprobs[i] = vec2f(-t.nll_weight, 0.0);
  var record: TokenRecord;
  record.ratio = 1.0;
  record.weight = 1.0;
  record.zone = INSIDE;
  record.entropy = like.entropy;
  record.logprob = like.logprob;
  record.old_logprob = like.logprob;
  record.ppo_weight = 1.0;
  record.nll_weight = t.nll_weight;
  record.positive = t.positive;
  record.correction = 1.0;
  record.strategy_ratio = 1.0;
  records[t.index] = record;
}
