"""GPPO Studio's strategies as a policy loss of verl.

Importing this module registers the loss `gppo_studio`. Load it in every worker with
`actor_rollout_ref.model.external_lib=gppo_studio.verl_policy_loss`, or with the environment variable
VERL_USE_EXTERNAL_MODULES=gppo_studio.verl_policy_loss, and choose it with
`actor_rollout_ref.actor.policy_loss.loss_mode=gppo_studio`.

verl 0.5.0 and later: a policy loss returned four tensors before 0.6.1, and (loss, dict of metrics) since. Its fields
are fixed, so that the strategy and its parameters come from recipe.json and the environment (settings.py).
"""

import inspect
import logging
import os

import torch
from verl.trainer.ppo import core_algos

from . import settings
from .strategies import NEEDS_ENTROPY, Batch, advantages_of, aggregate, clip_fractions, objectives
from .token_dump import TokenDump

NAME = "gppo_studio"
RECIPE = settings.load()
STRATEGY = RECIPE["strategy"]["name"]
PARAMETERS = RECIPE["strategy"]["parameters"]
POSITIVE_LM = RECIPE["positive_lm"]
MAX_RESPONSE_TOKENS = RECIPE["max_response_tokens"]
OVERLONG_FILTER = RECIPE["overlong_filter"]

logger = logging.getLogger(__name__)

# verl tells no loss its step: what was seen of the actor does (_observe_verl), otherwise the number of calls per step,
# which is that of the micro-batches of a process times ppo_epochs, in GPPO_STUDIO_DUMP_CALLS.
DUMP = TokenDump.from_environment(int(os.environ.get("RANK") or 0))
_CALLS = int(os.environ.get("GPPO_STUDIO_DUMP_CALLS") or 0)
_CLOCK = {"step": 0, "call": 0}


def _returns_dict():
    """Whether losses of this verl return (loss, metrics): by what its own `gpg` returns."""
    return "return pg_loss, {}" in inspect.getsource(core_algos.get_policy_loss_fn("gpg"))


RETURNS_DICT = _returns_dict()


def compute_policy_loss(
    old_log_prob,
    log_prob,
    advantages,
    response_mask,
    loss_agg_mode="token-mean",
    config=None,
    rollout_is_weights=None,
):
    """The loss of a micro-batch of shape [responses, tokens], in verl's aggregation.

    Since verl 0.7.0 `config.global_batch_info` holds the sizes of the whole update; before, a micro-batch is averaged
    by itself, as verl's own losses are.
    """
    mask = response_mask.bool()
    if OVERLONG_FILTER:
        # A response that was cut off has the maximum length; it keeps its place in the global sizes.
        mask = mask & (mask.sum(-1, keepdim=True) < MAX_RESPONSE_TOKENS)
    extra = _observed(log_prob)
    batch = Batch(
        logprob=log_prob,
        old_logprob=old_log_prob,
        advantage=advantages,
        mask=mask,
        entropy=extra.get("entropy"),
        old_entropy=extra.get("old_entropy"),
        sampled_logprob=extra.get("sampled_logprob"),
        correction=rollout_is_weights,
    )
    if STRATEGY in NEEDS_ENTROPY and batch.old_entropy is None:
        raise RuntimeError(
            "strategy %s needs the entropies of the old policy, which verl gives to no policy loss. This module "
            "takes them from the FSDP actor of verl 0.6.1 to 0.7.1 (trainer.use_legacy_worker_impl=enable); "
            "no other one is supported." % STRATEGY
        )
    if DUMP is not None:
        _dump(batch)
    loss = -_aggregated(objectives(STRATEGY, PARAMETERS, batch), mask, loss_agg_mode, config)
    if POSITIVE_LM:
        # verl tells no loss which responses are correct. In a group of mixed 0 and 1 rewards those have A > 0.
        correct = mask & (advantages > 0)
        loss = loss + POSITIVE_LM * aggregate(-log_prob, correct, "token-mean", 1)
    with torch.no_grad():
        tokens = mask.sum().clamp(min=1)
        low, high = clip_fractions(STRATEGY, PARAMETERS, batch)
        kl = torch.where(mask, old_log_prob - log_prob, torch.zeros_like(log_prob)).sum() / tokens
        low, high = low.sum() / tokens, high.sum() / tokens
    if not RETURNS_DICT:
        return loss, low + high, kl, low
    return loss, {
        "actor/pg_clipfrac": (low + high).item(),
        "actor/pg_clipfrac_lower": low.item(),
        "actor/ppo_kl": kl.item(),
        "clip_ratio/low_mean": low.item(),
        "clip_ratio/high_mean": high.item(),
    }


def _dump(batch):
    """The tokens of a micro-batch; verl gives a loss neither prompts nor tokens."""
    if _CALLS and _CLOCK["call"] == _CALLS:
        _next_step()
    if DUMP.wants(_CLOCK["step"]):
        DUMP.write(
            _CLOCK["step"],
            batch.mask,
            _CLOCK["call"],
            old_logprobs=batch.old_logprob,
            logprobs=batch.logprob,
            advantages=batch.advantage,
            entropies=batch.entropy,
            old_entropies=batch.old_entropy,
            sampler_logprobs=batch.sampled_logprob,
        )
    _CLOCK["call"] += 1


