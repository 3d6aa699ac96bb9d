"""GPPO Studio's objective as a subclass of TRL's GRPOTrainer.

It replaces the advantages and the loss, and keeps everything else: sampling, vLLM, the optimizer, logging. Written for
TRL 0.24 and later.
"""

import os

import torch
from trl import GRPOTrainer

from .strategies import NEEDS_ENTROPY, Batch, advantages_of, aggregate, clip_fractions, corrections, objectives
from .token_dump import TokenDump

ALLOW_RATIO_ONE = "GPPO_STUDIO_ALLOW_RATIO_ONE"


def updates_per_rollout(args):
    """Optimizer updates between two rollouts."""
    return args.steps_per_generation * args.num_iterations / args.gradient_accumulation_steps


def refuse_ratio_one(args):
    """Raises ValueError for a GRPOConfig under which every ratio is 1, so that no strategy clips and all coincide."""
    if updates_per_rollout(args) > 1 or os.environ.get(ALLOW_RATIO_ONE) == "1":
        return
    raise ValueError(
        "steps_per_generation %d x num_iterations %d make one update with gradient_accumulation_steps %d: each rollout "
        "is used for one update, every ratio is 1, clip_ratio stays 0, and all strategies have the same gradient. "
        "Raise steps_per_generation or num_iterations, or set %s=1."
        % (args.steps_per_generation, args.num_iterations, args.gradient_accumulation_steps, ALLOW_RATIO_ONE)
    )


def kl_terms(logprob, reference, estimator):
    """Schulman's estimators of the KL to the reference, clamped as verl does."""
    gap = logprob - reference
    if estimator == "k1":
        return gap
    if estimator == "k2":
        return 0.5 * gap**2
    back = torch.clamp(-gap, -20, 20)
    return torch.clamp(torch.exp(back) - back - 1, max=10)


