"""Compares losses and gradients of this folder's policy losses with values recorded from GPPO Studio.

    python3 check.py [--tolerance 1e-5] [--verl] [--rewards-only]

recorded.json holds random batches with masks in float64 and, for every strategy, the loss and its gradient with respect
to the log-probs, from the studio's reference, with which its kernels are tested. With --verl the cases also run through
the policy loss that is registered with the verl that is installed. Exit status 1 where a value differs by more than
the tolerance. The rewards are compared as well, and need no torch.
"""

import argparse
import json
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)


def recorded(name):
    with open(os.path.join(FOLDER, name), encoding="utf8") as file:
        return json.load(file)


def check_rewards():
    """Number of recorded responses, and lines of those that grade otherwise here."""
    from gppo_studio import graders

    count, wrong = 0, []
    for number, line in enumerate(recorded("recorded_rewards.json"), 1):
        for response, finished, reward, correct in line["graded"]:
            found = graders.grade(line["task"], line["row"], line["answer"], response, finished, line.get("tokens"))
            count += 1
            if found["correct"] != correct or abs(found["reward"] - reward) > 1e-12:
                wrong.append("row %d, %r: expected %r, %r, found %r" % (number, response, reward, correct, found))
    return count, wrong


def largest_difference(expected, found):
    """Relative to the largest expected magnitude of the tensor, or 1e-12."""
    scale = max(float(expected.abs().max()), 1e-12)
    return float((expected - found).abs().max()) / scale


def check_losses(tolerance):
    import torch
    from gppo_studio.strategies import STRATEGIES, Batch, aggregate, objectives

    torch.manual_seed(0)
    data = recorded("recorded.json")
    worst = {name: [0.0, 0] for name in STRATEGIES}

    def tensor(values):
        return torch.tensor(values, dtype=torch.float64)

    for case in data["cases"]:
        fields = data["batches"][case["batch"]]
        mask = tensor(fields["mask"]).bool()
        # What is outside of the mask must not matter.
        outside = torch.zeros(mask.shape, dtype=torch.float64).masked_fill(~mask, float("nan"))
        named = {name: tensor(fields[name]) + outside for name in fields if name not in ("mask", "logprob")}
        logprob = (tensor(fields["logprob"]) + outside).requires_grad_()
        extra = {}
        if case.get("correction") is not None:
            extra["correction"] = torch.where(mask, tensor(case["correction"]), torch.ones_like(outside))
        if case.get("dropped") is not None:
            extra["dropped"] = tensor(case["dropped"]).bool()
        batch = Batch(logprob=logprob, mask=mask, **named, **extra)
        values = objectives(case["strategy"], case["parameters"], batch)
        loss = -aggregate(values, mask, case["aggregation"], case["norm"])
        (gradient,) = torch.autograd.grad(loss, logprob)
        difference = max(
            abs(loss.item() - case["loss"]) / max(case["scale"], 1e-12),
            largest_difference(tensor(case["gradient"]), gradient),
        )
        if difference != difference:
            difference = float("inf")
        entry = worst[case["strategy"]]
        entry[0], entry[1] = max(entry[0], difference), entry[1] + 1
    failed = False
    for name, (difference, count) in sorted(worst.items()):
        good = count > 0 and difference <= tolerance
        failed = failed or not good
        state = "ok" if good else "DIFFERS"
        print("%-12s %3d cases, largest relative difference %.1e  %s" % (name, count, difference, state))
    return failed


def check_verl(tolerance):
    """Every case through the loss that is registered with the verl that is installed."""
    import torch
    from gppo_studio import verl_policy_loss as module
    from verl.trainer.ppo.core_algos import get_policy_loss_fn

    function = get_policy_loss_fn(module.NAME)
    module.POSITIVE_LM, module.OVERLONG_FILTER = 0, False
    data = recorded("recorded.json")
    worst, compared = {}, 0
    for case in data["cases"]:
        if case.get("dropped") is not None:
            # Clip-Cov draws its tokens.
            continue
        module.STRATEGY, module.PARAMETERS = case["strategy"], case["parameters"]
        module.MAX_RESPONSE_TOKENS = case["norm"]
        recorded_batch = data["batches"][case["batch"]]
        fields = {key: torch.tensor(value, dtype=torch.float64) for key, value in recorded_batch.items()}
        logprob = fields["logprob"].requires_grad_()
        seen = {key: fields[key] for key in ("entropy", "old_entropy", "sampled_logprob")}
        module._LAST.update(log_prob=logprob, **seen)
        correction = case.get("correction")
        result = function(
            old_log_prob=fields["old_logprob"],
            log_prob=logprob,
            advantages=fields["advantage"],
            response_mask=fields["mask"],
            loss_agg_mode=case["aggregation"],
            config=None,
            rollout_is_weights=None if correction is None else torch.tensor(correction, dtype=torch.float64),
        )
        (gradient,) = torch.autograd.grad(result[0], logprob)
        expected = torch.tensor(case["gradient"], dtype=torch.float64)
        difference = max(
            abs(result[0].item() - case["loss"]) / max(case["scale"], 1e-12),
            largest_difference(expected, gradient),
        )
        worst[case["strategy"]] = max(worst.get(case["strategy"], 0.0), difference)
        compared += 1
    import verl

    largest = max(worst.values())
    print("verl %s accepted the loss %s: %d cases of %d strategies, largest relative difference %.1e"
          % (getattr(verl, "__version__", "?"), module.NAME, compared, len(worst), largest))
    return not largest <= tolerance


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tolerance", type=float, default=1e-5)
    parser.add_argument("--verl", action="store_true")
    parser.add_argument("--rewards-only", action="store_true")
    given = parser.parse_args()
    print("tolerance %.0e, relative" % given.tolerance)
    count, wrong = check_rewards()
    print("rewards: %d recorded responses, %d differ" % (count, len(wrong)))
    for line in wrong[:10]:
        print("  " + line)
    failed = bool(wrong)
    if not given.rewards_only:
        failed = check_losses(given.tolerance) or failed
        if given.verl:
            failed = check_verl(given.tolerance) or failed
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