def _next_step():
    _CLOCK["step"] += 1
    _CLOCK["call"] = 0


def _aggregated(values, mask, mode, config):
    info = dict(getattr(config, "global_batch_info", None) or {})
    if mode != "seq-mean-token-sum-norm":
        return core_algos.agg_loss(loss_mat=values, loss_mask=mask.to(values.dtype), loss_agg_mode=mode, **info)
    # Until 0.8, verl does not divide by the number of responses here.
    responses = info.get("global_batch_size")
    norm = info.get("loss_scale_factor") or MAX_RESPONSE_TOKENS
    return aggregate(values, mask, mode, norm, responses=responses) * info.get("dp_size", 1)


# What verl gives to no policy loss: entropies, and the sampler's log-probs. The FSDP actor of 0.6.1 to 0.7.1 has them
# when it computes the log-probs that the loss is then called with.
_LAST = {}
_OLD_ENTROPIES = {}


def _observed(log_prob):
    """What was seen of the forward pass that gave these log-probs; empty if it was not seen."""
    return _LAST if _LAST.get("log_prob") is log_prob else {}


def _row_keys(inputs):
    return [row.numpy().tobytes() for row in inputs["input_ids"].detach().cpu()]


def observe_actor(actor_class):
    """Wraps the forward pass of an actor class, so that the loss sees entropies and the sampler's log-probs.

    Entropies of the old policy are those of the forward pass in evaluation mode, by the tokens of the sequence.
    """
    original = actor_class._forward_micro_batch

    def forward(self, micro_batch, temperature, calculate_entropy=False, *others, **named):
        wanted = calculate_entropy or STRATEGY in NEEDS_ENTROPY
        result = original(self, micro_batch, temperature, wanted, *others, **named)
        if isinstance(result, dict):
            log_prob, entropy = result["log_probs"], result.get("entropys")
        else:
            entropy, log_prob = result
        if not self.actor_module.training:
            if _LAST:
                # An update has ended: these are the responses of the next one.
                if not _CALLS:
                    _next_step()
                _LAST.clear()
                _OLD_ENTROPIES.clear()
            if STRATEGY in NEEDS_ENTROPY:
                for key, row in zip(_row_keys(micro_batch), entropy.detach().cpu()):
                    _OLD_ENTROPIES[key] = row
            return result
        _LAST.clear()
        _LAST["log_prob"] = log_prob
        if "rollout_log_probs" in micro_batch:
            _LAST["sampled_logprob"] = micro_batch["rollout_log_probs"]
        if STRATEGY in NEEDS_ENTROPY:
            rows = [_OLD_ENTROPIES.get(key) for key in _row_keys(micro_batch)]
            if any(row is None for row in rows):
                raise RuntimeError(
                    "strategy %s: this worker did not compute the old log-probs of a response that it trains on, so "
                    "that its old entropies are unknown; balance_batch must not move responses in between" % STRATEGY
                )
            _LAST["entropy"] = entropy
            _LAST["old_entropy"] = torch.stack(rows).to(entropy.device)
        return result

    actor_class._forward_micro_batch = forward


def _observe_verl():
    if STRATEGY not in NEEDS_ENTROPY and STRATEGY != "opsm" and DUMP is None:
        return
    try:
        from verl.workers.actor.dp_actor import DataParallelPPOActor
    except ImportError:
        if DUMP is not None and not _CALLS:
            logger.warning("token dump: this verl shows no loss its step; set GPPO_STUDIO_DUMP_CALLS, or all is step 0")
        if STRATEGY == "opsm":
            logger.warning("opsm: the sampler's log-probs are not visible to this verl's losses; old ones stand in")
        return
    observe_actor(DataParallelPPOActor)


@torch.no_grad()
def compute_advantage(token_level_rewards, response_mask, index=None, **_):
    """Advantages of the kind that the recipe names, for those that verl has not: an estimator named gppo_studio.

    `index` tells the groups. Returns advantages and returns of shape [responses, tokens].
    """
    scores = token_level_rewards.sum(dim=-1)
    rows = {}
    for row, key in enumerate(index):
        rows.setdefault(key, []).append(row)
    sizes = {len(group) for group in rows.values()}
    if len(sizes) != 1:
        raise ValueError("gppo_studio: expected groups of equal size, found sizes %s" % sorted(sizes))
    order = torch.tensor([row for group in rows.values() for row in group], device=scores.device)
    groups = advantages_of(scores[order].view(-1, sizes.pop()), RECIPE["advantage"])
    advantages = torch.empty_like(scores)
    advantages[order] = groups.reshape(-1)
    advantages = advantages.unsqueeze(-1) * response_mask
    return advantages, advantages


core_algos.register_policy_loss(NAME)(compute_policy_loss)
core_algos.register_adv_est(NAME)(compute_advantage)
_observe_verl()