class StudioGRPOTrainer(GRPOTrainer):
    """`recipe` is recipe.json as settings.load() gives it; `last_correct` a list that the reward function fills."""

    def __init__(self, *args, recipe, last_correct=None, **kwargs):
        given = kwargs.get("args")
        if given is not None:
            refuse_ratio_one(given)
            if given.steps_per_generation % given.gradient_accumulation_steps != 0:
                raise ValueError(
                    "steps_per_generation: expected a multiple of gradient_accumulation_steps %d, found %d"
                    % (given.gradient_accumulation_steps, given.steps_per_generation)
                )
        super().__init__(*args, **kwargs)
        self.recipe = recipe
        self.strategy = recipe["strategy"]["name"]
        self.parameters = recipe["strategy"]["parameters"]
        self.last_correct = last_correct
        self._rewards = None
        self.dump = TokenDump.from_environment(self.accelerator.process_index)
        if recipe["entropy_coefficient"]:
            # TRL computes entropies without gradient otherwise.
            self._entropy_bonus_enabled = True

    def _calculate_rewards(self, *args, **kwargs):
        self._rewards = super()._calculate_rewards(*args, **kwargs)
        return self._rewards

    def _generate_and_score_completions(self, inputs):
        output = super()._generate_and_score_completions(inputs)
        if not self.model.training:
            return output
        rows = output["completion_ids"].size(0)
        start = self.accelerator.process_index * rows
        own = slice(start, start + rows)
        weights = self.reward_weights.to(self._rewards.device).unsqueeze(0)
        rewards = (self._rewards * weights).nansum(dim=1).view(-1, self.num_generations)
        groups = advantages_of(rewards, self.recipe["advantage"])
        output["advantages"] = groups.reshape(-1)[own]
        kept = torch.ones_like(groups, dtype=torch.bool)
        if self.recipe["filter_groups"]:
            kept = (groups != 0).any(dim=1, keepdim=True).expand_as(groups)
        output["kept"] = kept.reshape(-1)[own].long()
        if self.last_correct is not None:
            output["correct"] = torch.tensor(self.last_correct, device=rewards.device).long()
        if self.strategy in NEEDS_ENTROPY:
            with torch.no_grad():
                logprobs, entropies = self._forward(self.model, output)
            output["old_per_token_logps"], output["old_entropies"] = logprobs, entropies
        return output

    def _forward(self, model, inputs):
        """Log-probs and entropies of the completion tokens, [completions, tokens]."""
        ids = torch.cat([inputs["prompt_ids"], inputs["completion_ids"]], dim=1)
        attention = torch.cat([inputs["prompt_mask"], inputs["completion_mask"]], dim=1)
        found = self._get_per_token_logps_and_entropies(
            model, ids, attention, inputs["completion_ids"].size(1), compute_entropy=True
        )
        return found[0], found[1]

    @staticmethod
    def _mask_of(inputs):
        mask = inputs["completion_mask"].bool()
        if "tool_mask" in inputs:
            mask = mask & inputs["tool_mask"].bool()
        return mask & inputs["kept"].bool().unsqueeze(1) if "kept" in inputs else mask

    def _update_sizes(self, inputs):
        """Tokens, responses and tokens of correct responses of the whole update, over all processes."""
        parts = [inputs]
        if self.model.training and self._buffered_inputs is not None:
            accumulated = self.args.gradient_accumulation_steps
            first = self._step % self.args.steps_per_generation // accumulated * accumulated
            parts = self._buffered_inputs[first : first + accumulated]
        sizes = torch.zeros(3, device=inputs["completion_mask"].device, dtype=torch.float64)
        for part in parts:
            mask = self._mask_of(part)
            sizes[0] += mask.sum()
            sizes[1] += mask.any(dim=1).sum()
            if "correct" in part:
                sizes[2] += (mask & part["correct"].bool().unsqueeze(1)).sum()
        return self.accelerator.reduce(sizes, reduction="sum")

    def _compute_loss(self, model, inputs):
        recipe = self.recipe
        logprob, entropy = self._forward(model, inputs)
        mask = self._mask_of(inputs)
        advantage = inputs["advantages"]
        advantage = advantage.unsqueeze(1) if advantage.dim() == 1 else advantage
        old = inputs.get("old_per_token_logps")
        if old is None:
            if self.model.training:
                refuse_ratio_one(self.args)
            old = logprob.detach()
        sampled = inputs.get("sampling_per_token_logps")
        correction = None
        if recipe["tis_cap"] is not None and sampled is not None:
            correction = corrections(old, sampled, mask, recipe["tis_cap"], recipe["tis_floor"], recipe["tis_level"])
        batch = Batch(
            logprob=logprob,
            old_logprob=old,
            advantage=advantage,
            mask=mask,
            entropy=entropy,
            old_entropy=inputs.get("old_entropies", entropy.detach() if not self.model.training else None),
            sampled_logprob=sampled,
            correction=correction,
        )
        values = objectives(self.strategy, self.parameters, batch)
        kl = None
        if recipe["kl_coefficient"]:
            kl = kl_terms(logprob, inputs["ref_per_token_logps"], recipe["kl_estimator"])
            values = values - recipe["kl_coefficient"] * kl
        if recipe["entropy_coefficient"]:
            if self.model.training and not entropy.requires_grad:
                raise ValueError("entropy_coefficient: this TRL computes entropies without gradient; expected 0")
            values = values + recipe["entropy_coefficient"] * entropy
        sizes = self._update_sizes(inputs)
        # Gradients are averaged over processes.
        processes = self.accelerator.num_processes
        loss = -processes * aggregate(
            values, mask, recipe["aggregation"], recipe["max_response_tokens"], tokens=sizes[0], responses=sizes[1]
        )
        if recipe["positive_lm"] and "correct" in inputs and sizes[2] > 0:
            positive = mask & inputs["correct"].bool().unsqueeze(1)
            nll = torch.where(positive, -logprob, torch.zeros_like(logprob)).sum()
            loss = loss + recipe["positive_lm"] * processes * nll / sizes[2]
        self._log_update(batch, mask, kl)
        if self.dump is not None and self.model.training:
            self._dump_update(batch, mask, inputs)
        return loss.to(logprob.dtype)

    @torch.no_grad()
    def _dump_update(self, batch, mask, inputs):
        """A step of the dump is a rollout, and its updates are minibatches."""
        updates = max(1, int(updates_per_rollout(self.args)))
        step, minibatch = divmod(self.state.global_step, updates)
        if not self.dump.wants(step):
            return
        prompts = [
            self.processing_class.decode(ids[kept.bool()].tolist(), skip_special_tokens=True)
            for ids, kept in zip(inputs["prompt_ids"], inputs["prompt_mask"])
        ]
        self.dump.write(
            step,
            mask,
            minibatch,
            prompts=prompts,
            tokens=inputs["completion_ids"],
            decode=lambda token: self.processing_class.decode([token]),
            old_logprobs=batch.old_logprob,
            logprobs=batch.logprob,
            advantages=batch.advantage.expand_as(batch.logprob),
            entropies=batch.entropy,
            old_entropies=inputs.get("old_entropies"),
            sampler_logprobs=batch.sampled_logprob,
        )

    @torch.no_grad()
    def _log_update(self, batch, mask, kl):
        low, high = clip_fractions(self.strategy, self.parameters, batch)
        zero = torch.zeros_like(batch.logprob)
        entropy = torch.where(mask, batch.entropy, zero)
        old_kl = torch.where(mask, batch.old_logprob - batch.logprob, zero)
        sums = [low.sum(), high.sum(), entropy.sum(), old_kl.sum(), zero.sum() if kl is None else (kl * mask).sum()]
        sums = torch.stack(sums + [mask.sum().to(zero.dtype)])
        sums = self.accelerator.reduce(sums, reduction="sum").tolist()
        tokens = max(sums[-1], 1)
        metrics = self._metrics["train" if self.model.training else "eval"]
        metrics["clip_ratio/low_mean"].append(sums[0] / tokens)
        metrics["clip_ratio/high_mean"].append(sums[1] / tokens)
        metrics["clip_ratio/region_mean"].append((sums[0] + sums[1]) / tokens)
        metrics["entropy"].append(sums[2] / tokens)
        metrics["old_kl"].append(sums[3] / tokens)
        if kl is not None:
            metrics["kl"].append(sums[4] / tokens)
